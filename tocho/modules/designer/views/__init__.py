from .check import check
from .facts import facts
from .form import form
from .listing import design_detail, design_list
from .notices import notices
from .process import process
from .publish import publish
from .tables import tables
from .tryout import tryout

__all__ = [
    "check",
    "design_detail",
    "design_list",
    "facts",
    "form",
    "notices",
    "process",
    "publish",
    "tables",
    "tryout",
]
