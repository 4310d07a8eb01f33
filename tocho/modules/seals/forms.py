from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import IntegerJField, LineField, ParagraphsField

from .models import Basis, Direction, Disposition, Field, Purpose, RuleKind, Seal, Substitute

Choices = Sequence[tuple[Any, Any]]
NOTHING = ("", "—")
DAY = {"type": "date"}


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs=DAY), help_text=help_text)


def _rows(count: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count})


class RequirementForm(forms.Form):
    """One affair in which a paper is sealed."""

    unit = forms.ChoiceField(label=_("担当部署"))
    affair = LineField(label=_("事務名"), max_length=200, help_text=_("例：補助金の交付申請"))
    document = LineField(label=_("書類"), max_length=200, help_text=_("印を押す紙の名前。例：交付申請書"))
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices, widget=forms.RadioSelect)
    seal = forms.ChoiceField(label=_("印の種類"), choices=Seal.choices, widget=forms.RadioSelect)
    basis = forms.ChoiceField(label=_("根拠"), choices=Basis.choices, widget=forms.RadioSelect)
    basis_text = LineField(
        label=_("根拠の条項"),
        required=False,
        max_length=300,
        help_text=_("例：東京都契約事務規則第12条。慣行だけのときは空にします。"),
    )
    volume = IntegerJField(label=_("年間件数"), required=False, minimum=0, help_text=_("分からないときは空にします。"))
    purpose = forms.ChoiceField(label=_("目的"), required=False, choices=[NOTHING, *Purpose.choices])
    disposition = forms.ChoiceField(
        label=_("区分"),
        required=False,
        choices=[NOTHING, *Disposition.choices],
        help_text=_("根拠が慣行だけで「廃止予定」か「デジタル代替」なら、保存と同時に廃止済になります。"),
    )
    substitute = forms.ChoiceField(label=_("代わりの方法"), required=False, choices=[NOTHING, *Substitute.choices])
    is_main = forms.BooleanField(label=_("主要手続に使う書類"), required=False)

    def __init__(self, units: Choices, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _offer(self, unit=units)
        if initial and "seen" in initial:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
            self.fields["reason"] = LineField(label=_("直した理由"), required=False, help_text=_("経過に残ります。"))


class ChangeForm(forms.Form):
    """The same class, substitute or rule for several."""

    disposition = forms.ChoiceField(label=_("区分"), required=False)
    substitute = forms.ChoiceField(label=_("代わりの方法"), required=False)
    rule = forms.TypedChoiceField(label=_("改正する規定"), required=False, coerce=int, empty_value=None)
    reason = LineField(label=_("理由"), required=False, help_text=_("経過に残ります。"))

    def __init__(self, rules: Choices, data: Any = None) -> None:
        super().__init__(data)
        unchanged = ("", _("変えない"))
        _offer(
            self,
            disposition=[unchanged, *Disposition.choices],
            substitute=[unchanged, *Substitute.choices],
            rule=[unchanged, *rules],
        )

    def values(self) -> dict[str, Any]:
        """What is to be changed; empty ones stay as they are."""
        return {key: value for key, value in self.cleaned_data.items() if key != "reason" and value}


class MoveForm(forms.Form):
    """Why requirements move, from when, and what the next state needs."""

    def __init__(self, to: str, rules: Choices, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        if to == "planned":
            self.fields["rule"] = forms.TypedChoiceField(label=_("改正する規定"), coerce=int, choices=[NOTHING, *rules])
            self.fields["planned_on"] = _day(_("改正の予定日"))
        if to == "retained":
            self.fields["retained_reason"] = ParagraphsField(label=_("残す理由"), max_length=1000, widget=_rows(3))
            self.fields["review_on"] = _day(
                _("見直す日"), help_text=_("この日までに、残すかどうかをもう一度考えます。")
            )
        about = _("例：S-00012と同じ事務。事務がなくなった。経過と台帳に残ります。") if to == "removed" else None
        self.fields["reason"] = LineField(
            label=_("理由"), max_length=300, help_text=about or _("経過と台帳に残ります。")
        )
        self.fields["effective_on"] = _day(_("いつから"), help_text=_("進み具合は、この日から数えます。"))

    def values(self) -> dict[str, Any]:
        """What the state needs."""
        return {key: value for key, value in self.cleaned_data.items() if key not in ("reason", "effective_on")}


class RuleForm(forms.Form):
    """A rule that has to be amended."""

    code = LineField(label=_("規定番号"), max_length=40, help_text=_("あとで変えられません。例：JINJI-076"))
    name = LineField(label=_("規定の名前"), max_length=300)
    kind = forms.ChoiceField(label=_("種類"), choices=RuleKind.choices, widget=forms.RadioSelect)
    field = forms.ChoiceField(label=_("制度の所管"), choices=Field.choices, widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("所管部署"))
    planned_on = _day(_("改正の予定日"), required=False, help_text=_("条例は、議会に出す日程から決めます。"))

    def __init__(self, units: Choices, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        _offer(self, unit=units)
        if initial:
            del self.fields["code"]


class AmendForm(forms.Form):
    """The amendment that came into force."""

    amendment = LineField(
        label=_("改正した規則などの番号"), max_length=200, help_text=_("例：令和2年東京都規則第100号")
    )
    amended_on = _day(_("施行日"), help_text=_("この日から、この規定の押印を廃止できます。"))


class CorrectForm(AmendForm):
    """The same, where it was entered wrongly."""

    reason = LineField(
        label=_("訂正の理由"), max_length=300, help_text=_("経過と台帳に残ります。例：公布の日を入れていた")
    )


class UploadForm(forms.Form):
    """A bureau's spreadsheet."""

    bureau = forms.ChoiceField(label=_("回答する局"))
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("ExcelかCSV（UTF-8、Shift_JISなど）。一覧から書き出したファイルを直すと確実です。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("空のファイルです。")},
    )

    def __init__(self, bureaus: Choices, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        _offer(self, bureau=bureaus)


class SurveyForm(forms.Form):
    """A new round of the survey."""

    title = LineField(label=_("名前"), max_length=100, help_text=_("例：第二次 押印実態調査"))
    as_of = _day(_("基準日"), help_text=_("この日の件数が、新しい母数になります。"))
    closes_on = _day(_("回答の期限"))
    note = ParagraphsField(label=_("前の回から変わること"), required=False, widget=_rows(2))


class ReopenForm(forms.Form):
    """Why a certified answer is opened again."""

    reason = LineField(label=_("認証を取り消す理由"), max_length=300, help_text=_("台帳に残ります。"))


def _offer(form: forms.Form, **choices: Choices) -> None:
    for name, offered in choices.items():
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered
