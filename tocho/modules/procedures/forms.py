from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.core.org import api as org
from tocho.lib.text import normalize_line, unify_dashes
from tocho.ui.fields import AsWrittenField, FilesField, LineField, ParagraphsField

from .definitions import Question, in_language
from .models import Transit
from .rules import is_receipt_number


class EligibilityForm(forms.Form):
    """The yes/no questions of 「自分は使えますか」, made from the procedure's definition."""

    def __init__(self, questions: Iterable[Question], language: str, data: Any = None) -> None:
        super().__init__(data)
        for question in questions:
            self.fields[question.key] = forms.ChoiceField(
                label=in_language(question.text, language),
                help_text=in_language(question.help, language),
                choices=[("yes", _("はい")), ("no", _("いいえ"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("「はい」か「いいえ」を選んでください。")},
            )

    def answers(self) -> dict[str, bool]:
        return {key: value == "yes" for key, value in self.cleaned_data.items()}


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("メールアドレス"),
        help_text=_("続きから再開できるリンクを送ります。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("メールアドレスを入力してください。"),
            "invalid": _("メールアドレスの形を確かめてください。例：hanako@example.jp"),
        },
    )


class FindForm(EmailForm):
    receipt_number = LineField(
        label=_("受付番号"),
        help_text=_("例：2020-0000123-4。受付の画面とメールに書かれています。"),
        max_length=24,
        error_messages={"required": _("受付番号を入力してください。")},
    )
    field_order = ["receipt_number", "email"]

    def clean_receipt_number(self) -> str:
        """Full-width digits and spaces are forgiven; a slip of the finger is found by the check digit."""
        number = unify_dashes(normalize_line(self.cleaned_data["receipt_number"])).replace(" ", "")
        if not is_receipt_number(number):
            raise forms.ValidationError(_("受付番号の数字を確かめてください。例：2020-0000123-4"))
        return number


class ClaimForm(forms.Form):
    application = forms.MultipleChoiceField(
        label=_("アカウントに入れる手続"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, rows: Sequence[tuple[str, str, str]], data: Any = None) -> None:
        """``rows``: value, label and help of each application; all are chosen at first."""
        super().__init__(data, initial={"application": [value for value, _label, _help in rows]})
        field = self.fields["application"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(value, label) for value, label, _help in rows]
        field.choice_helps = {value: text for value, _label, text in rows}  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    reason = LineField(
        label=_("理由"),
        max_length=200,
        help_text=_("例：開示請求 令和8年第12号。個人の名前は書かないでください。"),
        error_messages={"required": _("消去を止める理由を入力してください。")},
    )


class WithdrawForm(forms.Form):
    reason = ParagraphsField(label=_("理由"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectionForm(forms.Form):
    message = ParagraphsField(
        label=_("申請者へのお願い"),
        help_text=_("何を、どう直せばよいかを、短い文で書いてください。そのままメールで届きます。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("申請者に伝える内容を入力してください。")},
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("直してもらう項目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばないと、すべての項目を直せます。"),
    )
    deadline_on = forms.DateField(
        label=_("期限"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("期限までは標準処理期間に数えません。"),
        error_messages={"required": _("期限を入力してください。"), "invalid": _("日付の形を確かめてください。")},
    )

    def __init__(self, choices: list[tuple[str, str]], deadline: date, data: Any = None) -> None:
        super().__init__(data, initial={"deadline_on": deadline.isoformat()})
        field = self.fields["fields_asked"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices


class CounterForm(forms.Form):
    """For whom an officer files, by which way, and how the person was identified."""

    procedure = forms.ChoiceField(label=_("手続"), error_messages={"required": _("手続を選んでください。")})
    channel = forms.ChoiceField(
        label=_("受付方法"),
        choices=[("counter", _("窓口")), ("paper", _("郵送・紙")), ("phone", _("電話"))],
        widget=forms.RadioSelect,
        initial="counter",
        error_messages={"required": _("受付方法を選んでください。")},
    )
    identity = forms.ChoiceField(
        label=_("本人確認"),
        choices=[
            ("photo_card", _("顔写真のある身分証（マイナンバーカード、運転免許証など）")),
            ("two_papers", _("顔写真のない書類を2点")),
            ("known", _("登録済みの情報と照合")),
            ("not_needed", _("この手続では不要")),
        ],
        widget=forms.RadioSelect,
        help_text=_("書類の番号は書き写しません。"),
        error_messages={"required": _("本人確認の方法を選んでください。")},
    )

    def __init__(self, procedures: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["procedure"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("選んでください")), *procedures]


class InquiryForm(forms.Form):
    """A question to other sections, and which part of the case they may see."""

    question = ParagraphsField(
        label=_("聞きたいこと"),
        help_text=_("何について、どんな観点の意見がほしいかを書いてください。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("聞きたいことを入力してください。")},
    )
    unit_1 = forms.CharField(
        label=_("照会先の課"),
        help_text=_("課の名前を入力すると、候補が出ます。例：主税局 徴収部 徴収課"),
        widget=forms.TextInput(attrs={"list": "sections", "autocomplete": "off"}),
        error_messages={"required": _("照会先の課を入力してください。")},
    )
    unit_2 = forms.CharField(
        label=_("照会先の課（2つめ）"), required=False, widget=forms.TextInput(attrs={"list": "sections"})
    )
    unit_3 = forms.CharField(
        label=_("照会先の課（3つめ）"), required=False, widget=forms.TextInput(attrs={"list": "sections"})
    )
    due_on = forms.DateField(
        label=_("回答の期限"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("期限を入力してください。"), "invalid": _("日付の形を確かめてください。")},
    )
    shown = forms.MultipleChoiceField(
        label=_("見せる項目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("照会先に見えるのは、ここで選んだものだけです。氏名や連絡先は、必要なときだけ選んでください。"),
    )
    shown_files = forms.MultipleChoiceField(label=_("見せる書類"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, rows: Sequence[tuple[str, str]], files: Sequence[tuple[str, str]], data: Any = None, *, initial: Any
    ) -> None:
        super().__init__(data, initial=initial)
        for name, choices in (("shown", rows), ("shown_files", files)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = list(choices)
        if not files:
            del self.fields["shown_files"]

    def clean(self) -> dict[str, Any]:
        """The sections that are meant by the names typed."""
        cleaned = super().clean() or {}
        units = []
        for name in ("unit_1", "unit_2", "unit_3"):
            text = cleaned.get(name)
            unit = org.unit_named(text, on=date.today()) if text else None  # noqa: DTZ011
            if text and unit is None:
                missing = _("「%(text)s」という課は見つかりません。候補から選んでください。")
                self.add_error(name, missing % {"text": text})
            if unit is not None:
                units.append(unit.code)
        return {**cleaned, "units": units}


class InviteForm(forms.Form):
    name = LineField(
        label=_("氏名"), max_length=100, error_messages={"required": _("署名する方の氏名を入力してください。")}
    )
    email = forms.EmailField(
        label=_("メールアドレス"),
        help_text=_("この方だけが開けるリンクを送ります。"),
        error_messages={
            "required": _("メールアドレスを入力してください。"),
            "invalid": _("メールアドレスの形を確かめてください。例：hanako@example.jp"),
        },
    )


class SignForm(forms.Form):
    agree = forms.BooleanField(
        label=_("上の内容をすべて読み、同意して署名します"),
        error_messages={"required": _("内容を読んで、同意できるときに印を付けてください。")},
    )
    code = forms.CharField(
        label=_("確認番号（6けた）"),
        help_text=_("「確認番号を送る」を押すと、メールで届きます。"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("メールで届いた確認番号を入力してください。")},
    )

    def __init__(self, data: Any = None, *, needs_code: bool) -> None:
        super().__init__(data)
        if not needs_code:
            del self.fields["code"]

    def clean_code(self) -> str:
        """Full-width digits and spaces are forgiven."""
        return normalize_line(self.cleaned_data["code"]).replace(" ", "")


class DeclineForm(forms.Form):
    reason = ParagraphsField(
        label=_("署名しない理由"),
        help_text=_("申請した方に、そのまま伝わります。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("理由を入力してください。")},
    )


class ActingForm(forms.Form):
    """As whom a person applies, where there is a choice."""

    acting = forms.ChoiceField(label=_("だれとして申請しますか"), widget=forms.RadioSelect)

    def __init__(self, options: list[tuple[str, str]]) -> None:
        super().__init__(initial={"acting": options[0][0]})
        field = self.fields["acting"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = options


class ForwardForm(forms.Form):
    opinion = forms.ChoiceField(
        label=_("意見"),
        choices=Transit.Opinion,
        widget=forms.RadioSelect,
        error_messages={"required": _("意見を選んでください。")},
    )
    words = ParagraphsField(
        label=_("意見の内容"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("「支障なし」のときは、書かなくてもかまいません。"),
    )
    paper = FilesField(
        label=_("意見書"), required=False, max_bytes=10_000_000, types=("pdf",), help_text=_("PDF、10MBまで。")
    )


class ReturnForm(forms.Form):
    message = ParagraphsField(
        label=_("ひとこと"),
        help_text=_("書類ごとの理由は、そのまま届きます。ほかに伝えたいことがあれば書いてください。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    deadline_on = forms.DateField(
        label=_("期限"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("期限までは標準処理期間に数えません。"),
        error_messages={"required": _("期限を入力してください。"), "invalid": _("日付の形を確かめてください。")},
    )


class PassOnForm(forms.Form):
    """What an examiner leaves to the next round."""

    finding = AsWrittenField(
        label=_("審査の所見"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("次に審査する人と、決定する人が読みます。申請者には見えません。"),
        error_messages={"required": _("審査の所見を入力してください。")},
    )


class DraftForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("結論"),
        choices=[("approve", _("承認する（交付・許可）")), ("reject", _("承認しない"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("結論を選んでください。")},
    )
    body = AsWrittenField(label=_("起案文"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    reasons = AsWrittenField(
        label=_("承認しない理由"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("承認しないときは必須です（行政手続法第8条）。通知にそのまま書かれます。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == "reject" and not data.get("reasons", "").strip():
            self.add_error("reasons", _("理由を入力してください。どの要件に合わないかが分かるように書きます。"))
        return data
