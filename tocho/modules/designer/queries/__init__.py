"""Reads of the module: lists of designs, and what the tabs of one design share."""

from .listing import DesignList, DesignRow, design_list, starting_points
from .tabs import ProblemRow, Tab, problem_rows, tabs_of

__all__ = [
    "DesignList",
    "DesignRow",
    "ProblemRow",
    "Tab",
    "design_list",
    "problem_rows",
    "starting_points",
    "tabs_of",
]
