"""A design as data: its parts, its faults, the kinds of questions it may ask. No database."""

from .kinds import LANGUAGES, Option, field_types, kind_label, languages, options_of, row_types, takes
from .parts import FOLDERS, JSON, PART, PARTS, Source, changed_parts, part_of, title_of, with_part
from .problems import PLACE, Problem, is_publishable, problems, tolerant_form

__all__ = [
    "FOLDERS",
    "JSON",
    "LANGUAGES",
    "PART",
    "PARTS",
    "PLACE",
    "Option",
    "Problem",
    "Source",
    "changed_parts",
    "field_types",
    "is_publishable",
    "kind_label",
    "languages",
    "options_of",
    "part_of",
    "problems",
    "row_types",
    "takes",
    "title_of",
    "tolerant_form",
    "with_part",
]
