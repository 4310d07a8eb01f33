from .entries import entry_add, entry_assign, entry_detail, entry_edit, entry_export, entry_list, entry_move
from .imports import import_confirm, import_detail, import_discard, import_errors, import_list
from .roadmap import roadmap
from .runs import bulk_detail, bulk_new, entry_of, export_detail, export_file, export_new

__all__ = [
    "bulk_detail",
    "bulk_new",
    "entry_add",
    "entry_assign",
    "entry_detail",
    "entry_edit",
    "entry_export",
    "entry_list",
    "entry_move",
    "entry_of",
    "export_detail",
    "export_file",
    "export_new",
    "import_confirm",
    "import_detail",
    "import_discard",
    "import_errors",
    "import_list",
    "roadmap",
]
