from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tocho.engines.rules.api import MAX_BYTES
from tocho.ui.fields import FilesField, LineField, ParagraphsField

from .models import AuthorityChange, Decision, Step

MOST_MB = 30
ANNEXES = ("pdf", "docx", "xlsx", "png", "jpeg")


def words(label: Any, *, required: Any = "", help_text: Any = "", rows: int = 3, most: int = 2000) -> ParagraphsField:
    """A field of free words; ``required`` is what is said where it stays empty."""
    return ParagraphsField(
        label=label,
        required=bool(required),
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={"required": required} if required else {},
    )


class OpinionForm(forms.Form):
    opinion = ParagraphsField(
        label=_("意見"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("書かなくてもかまいません。書くと、決定の記録に残ります。"),
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the press of the button is the act."""


class ReasonForm(forms.Form):
    reason = ParagraphsField(
        label=_("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("理由を入力してください。起案者に伝わります。")},
    )


class ReturnForm(ReasonForm):
    """差戻し: to the drafter, or to an earlier station where there is one."""

    to = forms.TypedChoiceField(
        label=_("差し戻す先"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, targets: Iterable[Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier = [(step.id, f"{step.get_kind_display()}　{step.post}") for step in targets]
        self.fields["to"].choices = [("", _("起案者（起案からやり直す）")), *earlier]  # type: ignore[attr-defined]
        if not earlier:
            del self.fields["to"]


class DeputiseForm(forms.Form):
    urgency = words(_("急ぐ理由"), required=_("代決には、急ぐ理由を入力してください。決定の記録に残ります。"))
    instruction = words(
        _("あらかじめ受けた指示"),
        help_text=_("重要・異例・先例となる事案と異議のある事案では必ず入力します。いつ、どのような指示を受けたか。"),
    )

    def __init__(self, *args: Any, needs_instruction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instruction"].required = needs_instruction


class ObjectForm(forms.Form):
    opinion = words(_("異議の内容と理由"), required=_("異議の内容と理由を入力してください。決定権者に伝わります。"))


class ReviseForm(forms.Form):
    """改訂: what the draft is to say from now on, and why."""

    title = LineField(label=_("件名"), max_length=200)
    body = words(_("起案文"), required=_("起案文を入力してください。"), rows=10, most=20000)
    reasons = words(_("承認しない理由"), rows=4)
    annexes = FilesField(
        label=_("別紙の差替え"), max_bytes=MOST_MB * 1024**2, types=ANNEXES, max_files=10, required=False,
        help_text=_("選ぶと、いまの別紙はすべてこれに替わります。替えないときは、選ばないでください。"),
    )  # fmt: skip
    why = words(_("改訂の理由"), required=_("改訂の理由を入力してください。関与者に伝わります。"))
    is_major = forms.TypedChoiceField(
        label=_("変更の重さ"),
        coerce=lambda value: value == "major",
        choices=[
            ("major", _("重要な変更（承認した人にも、もう一度回付する）")),
            ("minor", _("軽微な修正（承認した人には、供覧して知らせる）")),
        ],
        initial="major",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        initial = {"title": decision.title, "body": decision.body, "reasons": decision.reasons}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if decision.outcome != "reject":
            del self.fields["reasons"]


class PostsForm(forms.Form):
    """Offices by their names, one a line; what each means is said where it is not plain."""

    offices = words(
        _("供覧する課"),
        required=_("課を1行に1つずつ入力してください。"),
        help_text=_("例　主税局 徴収部 徴収課。1行に1つ。課の長に届きます。"),
    )


class DeferForm(forms.Form):
    steps = forms.TypedMultipleChoiceField(
        label=_("後閲にする関与者"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不在のため決定に間に合わない人だけを選びます。戻ったあとで必ず後閲します。審査は選べません。"),
        error_messages={"required": _("後閲にする人を選んでください。")},
    )

    def __init__(self, *args: Any, stations: Iterable[Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(step.id, f"{step.get_kind_display()}　{step.post}") for step in stations]
        self.fields["steps"].choices = choices  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """書面による決定: the day on the paper, and its scan."""

    decided_on = forms.DateField(
        label=_("決定を受けた日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    scans = FilesField(label=_("決定を受けた起案書の写し"), max_bytes=MOST_MB * 1024**2, types=("pdf",), max_files=5)


class DraftForm(forms.Form):
    """起案: what the authority table is asked, and what the deciders read."""

    post = forms.TypedChoiceField(
        label=_("起案する職"), coerce=int, help_text=_("兼務の人は、どの職で起案するかを選びます。")
    )
    category = forms.ChoiceField(label=_("事案の種類"), help_text=_("事案決定規程の別表で、決定権者が決まります。"))
    importance = forms.ChoiceField(label=_("重要度"), widget=forms.RadioSelect)
    amount = forms.IntegerField(label=_("金額（円）"), min_value=0, max_value=10**13, required=False)
    title = LineField(label=_("件名"), max_length=200, error_messages={"required": _("件名を入力してください。")})
    body = words(_("起案文"), required=_("起案文を入力してください。"), rows=10, most=20000)
    consulted = words(
        _("協議する課"),
        help_text=_("例　財務局 主計部 財政課。1行に1つ。同じ行に「、」で並べると、同時に協議します。"),
    )
    due_on = forms.DateField(
        label=_("決定してほしい日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    paper_reason = forms.ChoiceField(
        label=_("書面で回付する理由"),
        required=False,
        choices=[("", _("電子で回付する")), *Decision.PaperReason.choices],
        help_text=_("書面は例外です。電子決定率に「書面」として数えられます。"),
    )
    reservation = forms.TypedChoiceField(
        label=_("文書番号"), coerce=int, empty_value=None, required=False,
        help_text=_("番号の台帳で予約した番号があれば、選べます。"),
    )  # fmt: skip
    annexes = FilesField(
        label=_("別紙"), max_bytes=MOST_MB * 1024**2, types=ANNEXES, max_files=10, required=False,
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        posts: Sequence[tuple[int, str]],
        categories: Sequence[tuple[str, str]],
        importances: Sequence[tuple[str, str]],
        reserved: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if reserved:
            self.fields["reservation"].choices = [("", _("次の番号を付ける")), *reserved]  # type: ignore[attr-defined]
        else:
            del self.fields["reservation"]
        for name, choices in (("post", posts), ("category", categories), ("importance", importances)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["importance"].initial = importances[0][0] if importances else ""
        if len(posts) == 1:
            self.fields["post"].initial = posts[0][0]
            self.fields["post"].widget = forms.HiddenInput()


class DelegationForm(forms.Form):
    """委任: whose power over what goes to whom, by which rule, from when."""

    from_office = LineField(label=_("委任する職の課"), max_length=200, help_text=_("例　主税局。その長の権限です。"))
    to_office = LineField(label=_("委任を受ける職の課"), max_length=200)
    categories = forms.MultipleChoiceField(
        label=_("事案の種類"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("何も選ばなければ、すべての事案です。"),
    )
    basis = LineField(label=_("根拠"), max_length=200, help_text=_("例　東京都事務委任規則第3条"))
    starts_on = forms.DateField(label=_("いつから"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("いつまで"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, categories: Sequence[tuple[str, str]], today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_on": today}
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = categories  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """起案の定型: what a draft of this kind begins with."""

    unit = forms.ChoiceField(label=_("定型を持つ課"))
    name = LineField(label=_("定型の名前"), max_length=100, help_text=_("例　納税証明書の交付（単独）"))
    category = forms.ChoiceField(label=_("事案の種類"))
    title = LineField(label=_("件名"), max_length=200)
    body = words(_("起案文"), required=_("起案文を入力してください。"), rows=10, most=20000)
    consulted = words(_("協議する課"), help_text=_("例　財務局 主計部 財政課。1行に1つ。"))

    def __init__(
        self, *args: Any, units: Sequence[tuple[str, str]], categories: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["category"].choices = categories  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].initial = units[0][0]
            self.fields["unit"].widget = forms.HiddenInput()


class ChangeForm(forms.Form):
    """From which day a changed authority table is to be in force, and why it changes."""

    effective_from = forms.DateField(
        label=_("施行日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = LineField(label=_("改正の理由"), max_length=300)
    keeps_pending = forms.TypedChoiceField(
        label=_("施行日に回付中の事案"),
        required=False,
        coerce=lambda value: value == "keep",
        empty_value=None,
        choices=[
            ("follow", _("改正後の表による（決定権者や審査が変わる事案は、回付し直す）")),
            ("keep", _("なお従前の例による（経過措置。いまの経路のまま決定する）")),
        ],
        initial="follow",
        widget=forms.RadioSelect,
        help_text=_("改正の附則に合わせて選びます。"),
    )


class SendSheetForm(ChangeForm):
    """A working copy that is to be a proposal; what it corrects gives its day and reason."""

    def __init__(self, *args: Any, corrects: AuthorityChange | None, **kwargs: Any) -> None:
        if corrects is not None:
            pending = "keep" if corrects.keeps_pending else "follow"
            kwargs["initial"] = {
                "effective_from": corrects.effective_from, "why": corrects.why, "keeps_pending": pending,
            }  # fmt: skip
        super().__init__(*args, **kwargs)


class AuthorityForm(ChangeForm):
    """A spreadsheet that is to be the next authority table, from which day, and why."""

    file = forms.FileField(label=_("Excel か CSV のファイル"))
    field_order = ("file",)

    def clean_file(self) -> "UploadedFile[Any]":
        """Looked at before it is read: a file of a gigabyte costs no memory."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（上限5MB）。"))
        return file
