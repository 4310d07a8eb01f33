from .disclosing import (
    add_items,
    close_request,
    decide_request,
    extend_request,
    judge_item,
    note_item_seen,
    note_search,
    open_request,
)
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
    open_file,
    reopen_file,
    retitle_file,
)
from .filing import Filing, enter_document, move_document, note_look
from .holding import hold_file, release_hold
from .packaging import note_taken, order_package, package_file
from .receiving import (
    assign_received,
    attach_scan,
    correct_received,
    handle_received,
    link_received,
    receive_document,
    register_received,
    unlink_received,
)
from .recording import RecordsRefused
from .showing import read_received, show_received
from .wording import read_document

__all__ = [
    "Filing",
    "RecordsRefused",
    "add_items",
    "advance_files",
    "agree_list",
    "assign_received",
    "attach_scan",
    "close_file",
    "close_past_files",
    "close_request",
    "confirm_transfer",
    "correct_received",
    "decide_request",
    "enter_document",
    "execute_list",
    "extend_request",
    "handle_received",
    "hold_file",
    "judge_item",
    "link_received",
    "make_list",
    "move_document",
    "note_item_seen",
    "note_look",
    "note_search",
    "note_taken",
    "open_file",
    "open_request",
    "order_package",
    "package_file",
    "propose_list",
    "read_document",
    "read_received",
    "receive_document",
    "register_received",
    "release_hold",
    "reopen_file",
    "retitle_file",
    "set_outcome",
    "show_received",
    "unlink_received",
    "withdraw_list",
]
