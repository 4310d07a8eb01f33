from .answering import certify_return, open_survey, reopen_return
from .importing import Reading, import_file, read_file
from .recording import SealRefused
from .reminding import remind_late
from .requirements import MOST_AT_ONCE, add_requirement, change_requirements, edit_requirement, move_requirements
from .rules import add_rule, amend_rule, correct_amendment, drop_seals_of_rule, edit_rule

__all__ = [
    "MOST_AT_ONCE",
    "Reading",
    "SealRefused",
    "add_requirement",
    "add_rule",
    "amend_rule",
    "certify_return",
    "change_requirements",
    "correct_amendment",
    "drop_seals_of_rule",
    "edit_requirement",
    "edit_rule",
    "import_file",
    "move_requirements",
    "open_survey",
    "read_file",
    "remind_late",
    "reopen_return",
]
