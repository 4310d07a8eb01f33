from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import IntegerJField, LineField, ParagraphsField

from .definitions import Column, codebook, next_quarter, quarter
from .queries.words import quarter_words
from .rules import LONGEST

Choices = Sequence[tuple[Any, Any]]
NEVER_EDITED = frozenset({"code", "state", "unit_name", "sample_note"})
FIRST_QUARTER, LAST_QUARTER = quarter(2019, 1), quarter(2034, 4)
NOTHING = ("", "—")


def quarter_choices() -> list[tuple[int | str, str]]:
    """The quarters that a plan may name."""
    found, value = [], FIRST_QUARTER
    while value <= LAST_QUARTER:
        found.append(value)
        value = next_quarter(value)
    return [NOTHING, *((each, quarter_words(each)) for each in found)]


def field_of(column: Column, language: str, units: Choices) -> forms.Field:
    """The form field of a column of the code book; each code is offered with its meaning."""
    label = column.title(language)
    codes = [(code.key, code.en if language == "en" else code.ja) for code in column.codes]
    if column.key == "unit":
        return forms.ChoiceField(label=_("担当部署"), choices=units)
    if column.kind == "choice":
        return forms.ChoiceField(label=label, required=False, choices=[NOTHING, *codes])
    if column.kind == "several" and codes:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=codes, widget=forms.CheckboxSelectMultiple
        )
    if column.kind == "several":
        return ParagraphsField(label=label, required=False, help_text=_("一行に一つ書きます。"))
    if column.kind == "number":
        return IntegerJField(label=label, required=False, minimum=0, help_text=_("分からないときは空にします。"))
    if column.kind == "flag":
        return forms.BooleanField(label=label, required=False)
    if column.kind == "quarter":
        return forms.TypedChoiceField(
            label=label, required=False, choices=quarter_choices(), coerce=int, empty_value=None
        )
    if column.key in LONGEST:
        return LineField(label=label, required=column.key == "name", max_length=LONGEST[column.key])
    return ParagraphsField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class GroupForm(forms.Form):
    """The columns of one group of the code book, and why they change."""

    def __init__(self, group: str, values: Mapping[str, Any], units: Choices, language: str, data: Any = None) -> None:
        super().__init__(data, initial=_initial(values))
        for column in codebook().columns:
            if column.group == group and column.key not in NEVER_EDITED:
                self.fields[column.key] = field_of(column, language, units)
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
        self.fields["reason"] = LineField(
            label=_("直した理由"), required=False, help_text=_("経過に残ります。例：規則の改正、調査票の訂正")
        )

    def values(self) -> dict[str, Any]:
        """What was entered, by the keys of the code book."""
        return {key: _value(key, value) for key, value in self.cleaned_data.items() if key in codebook().by_key}


def _initial(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = codebook().by_key
    free = {key for key, column in columns.items() if column.kind == "several" and not column.codes}
    return {key: "\n".join(value) if key in free else value for key, value in values.items()}


def _value(key: str, value: Any) -> Any:
    column = codebook().by_key[key]
    if column.kind == "several" and not column.codes:
        return [line.strip() for line in value.split("\n") if line.strip()]
    return value


class AddForm(forms.Form):
    code = LineField(label=_("手続ID"), max_length=40, help_text=_("例：TKY-0251。あとで変えられません。"))
    name = LineField(label=_("手続名"), max_length=300)
    law = LineField(label=_("法令名"), required=False, max_length=300)
    unit = forms.ChoiceField(label=_("担当部署"))
    volume = IntegerJField(
        label=_("総手続件数"), required=False, minimum=0, help_text=_("年間の件数。分からないときは空にします。")
    )

    def __init__(self, units: Choices, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units


class MoveForm(forms.Form):
    """Why an entry moves, from when, and what its next state needs."""

    def __init__(
        self, to: str, values: Mapping[str, Any], procedures: Choices, language: str, data: Any = None
    ) -> None:
        super().__init__(data, initial=dict(values))
        book = codebook().by_key
        if to in ("planned", "building"):
            for key in ("starts", "completes"):
                self.fields[key] = field_of(book[key], language, ())
        if to == "state_request":
            kept = [(c.key, c.en if language == "en" else c.ja) for c in book["authority"].codes]
            self.fields["authority"] = forms.ChoiceField(
                label=book["authority"].title(language),
                choices=[choice for choice in kept if choice[0] in ("national", "municipal")],
                widget=forms.RadioSelect,
            )
        if to in ("live", "improving"):
            self._add_ground(procedures)
        self.fields["reason"] = ParagraphsField(
            label=_("理由"),
            max_length=1000,
            help_text=_("経過と台帳に残ります。"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["effective_on"] = forms.DateField(
            label=_("いつから"),
            widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("行程表は、この日から数えます。"),
        )

    def _add_ground(self, procedures: Choices) -> None:
        self.fields["procedure_key"] = forms.ChoiceField(
            label=_("この都庁で公開されている手続"),
            required=False,
            choices=[("", _("外部のシステムで受け付ける")), *procedures],
            help_text=_("ここにない手続は、まだ公開された版がありません。"),
        )
        self.fields["system_name"] = LineField(label=_("外部システムの名前"), required=False)
        self.fields["system_url"] = LineField(
            label=_("外部システムのアドレス"), required=False, max_length=300, help_text=_("https:// で始まるもの。")
        )
        self.fields["is_certified"] = forms.BooleanField(
            label=_("外部のシステムで申請できることを、自分で確かめました"), required=False
        )


class AssignForm(forms.Form):
    unit = forms.ChoiceField(label=_("担当部署"), required=False)
    starts = forms.TypedChoiceField(label=_("着手時期"), required=False, coerce=int, empty_value=None)
    completes = forms.TypedChoiceField(label=_("完了時期"), required=False, coerce=int, empty_value=None)
    method = forms.ChoiceField(label=_("デジタル化の方法"), required=False)
    reason = LineField(label=_("理由"), required=False, help_text=_("経過に残ります。"))

    def __init__(self, units: Choices, language: str, data: Any = None) -> None:
        super().__init__(data)
        unchanged = ("", _("変えない"))
        methods = [(c.key, c.en if language == "en" else c.ja) for c in codebook().by_key["method"].codes]
        choices = {
            "unit": units,
            "starts": quarter_choices()[1:],
            "completes": quarter_choices()[1:],
            "method": methods,
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [unchanged, *offered]

    def values(self) -> dict[str, Any]:
        """What is to be changed; empty ones stay as they are."""
        return {key: value for key, value in self.cleaned_data.items() if key != "reason" and value not in ("", None)}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("ExcelかCSV（UTF-8、Shift_JISなど）。先頭の5行のどこかに「手続ID」と「手続名」の列が要ります。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("空のファイルです。")},
    )
    effective_on = forms.DateField(
        label=_("基準日"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("ファイルの内容が、いつの時点のものかです。行程表は、この日から数えます。"),
    )
    default_unit = forms.ChoiceField(label=_("担当部署の列が空の手続の担当"), help_text=_("新しい手続だけに使います。"))

    def __init__(self, units: Choices, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        field = self.fields["default_unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units
