"""The door to documents item by item (提出書類): who owes which, what was given, what was said about it."""

from .actions import (
    ItemMoved,
    Place,
    TooMany,
    accept_item,
    erase_files,
    flag_item,
    give_files,
    remove_file,
    return_flagged,
)
from .queries import ItemView, SheetView, has_file, items_of, returned_to, states_of, unasked
from .rules import outstanding

__all__ = [
    "ItemMoved",
    "ItemView",
    "Place",
    "SheetView",
    "TooMany",
    "accept",
    "erase",
    "flag",
    "give",
    "has_file",
    "items_of",
    "outstanding",
    "remove",
    "return_flagged",
    "returned_to",
    "states_of",
    "unasked",
]

give = give_files
remove = remove_file
accept = accept_item
flag = flag_item
erase = erase_files
