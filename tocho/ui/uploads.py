"""What people are told of a file that they gave."""

from django.utils.translation import gettext as _

from tocho.lib.tablefile import MOST_ROWS, TableRefused


def refusal(error: TableRefused, *, most_rows: int = MOST_ROWS) -> str:
    """Why a file is no table that can be read, and what to do."""
    words = {
        "empty": _("ファイルが空です。"),
        "encoding": _("文字コードが分かりません。UTF-8かShift_JISで保存し直してください。"),
        "excel": _("Excelのファイルとして開けません。開き直して、.xlsxで保存してください。"),
        "rows": _("行が多すぎます。%(most)s行までに分けてください。") % {"most": f"{most_rows:,}"},
    }
    return words[error.kind]
