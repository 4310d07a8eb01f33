import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import LineField, ParagraphsField

from .models import DisclosureItem, DisposalItem, Document, Exemption, Hold, ReceivedDocument

Choices = Sequence[tuple[Any, Any]]
DAY = {"type": "date"}
FILE_KINDS = ".pdf,.docx,.xlsx,.pptx,.jpg,.jpeg,.png,.tif,.tiff,.csv,.txt"


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs=DAY), help_text=help_text)


def _file(*, required: bool, help_text: Any = "") -> forms.FileField:
    return forms.FileField(
        label=_("ファイル"),
        required=required,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": FILE_KINDS}),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("空のファイルです。")},
    )


def _offer(form: forms.Form, **choices: Choices) -> None:
    for name, offered in choices.items():
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


class FileForm(forms.Form):
    """A new file."""

    unit = forms.ChoiceField(label=_("部署"))
    classification = forms.TypedChoiceField(label=_("分類"), coerce=int, help_text=_("保存期間は分類で決まります。"))
    title = LineField(label=_("ファイルの名前"), max_length=200, help_text=_("例：補助金交付決定（令和2年度）"))

    def __init__(self, units: Choices, classes: Choices, data: Any = None) -> None:
        super().__init__(data)
        _offer(self, unit=units, classification=classes)


class TitleForm(forms.Form):
    title = LineField(label=_("ファイルの名前"), max_length=200)


class CloseForm(forms.Form):
    on = _day(_("完結の日"), help_text=_("保存期間は、次の年度の4月1日から数えます。"))


class ReasonForm(forms.Form):
    reason = LineField(label=_("理由"), max_length=300, help_text=_("台帳に残ります。"))


class HoldForm(forms.Form):
    ground = forms.ChoiceField(label=_("止める根拠"), choices=Hold.Ground.choices, widget=forms.RadioSelect)
    reason = LineField(label=_("内容"), max_length=300, help_text=_("例：令和2年度開示請求第12号"))


class DocumentForm(forms.Form):
    """A document that did not arise in this system."""

    title = LineField(label=_("件名"), max_length=300)
    number = LineField(label=_("文書番号"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("種類"), choices=Document.Kind.choices, initial="other", widget=forms.RadioSelect)
    dated_on = _day(_("文書の日付"))
    file = _file(required=True)


class MoveForm(forms.Form):
    file = forms.TypedChoiceField(label=_("移す先のファイル"), coerce=int)
    reason = LineField(label=_("理由"), max_length=300)

    def __init__(self, files: Choices, data: Any = None) -> None:
        super().__init__(data)
        _offer(self, file=files)


class ReceiveForm(forms.Form):
    """What arrived."""

    unit = forms.ChoiceField(label=_("収受する部署"))
    title = LineField(label=_("件名"), max_length=200)
    sender = LineField(label=_("差出人"), max_length=200)
    channel = forms.ChoiceField(
        label=_("届いた方法"), choices=ReceivedDocument.Channel.choices, widget=forms.RadioSelect
    )
    arrived_on = _day(_("到達の日"))
    file = _file(required=False, help_text=_("紙で届いたものは、スキャンして加えます。"))
    once = LineField(widget=forms.HiddenInput, max_length=24, required=False)  # a double click receives once

    def __init__(self, units: Choices, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial={"once": secrets.token_urlsafe(12), **(initial or {})})
        _offer(self, unit=units)


class CorrectReceivedForm(forms.Form):
    """What was typed of it, put right."""

    title = LineField(label=_("件名"), max_length=200)
    sender = LineField(label=_("差出人"), max_length=200)
    reason = LineField(label=_("訂正の理由"), max_length=300, help_text=_("台帳に残ります。"))


class ScanForm(forms.Form):
    file = _file(required=True, help_text=_("PDFか画像。中身を確かめてから保存します。"))


class LinkForm(forms.Form):
    """A matter that came of it."""

    subject_type = forms.ChoiceField(label=_("種類"), widget=forms.RadioSelect)
    number = LineField(
        label=_("番号"), max_length=100, help_text=_("文書番号か受付番号。あなたが見られるものに限ります。")
    )

    def __init__(self, types: Choices, data: Any = None) -> None:
        super().__init__(data, initial={"subject_type": types[0][0] if types else ""})
        _offer(self, subject_type=types)


class ShowForm(forms.Form):
    """Who shall read it."""

    users = forms.TypedMultipleChoiceField(label=_("見てほしい人"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, people: Choices, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["users"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = list(people)


class AssignForm(forms.Form):
    unit = LineField(
        label=_("担当する部署"), max_length=200, help_text=_("組織の名前か組織コード。例：主税局 徴収部 徴収課")
    )


class HandleForm(forms.Form):
    handling = ParagraphsField(label=_("処理した内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    classification = forms.ChoiceField(label=_("保存する分類"))

    def __init__(self, classes: Choices, data: Any = None) -> None:
        super().__init__(data)
        _offer(self, classification=classes)


class ListForm(forms.Form):
    unit = forms.ChoiceField(label=_("部署"))
    title = LineField(label=_("協議の名前"), max_length=200, help_text=_("例：令和2年度末の廃棄協議"))

    def __init__(self, units: Choices, data: Any = None) -> None:
        super().__init__(data)
        _offer(self, unit=units)


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(label=_("どうするか"), choices=DisposalItem.Outcome.choices, widget=forms.RadioSelect)
    extend_until = _day(_("いつまで延ばすか"), required=False, help_text=_("延長するときだけ書きます。"))
    reason = LineField(
        label=_("理由"),
        max_length=300,
        required=False,
        help_text=_("延長するとき、公文書館へ移すべきものを廃棄するときは、必ず書きます。"),
    )


class RequestForm(forms.Form):
    """A request for disclosure."""

    unit = forms.ChoiceField(label=_("対応する部署"))
    title = LineField(
        label=_("請求された公文書"),
        max_length=300,
        help_text=_("例：令和2年度の補助金の交付決定に関する文書。請求した人の名前は書きません。"),
    )
    requested_on = _day(_("請求の日"), help_text=_("この日から14日以内に決定します（条例12条）。"))
    once = LineField(widget=forms.HiddenInput, max_length=24, required=False)

    def __init__(self, units: Choices, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial={"once": secrets.token_urlsafe(12), **(initial or {})})
        _offer(self, unit=units)


class CorrectForm(forms.Form):
    """What was put right, and how long that took."""

    title = LineField(label=_("請求された公文書（補正後）"), max_length=300)
    asked_on = _day(_("補正を求めた日"))
    corrected_on = _day(
        _("補正された日"), help_text=_("求めた日からの日数は、14日に数えません（条例12条1項ただし書）。")
    )


class ExtendForm(forms.Form):
    due_on = _day(_("いつまでに決定するか"), help_text=_("請求の日から60日まで。一度だけ延ばせます。"))
    reason = LineField(label=_("延ばす理由"), max_length=300, help_text=_("例：文書が多く、部分の確認に時間がかかる"))


class VerdictForm(forms.Form):
    """What becomes of one document."""

    verdict = forms.ChoiceField(
        label=_("どうするか"), choices=DisclosureItem.Verdict.choices[1:], widget=forms.RadioSelect
    )
    exemption = forms.ChoiceField(
        label=_("非開示の根拠（条例7条）"),
        choices=[("", _("なし")), *Exemption.choices],
        required=False,
        help_text=_("一部開示、非開示のときに選びます。"),
    )
    note = LineField(
        label=_("備考"), max_length=300, required=False, help_text=_("非開示にする部分。対象外のときは、その理由。")
    )


class DecideForm(forms.Form):
    """How a request was decided; beside two answers that look at no document, what its documents say."""

    bare = forms.ChoiceField(
        label=_("決定の内容"),
        choices=[
            ("", _("文書ごとの判断のとおり（文書がなければ、不存在）")),
            ("refused", _("存否応答拒否（条例10条）")),
            ("rejected", _("却下（開示請求の対象でない）")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    decided_on = _day(_("決定の日"))
    decision = LineField(label=_("決定の文書番号"), max_length=100, required=False)


class ReceiptForm(forms.Form):
    receipt = LineField(label=_("受入番号"), max_length=100, help_text=_("公文書館が付けた番号。"))
