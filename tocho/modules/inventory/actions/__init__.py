from .entries import add_entry, assign_entries, edit_entry, move_entry
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
    "assign_entries",
    "confirm_import",
    "discard_import",
    "edit_entry",
    "move_entry",
    "read_import",
    "start_import",
]
