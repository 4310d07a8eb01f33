"""Reads of the module: lists of designs, and what the tabs of one design share."""

from .checking import CheckRow, checklist
from .facts import facts_remarks, facts_shown
from .listing import (
    DesignFilter,
    DesignList,
    DesignRow,
    design_columns,
    design_list,
    design_table,
    starting_points,
    unit_name,
)
from .offices import office_choices
from .outline import earlier_questions, faults_at, outline, preview, simple_conditions
from .parts import form_to_copy, part_choices, part_page, starts
from .publishing import PublishPage, publish_page
from .tabs import ProblemRow, Tab, problem_rows, tabs_of
from .trying import turns_in_words

__all__ = [
    "CheckRow",
    "DesignFilter",
    "DesignList",
    "DesignRow",
    "ProblemRow",
    "PublishPage",
    "Tab",
    "checklist",
    "design_columns",
    "design_list",
    "design_table",
    "earlier_questions",
    "facts_remarks",
    "facts_shown",
    "faults_at",
    "form_to_copy",
    "office_choices",
    "outline",
    "part_choices",
    "part_page",
    "preview",
    "problem_rows",
    "publish_page",
    "simple_conditions",
    "starting_points",
    "starts",
    "tabs_of",
    "turns_in_words",
    "unit_name",
]
