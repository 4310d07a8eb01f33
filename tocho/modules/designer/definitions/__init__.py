"""A design as data: its parts, its faults, the kinds of questions it may ask. No database."""

from .folder import UnreadableFolder, files_of, from_zip, renamed, to_zip, with_process_id
from .kinds import LANGUAGES, Option, field_types, kind_label, languages, options_of, row_types, takes
from .parts import FOLDERS, JSON, PART, PARTS, Source, changed_parts, is_storable, part_of, title_of, with_part
from .problems import PLACE, Problem, is_publishable, problems, tolerant_form
from .shapes import Shape, blank, shape, shapes
from .words import CHOICE_WORDS, FACT_LABELS, fact_label

__all__ = [
    "CHOICE_WORDS",
    "FACT_LABELS",
    "FOLDERS",
    "JSON",
    "LANGUAGES",
    "PART",
    "PARTS",
    "PLACE",
    "Option",
    "Problem",
    "Shape",
    "Source",
    "UnreadableFolder",
    "blank",
    "changed_parts",
    "fact_label",
    "field_types",
    "files_of",
    "from_zip",
    "is_publishable",
    "is_storable",
    "kind_label",
    "languages",
    "options_of",
    "part_of",
    "problems",
    "renamed",
    "row_types",
    "shape",
    "shapes",
    "takes",
    "title_of",
    "to_zip",
    "tolerant_form",
    "with_part",
    "with_process_id",
]
