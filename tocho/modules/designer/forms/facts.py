"""The facts and the legal basis of a procedure, as one form made from ``ProcedureFacts``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from tocho.modules.procedures.api import ProcedureFacts

from ..definitions import FACT_LABELS, fact_label
from .shapes import Nest, Sheet, default_of, field_for, model_of, shape_of
from .texts import LinesField

Words = Any  # str, or one that is translated when it is read
LONG = {"summary", "remedy"}
SECTIONS: Sequence[tuple[Words, Words, tuple[str, ...]]] = (
    (
        _("名前と概要"),
        _("申請する人が最初に読むところです。二つの文まで、短く。"),
        ("title", "summary", "who", "keywords"),
    ),
    (_("手数料・期間・持ち物"), "", ("fee", "duration", "standard_days", "bring")),
    (_("根拠"), _("どの事実がどこから来たかを書きます。申請する人にも見えます。"), ("law", "sources", "remedy")),
    (_("担当と決定"), "", ("office", "category", "importance", "draft_body", "popularity")),
    (
        _("「自分は使えますか」の質問"),
        _("「はい・いいえ」で答える質問です。判定は表 eligibility で行います。"),
        ("questions",),
    ),
    (_("通知・規則による決定・予約"), "", ("notices", "auto", "booking")),
    (
        _("いっしょに署名する人・区市町村・ほかの課"),
        _("申請者と担当の課のほかに、かかわる人がいるときに書きます。いなければ、空のままにします。"),
        ("documents", "cosign", "via", "consult"),
    ),
    (_("何回かの審査"), _("一度の審査と決定で終わる手続では、空のままにします。"), ("rounds",)),
)
HELPS: Mapping[str, Words] = {
    "cosign": _("役ごとに1行。行が一つもなければ、連署のない手続です。"),
    "cosign.when": _("「提出のあと」では、先に受け付け、全員の署名がそろうまで標準処理期間を数えません。"),
    "cosign.order": _("順番に署名するときは、前の人が署名すると、次の人に知らせます。"),
    "cosign.days": _("署名できる日数です。過ぎると、提出のあとの連署では申請が失効します。"),
    "via": _("区市町村の欄は、答えから宛先を決める式です（例：applicant_address.city）。見せるステップは、1行に1つ。"),
    "consult": _("意見を聞く課ごとに1行。聞くのは「出すとき」の式が成り立つときだけです。"),
    "rounds": _(
        "審査の順に1行ずつ。流れの「次の審査をはじめる」で次の行に進みます。報告の様式は「フォーム」の画面で作ります。"
        "起案文と通知は「名前_approve」のように回ごとに書けます。"
    ),
    "standard_days": _("行政手続法第6条の標準処理期間です。"),
    "remedy": _("行政不服審査法第82条と行政事件訴訟法第46条の教示です。不利益な通知に載ります。"),
    "draft_body": _("「approve = 交付してよろしいか。」のように、結果ごとに1行。"),
    "category": _("事案決定規程の表で、だれが決定するかを調べるときに使います。"),
}


@dataclass(frozen=True)
class Section:
    """One part of the page: fields and sheets in their order."""

    title: Words
    note: Words
    items: list["Item"]
    is_open: bool = True  # False for what most procedures do without, while nothing of it is written


@dataclass(frozen=True)
class Item:
    """A field, or a sheet under its own label."""

    name: str
    label: Words
    field: BoundField | None = None
    sheet: Sheet | None = None
    nest: Nest | None = None
    note: Words = ""
    remarks: Sequence[Any] = ()  # what was found about the saved fact, shown beside it


class FactsForm(forms.Form):
    """Every member of ``ProcedureFacts`` but the key; ``facts()`` is what the source holds.

    :param offices: (code, name) pairs or groups of them, for 審査する課.
    :param remarks: what was found about each saved fact, by its name.
    :param parts: (name, title) of the forms beside the application's, for the rounds and roles that ask for one.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        *,
        offices: Sequence[Any],
        categories: Sequence[str] = (),
        parts: Sequence[tuple[str, str]] = (),
        remarks: Mapping[str, Sequence[Any]] | None = None,
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.given = given
        self.remarks = remarks or {}
        self.sheets: dict[str, Sheet] = {}
        self.nests: dict[str, Nest] = {}
        for name, info in ProcedureFacts.model_fields.items():
            if name != "key":
                self._add(name, info.annotation, given.get(name))
        for name in [one for one in self.fields if one.endswith("-part")]:
            self._choose_part(name, parts)
        self.fields["office"] = forms.ChoiceField(
            label=fact_label("office"),
            required=False,
            choices=_with(offices, given.get("office")),
            initial=given.get("office"),
        )
        self.fields["importance"] = forms.ChoiceField(
            label=fact_label("importance"),
            choices=_with(
                [("ordinary", _("通常・軽易")), ("important", _("重要")), ("precedent", _("異例・先例"))],
                given.get("importance"),
            ),
            initial=given.get("importance", "ordinary"),
        )

    def _choose_part(self, name: str, parts: Sequence[tuple[str, str]]) -> None:
        """A form is chosen by its title; a name that there is none of is not lost."""
        cell = self.fields[name]
        choices = _with([("", "—"), *parts], cell.initial)
        chosen = forms.ChoiceField(choices=choices, required=False, label=cell.label, initial=cell.initial)
        chosen.widget.attrs["aria-label"] = str(cell.widget.attrs["aria-label"])
        self.fields[name] = chosen

    def _add(self, name: str, annotation: Any, value: Any) -> None:
        shape = shape_of(annotation)

        def labels(member: str) -> Words:
            return FACT_LABELS.get(f"{name}.{member}") or fact_label(member)

        if shape == "nest":

            def helps(member: str) -> Words:
                return HELPS.get(f"{name}.{member}", "")

            self.nests[name] = Nest(self, name, model_of(annotation), value, labels=labels, helps=helps)
        elif shape in ("rows", "named_rows"):
            sheet = Sheet(self, name, model_of(annotation), value, named=shape == "named_rows", labels=labels)
            self.sheets[name] = sheet
        elif shape == "part":
            rows = [value] if isinstance(value, dict) else []
            self.sheets[name] = Sheet(self, name, model_of(annotation), rows, named=False, labels=labels, most=1)
        else:
            label, help_text = fact_label(name), HELPS.get(name, "")
            made = (
                LinesField(label=label, help_text=help_text)
                if shape == "lines_of_words"
                else field_for(annotation, label=label, help_text=help_text, rows=2 if name in LONG else 1)
            )
            known = default_of(ProcedureFacts.model_fields[name]) if value is None else value
            made.initial = {"lines": known} if shape == "lines_of_words" else known
            self.fields[name] = made

    def sections(self) -> Iterator[Section]:
        """The page from top to bottom; what no section names stands at the end."""
        named = {name for _title, _note, names in SECTIONS for name in names} | {"key"}
        rest = tuple(name for name in ProcedureFacts.model_fields if name not in named)
        for title, note, names in (*SECTIONS, (_("そのほか"), "", rest)):
            items = [self._item(name) for name in names if name in ProcedureFacts.model_fields]
            if items:
                yield Section(title, note, items, self._is_open(names))

    def _is_open(self, names: Sequence[str]) -> bool:
        needed = any(ProcedureFacts.model_fields[name].is_required() for name in names)
        return self.is_bound or needed or any(self.given.get(name) or self.remarks.get(name) for name in names)

    def _item(self, name: str) -> Item:
        remarks = self.remarks.get(name, ())
        if name in self.nests:
            return Item(name, fact_label(name), nest=self.nests[name], note=HELPS.get(name, ""), remarks=remarks)
        if name in self.sheets:
            return Item(name, fact_label(name), sheet=self.sheets[name], note=HELPS.get(name, ""), remarks=remarks)
        if ProcedureFacts.model_fields[name].is_required():
            self.fields[name].required = True  # said, not enforced: a draft may be saved without
        if remarks:
            self.fields[name].described_by = f"remarks-{name}"  # type: ignore[attr-defined]
        return Item(name, fact_label(name), field=self[name], remarks=remarks)

    def facts(self) -> dict[str, Any]:
        """The facts as the source holds them, after ``is_valid()``; what is as usual and was not written stays away."""
        made: dict[str, Any] = {"key": self.given.get("key", "")}
        for name, info in ProcedureFacts.model_fields.items():
            if name == "key":
                continue
            value = self._value(name, shape_of(info.annotation))
            is_usual = not info.is_required() and value in (default_of(info), None, "", [], {})
            if is_usual and (name not in self.given or value is None):
                continue
            if value is None and info.is_required():
                continue  # the list of problems says that it is missing
            made[name] = value
        unknown = {name: value for name, value in self.given.items() if name not in ProcedureFacts.model_fields}
        return made | unknown

    def _value(self, name: str, shape: str) -> Any:
        if name in self.nests:
            return self.nests[name].value()
        if name not in self.sheets:
            return self.cleaned_data.get(name)
        value = self.sheets[name].value()
        if shape == "part":
            return value[0] if value else None
        return value


def _with(choices: Sequence[Any], value: Any) -> list[Any]:
    """The choices, and a value that is none of them: it is not lost."""
    known = {one for code, name in choices for one in ([code] if not isinstance(name, list | tuple) else dict(name))}
    return [*choices] if not value or value in known else [*choices, (value, value)]
