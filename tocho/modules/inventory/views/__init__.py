from .entries import entry_add, entry_assign, entry_detail, entry_edit, entry_export, entry_list, entry_move
from .imports import import_confirm, import_detail, import_discard, import_errors, import_list
from .roadmap import roadmap

__all__ = [
    "entry_add",
    "entry_assign",
    "entry_detail",
    "entry_edit",
    "entry_export",
    "entry_list",
    "entry_move",
    "import_confirm",
    "import_detail",
    "import_discard",
    "import_errors",
    "import_list",
    "roadmap",
]
