from .disposal import (
    agree_list,
    confirm_transfer,
    execute_list,
    make_list,
    propose_list,
    set_outcome,
    withdraw_list,
)
from .files import (
    advance_files,
    close_file,
    close_past_files,
    hold_file,
    open_file,
    release_hold,
    reopen_file,
    retitle_file,
)
from .filing import Filing, enter_document, move_document, note_look
from .packaging import note_taken, order_package, package_file
from .receiving import assign_received, handle_received, receive_document, register_received
from .recording import RecordsRefused

__all__ = [
    "Filing",
    "RecordsRefused",
    "advance_files",
    "agree_list",
    "assign_received",
    "close_file",
    "close_past_files",
    "confirm_transfer",
    "enter_document",
    "execute_list",
    "handle_received",
    "hold_file",
    "make_list",
    "move_document",
    "note_look",
    "note_taken",
    "open_file",
    "order_package",
    "package_file",
    "propose_list",
    "receive_document",
    "register_received",
    "release_hold",
    "reopen_file",
    "retitle_file",
    "set_outcome",
    "withdraw_list",
]
