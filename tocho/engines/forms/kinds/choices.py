"""One of several, several of several, yes or no, a declaration, a slot."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.engines.forms.kinds.base import JSON, Choice, Cleaned, Given, Inputs, Kind, expect, expect_text
from tocho.engines.forms.kinds.offers import offer_of
from tocho.engines.forms.words import say, say_later
from tocho.ui import fields

_LIST = gettext_lazy("文字列の一覧にしてください")
_TRUE_FALSE = gettext_lazy("true か false にしてください")
_CARDS = 40  # more slots than this become a drop-down list


class ChoiceKind(Kind):
    """One of the ``choices``, or of those that ``choices_from`` gives on the day (``offers.py``), by its value."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        super().__init__(spec)
        self.offer = offer_of(spec.get("choices_from", ""))
        self.depends_on_given = self.offer is not None
        self._of_day: tuple[date | None, dict[bool, Inputs]] = (None, {})

    def choices(self, given: Given) -> dict[str, Any]:
        if self.offer:
            offer, count = self.offer
            return {"choices": [(value, say_later(offer.label(value))) for value in offer.values(given.today, count)]}
        rows = self.spec["choices"]
        return {
            "choices": [(row["value"], say_later(row["label"])) for row in rows],
            "choice_helps": {row["value"]: say_later(row["help"]) for row in rows if "help" in row},
        }

    def inputs(self, *, required: bool, given: Given) -> Inputs:
        """As every kind's; choices of a day are kept until the next one."""
        if self.offer is None:
            return super().inputs(required=required, given=given)
        day, kept = self._of_day
        if day != given.today:
            day, kept = self._of_day = given.today, {}
        if required not in kept:
            kept[required] = self.build(required=required, given=given)
        return kept[required]

    def build(self, *, required: bool, given: Given) -> Inputs:
        return {"": fields.ChoiceField(**self.texts(required=required), **self.choices(given))}

    def split(self, value: JSON) -> dict[str, Any]:
        return {"": expect_text(value)}

    def reading(self, given: Given) -> dict[str, Any] | None:
        return {"kind": "choice"}

    def shown(self, value: str, language: str) -> str:
        if self.offer:
            return say(self.offer[0].label(value), language)
        return next((say(row["label"], language) for row in self.spec["choices"] if row["value"] == value), value)

    def display(self, value: JSON, language: str) -> str:
        return self.shown(value, language)


class MultiChoiceKind(ChoiceKind):
    """Several of the ``choices``, as a list of values in the order of the definition (of ``choices_from``: sorted)."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        limit = self.spec.get("max_choices")
        return {"": fields.MultiChoiceField(maximum=limit, **self.texts(required=required), **self.choices(given))}

    def split(self, value: JSON) -> dict[str, Any]:
        return {"": [expect(one, str, _LIST) for one in expect(value, list, _LIST)]}

    def join(self, values: Any) -> JSON:
        chosen = set(values[""])
        if self.offer:
            return sorted(chosen) or None
        return [row["value"] for row in self.spec["choices"] if row["value"] in chosen] or None

    def reading(self, given: Given) -> dict[str, Any] | None:
        return {"kind": "choices", "max": self.spec.get("max_choices", 0)} if self.offer is None else None

    def display(self, value: JSON, language: str) -> str:
        return ("、" if language.startswith("ja") else ", ").join(self.shown(one, language) for one in value)


class YesNoKind(Kind):
    """``true`` or ``false``."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        return {"": fields.YesNoField(**self.texts(required=required))}

    def split(self, value: JSON) -> dict[str, Any]:
        return {"": expect(value, bool, _TRUE_FALSE)}

    def join(self, values: Any) -> JSON:
        return values[""]

    def reading(self, given: Given) -> dict[str, Any] | None:
        return {"kind": "yes_no"}

    def display(self, value: JSON, language: str) -> str:
        return _("はい") if value else _("いいえ")


class DeclarationKind(Kind):
    """A sentence to agree to: ``true``, or nothing."""

    def build(self, *, required: bool, given: Given) -> Inputs:
        return {"": fields.DeclarationField(**self.texts(required=required))}

    def split(self, value: JSON) -> dict[str, Any]:
        return {"": expect(value, bool, _TRUE_FALSE)}

    def reading(self, given: Given) -> dict[str, Any] | None:
        return {"kind": "agreed"}

    def display(self, value: JSON, language: str) -> str:
        return _("確認しました")


class SlotKind(Kind):
    """One of the choices that the caller's source ``choices_from`` gives now: ``(value, label[, help[, group]])``.

    With ``narrow_by`` only those whose group is the answer to that earlier question. The words of the choice are kept
    beside it as ``<key>_label``, for slots that are taken are offered no more.
    """

    depends_on_given = True

    def offered(self, given: Given) -> list[Choice]:
        """:raises LookupError: the caller gave no such source."""
        wanted = given.answers.get(self.spec.get("narrow_by", ""))
        rows = given.offers(self.spec["choices_from"])
        return [row for row in rows if wanted is None or len(row) < 4 or row[3] == wanted]

    def build(self, *, required: bool, given: Given) -> Inputs:
        rows = self.offered(given)
        texts = self.texts(required=required)
        if not rows:
            texts["help_text"] = gettext_lazy("いま選べるものがありません。日を改めてご覧ください")
        helps = {str(row[0]): row[2] for row in rows if len(row) > 2 and row[2]}
        widget = forms.RadioSelect if len(rows) <= _CARDS else forms.Select
        choices = [(str(row[0]), row[1]) for row in rows]
        return {"": _SlotField(choices=choices, choice_helps=helps, widget=widget, **texts)}

    def clean_inputs(self, raw: Mapping[str, Any], *, required: bool, given: Given) -> Cleaned:
        """As every kind does, on a field of nothing but the choice that was made."""
        chosen = str(raw.get("") or "")
        choices = [(chosen, "")] if any(str(row[0]) == chosen for row in self.offered(given)) else []
        try:
            return Cleaned(_SlotField(choices=choices, **self.texts(required=required)).clean(chosen) or None)
        except ValidationError as error:
            return Cleaned(errors={"": error.messages})

    def split(self, value: JSON) -> dict[str, Any]:
        if isinstance(value, int) and not isinstance(value, bool):
            return {"": str(value)}
        return {"": expect_text(value)}

    def reading(self, given: Given) -> dict[str, Any] | None:
        return {"kind": "choice"}

    def label_of(self, value: str, given: Given) -> str:
        """The words of a choice; the value itself when it is offered no more, or nobody knows."""
        offered = self.offered(given) if self.spec["choices_from"] in given.sources else ()
        return next((str(row[1]) for row in offered if str(row[0]) == value), value)


class _SlotField(fields.ChoiceField):
    not_offered = gettext_lazy(
        "%(label)sは、いま選べる中から選び直してください（ほかの方が先に予約した場合があります）"
    )
