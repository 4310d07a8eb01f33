from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.engines.documents.api import DISPOSITION
from tocho.modules.notices.models import Delivery, Notice, Posting
from tocho.modules.notices.rules import LONGEST, MAX_FILE_BYTES, NAME
from tocho.ui.fields import FilesField, LineField, ParagraphsField

DAY = {"type": "date"}
LIST_BYTES = 20_000_000
MOST_WORDS = 4000


class CodeForm(forms.Form):
    """Any text goes: whether it is a code is an answer of its own and no error of the form."""

    code = LineField(
        label=_("確認番号"),
        help_text=_("文書の下にある12文字です。例 7K3M-Q9FX-2BHD（ハイフンは省けます）"),
        max_length=40,
    )


class FileForm(forms.Form):
    file = FilesField(
        label=_("PDFファイル"),
        help_text=_("受け取ったままのPDFを選んでください。ファイルは確かめるだけで、保存しません。"),
        max_bytes=MAX_FILE_BYTES,
        types=("pdf",),
    )
    of_code = LineField(widget=forms.HiddenInput, max_length=40, required=False)  # the file is said to have this one


class WishForm(forms.Form):
    """How somebody wishes to get the notice; ``can_mail``: there is an address or an account to send it to."""

    notice_by = forms.ChoiceField(
        label=_("結果の通知の受け取り方"),
        choices=Delivery.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("電子なら、署名の付いたPDFがすぐに届きます。通知が出るまでは変えられます。"),
    )

    def __init__(self, data: Any = None, *, notice_by: str, can_mail: bool = True) -> None:
        super().__init__(data, initial={"notice_by": notice_by if can_mail else Delivery.POST})
        if not can_mail:
            field = self.fields["notice_by"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(str(Delivery.POST), Delivery.POST.label)]
            field.help_text = _("メールアドレスがないので、郵送します。")


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY), **more)


class LetterForm(forms.Form):
    posted_on = _day(_("発送日"))
    kind = forms.ChoiceField(label=_("郵便の種類"), choices=Posting.Kind.choices)
    number = LineField(
        label=_("お問い合わせ番号"), max_length=20, required=False, help_text=_("簡易書留・特定記録・配達証明のとき。")
    )


class ReturnForm(forms.Form):
    returned_on = _day(_("戻ってきた日"))
    reason = forms.ChoiceField(
        label=_("理由"),
        choices=[
            (words, words)
            for words in (_("あて所に尋ねあたりません"), _("転居先不明"), _("保管期間経過"), _("受取拒絶"), _("その他"))
        ],
    )


class ServeForm(forms.Form):
    served_on = _day(_("掲示を始めた日"), help_text=_("掲示を始めた日から2週間で、届いたものとみなされます。"))


class RevokeForm(forms.Form):
    reason = ParagraphsField(label=_("取消しの理由"), max_length=500, help_text=_("本人の画面には出ません。"))


class WithdrawForm(forms.Form):
    reason = ParagraphsField(
        label=_("取下げの理由"), max_length=500, help_text=_("記録に残ります。本人には知らせません。")
    )


class ReturnSealForm(forms.Form):
    reason = ParagraphsField(
        label=_("差し戻す理由"), max_length=500, help_text=_("担当の部署に伝わり、記録に残ります。")
    )


class RevokeAuthorisationForm(forms.Form):
    reason = ParagraphsField(label=_("包括承認を取り消す理由"), max_length=500)


class AuthorisationForm(forms.Form):
    starts_on = _day(_("はじめの日"))
    ends_on = _day(_("終わりの日"), help_text=_("この日までです。3年まで。"))
    basis = LineField(label=_("承認の文書番号"), max_length=100, help_text=_("例：2総総文第123号"))
    reason = ParagraphsField(label=_("承認する理由"), max_length=500, help_text=_("例：様式の決まった証明のため"))


class MendForm(forms.Form):
    """The words of a notice that 公印審査 returned; of a disposition only the addressee."""

    def __init__(self, notice: Notice, *args: Any) -> None:
        super().__init__(*args)
        data: dict[str, Any] = notice.data
        who: dict[str, Any] = data.get("applicant") or {}
        self.fields["name"] = LineField(label=_("宛名"), max_length=200, initial=who.get("name", ""))
        self.fields["address"] = LineField(
            label=_("住所"), max_length=500, required=False, initial=who.get("address", "")
        )
        if notice.profile != DISPOSITION:
            for number, (label, value) in enumerate(data.get("rows") or ()):
                self.fields[f"row-{number}"] = LineField(
                    label=label, max_length=MOST_WORDS, required=False, initial=str(value)
                )
        self.fields["answer"] = ParagraphsField(
            label=_("公印審査への回答"), max_length=500, help_text=_("何を直したか、または、なぜこのままでよいか。")
        )

    def changes(self) -> dict[str, str]:
        """What was changed, by name of the field."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "answer"}


class CorrectionForm(forms.Form):
    """The words of a notice as they are, to be changed; for a disposition the decision that changes it."""

    def __init__(self, notice: Notice, changing: Sequence[tuple[int, str]], *args: Any) -> None:
        super().__init__(*args)
        data: dict[str, Any] = notice.data
        who: dict[str, Any] = data.get("applicant") or {}
        if changing:
            label = _("もとになる変更の決定")
            self.fields["decision"] = forms.TypedChoiceField(label=label, coerce=int, choices=changing)
        self.fields["title"] = LineField(label=_("題名"), max_length=200, initial=notice.title)
        self.fields["name"] = LineField(label=_("宛名"), max_length=200, initial=who.get("name", ""))
        self._add("address", _("住所"), who.get("address", ""))
        if isinstance(body := data.get("body"), list):
            self._add("body", _("本文"), "\n".join(map(str, body)), lines=True)
        for number, (label, value) in enumerate(data.get("rows") or ()):
            self._add(f"row-{number}", label, str(value), lines="\n" in str(value))
        if reasons := data.get("reasons"):
            self._add("reasons", _("理由"), reasons if isinstance(reasons, str) else "\n".join(reasons), lines=True)
        self.fields["why"] = ParagraphsField(
            label=_("訂正の理由"), max_length=500, help_text=_("記録に残ります。本人の画面や文書には出ません。")
        )

    def _add(self, name: str, label: Any, value: str, *, lines: bool = False) -> None:
        kind = ParagraphsField if lines else LineField
        self.fields[name] = kind(label=label, initial=value, required=False, max_length=MOST_WORDS)

    def changes(self) -> dict[str, str]:
        """What was changed, by name of the field; without title, decision and reason."""
        about = ("title", "decision", "why")
        return {name: self.cleaned_data[name] for name in self.changed_data if name not in about}


class MendedForm(forms.Form):
    file = FilesField(
        label=_("直した行のファイル"),
        help_text=_("書き出した行を直して、そのまま選んでください。「行」の列は変えません。"),
        max_bytes=LIST_BYTES,
        types=("xlsx", "csv"),
    )


class RowForm(forms.Form):
    """One line of a list, a field for each column."""

    def __init__(self, columns: Sequence[str], values: Mapping[str, str], *args: Any) -> None:
        super().__init__(*args)
        self.columns = columns
        for number, name in enumerate(columns):
            self.fields[f"c{number}"] = LineField(
                label=name, required=False, max_length=LONGEST, initial=values.get(name, "")
            )

    def values(self) -> dict[str, str]:
        given = {name: self.cleaned_data[f"c{number}"] for number, name in enumerate(self.columns)}
        return {name: text for name, text in given.items() if text}

    def add_fault(self, column: str, reason: Any) -> None:
        """A fault stands at its column, or above the form where the list has no such column."""
        self.add_error(f"c{self.columns.index(column)}" if column in self.columns else None, reason)


class BatchForm(forms.Form):
    """The text, its seal, and the list of recipients."""

    title = LineField(label=_("題名"), max_length=100, help_text=_("例：納税のお知らせ"))
    body = ParagraphsField(
        label=_("本文"),
        max_length=4000,
        help_text=_("名簿の列を {未納額} のように書くと、1人ずつの値になります。行を変えると段落になります。"),
    )
    facts = LineField(
        label=_("表に載せる列"),
        required=False,
        max_length=300,
        help_text=_("「、」で区切って、名簿の列の名前を書きます。例：税目、未納額、納期限"),
    )
    office = forms.ChoiceField(label=_("部署"))
    profile = forms.ChoiceField(
        label=_("署名"),
        choices=Notice.Profile.choices,
        help_text=_("処分には職責証明書、事実のお知らせには組織の証明書。公印省略には署名が付きません。"),
    )
    decision = forms.TypedChoiceField(
        label=_("もとになる事案"), coerce=int, empty_value=None, required=False, help_text=_("処分の通知には要ります。")
    )
    file = FilesField(
        label=_("名簿"),
        help_text=_(
            "ExcelかCSV。1行目は列の名前：宛名、郵便番号、住所、メール、電子通知の希望（はい・いいえ）、ほかは自由です。"
        ),
        max_bytes=LIST_BYTES,
        types=("xlsx", "csv"),
    )

    def __init__(self, units: Sequence[tuple[str, str]], decided: Sequence[tuple[int, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["office"].choices = units  # type: ignore[attr-defined]
        self.fields["decision"].choices = [("", _("なし")), *decided]  # type: ignore[attr-defined]

    def clean_facts(self) -> list[str]:
        names = self.cleaned_data["facts"].replace(",", "、").split("、")
        return [name.strip() for name in names if name.strip() and name.strip() != NAME]
