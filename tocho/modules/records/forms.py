import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import LineField, ParagraphsField

from .models import DisposalItem, Document, Hold, ReceivedDocument

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


class ReceiptForm(forms.Form):
    receipt = LineField(label=_("受入番号"), max_length=100, help_text=_("公文書館が付けた番号。"))
