from .bulk import ask_bulk_change, change_bulk
from .entries import add_entry, assign_entries, edit_entry, move_entry
from .exporting import ask_export, expire_exports, write_export
from .importing import (
    ImportRefused,
    apply_import,
    confirm_import,
    discard_import,
    read_import,
    start_import,
)
from .recording import EntryRefused

__all__ = [
    "EntryRefused",
    "ImportRefused",
    "add_entry",
    "apply_import",
    "ask_bulk_change",
    "ask_export",
    "assign_entries",
    "change_bulk",
    "confirm_import",
    "discard_import",
    "edit_entry",
    "expire_exports",
    "move_entry",
    "read_import",
    "start_import",
    "write_export",
]
