"""One of several, several of several, yes or no, agreed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields.asking import Asking

_MANY_CHOICES = 8  # more than this become a drop-down list

Choices = Iterable[tuple[str, Any]]


class ChoiceField(Asking, forms.ChoiceField):
    """One of several, as radio buttons, more than eight as a drop-down list. ``choice_helps``: value → help."""

    ask = _("%(label)sを選んでください")
    not_offered = _("%(label)sを、示された中から選んでください")

    def __init__(self, *, choices: Choices = (), choice_helps: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        options = [(str(value), label) for value, label in choices]
        many = len(options) > _MANY_CHOICES
        kwargs.setdefault("widget", forms.Select if many else forms.RadioSelect)
        super().__init__(choices=[("", _("選んでください")), *options] if many else options, **kwargs)
        self.choice_helps = dict(choice_helps or {})

    def validate(self, value: Any) -> None:
        Asking.validate(self, value)
        if value and not self.valid_value(value):
            raise self.refuse(self.not_offered, "invalid_choice")


class MultiChoiceField(Asking, forms.MultipleChoiceField):
    """Several of several, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple
    ask = _("%(label)sを一つ以上選んでください")

    def __init__(
        self, *, choices: Choices = (), choice_helps: Mapping[str, Any] | None = None, maximum: int | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(choices=[(str(value), label) for value, label in choices], **kwargs)
        self.choice_helps = dict(choice_helps or {})
        self.maximum = maximum

    def validate(self, value: list[str]) -> None:
        Asking.validate(self, value)
        if not all(self.valid_value(one) for one in value):
            raise self.refuse(_("%(label)sを、示された中から選んでください"), "invalid_choice")
        if self.maximum and len(value) > self.maximum:
            raise self.refuse(_("%(label)sは%(limit)sつまで選べます"), "maximum", limit=self.maximum)


class YesNoField(ChoiceField):
    """はい or いいえ → ``True``, ``False`` or, when left open, ``None``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("yes", _("はい")), ("no", _("いいえ"))], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(self.prepare_value(value)))


class DeclarationField(Asking, forms.BooleanField):
    """A sentence to agree to; required unless told otherwise."""

    ask = _("内容を確かめて、チェックを入れてください")

    def validate(self, value: Any) -> None:
        Asking.validate(self, value or None)
