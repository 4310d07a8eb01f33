from .imports import import_check, import_start
from .progress import progress
from .requirements import (
    nation_list,
    requirement_add,
    requirement_change,
    requirement_detail,
    requirement_edit,
    requirement_export,
    requirement_list,
    requirement_move,
)
from .returns import return_certify, return_detail, return_list, return_reopen, survey_open
from .rules import rule_add, rule_amend, rule_correct, rule_detail, rule_drop, rule_edit, rule_list

__all__ = [
    "import_check",
    "import_start",
    "nation_list",
    "progress",
    "requirement_add",
    "requirement_change",
    "requirement_detail",
    "requirement_edit",
    "requirement_export",
    "requirement_list",
    "requirement_move",
    "return_certify",
    "return_detail",
    "return_list",
    "return_reopen",
    "rule_add",
    "rule_amend",
    "rule_correct",
    "rule_detail",
    "rule_drop",
    "rule_edit",
    "rule_list",
    "survey_open",
]
