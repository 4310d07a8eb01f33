from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.modules.notices.rules import MAX_FILE_BYTES
from tocho.ui.fields import FilesField, LineField


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
