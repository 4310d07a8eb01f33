"""Lists of decisions: keyset pages over what a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tocho.lib.text import whole_number

from ..models import Decision


@dataclass(frozen=True)
class ListPage:
    """One keyset page of decisions, newest first; ``next`` is the cursor of the following page, "" at the end."""

    rows: tuple[Decision, ...]
    next: str


def visible_page(
    parts: Sequence[QuerySet[Decision]], *, text: str = "", state: str = "", after: int | None = None, limit: int = 50
) -> ListPage:
    """Decisions of these parts together, by title or document number and state: two queries, and of each part no more
    rows are read than the page shows.

    :param parts: as ``permissions.visible_parts`` gives them; what lies in two is shown once.
    """
    number = whole_number(text)
    narrowed = Q()
    if text:
        narrowed &= _titled(text) if number is None else _titled(text) | Q(number=number)
    if state:
        narrowed &= Q(state=state)
    if after:
        narrowed &= Q(id__lt=after)
    found = [part.filter(narrowed).order_by("-id").values_list("id")[: limit + 1] for part in parts]
    ids = sorted({key for (key,) in found[0].union(*found[1:], all=True)}, reverse=True) if found else []
    rows = tuple(Decision.objects.filter(id__in=ids[:limit]).order_by("-id"))
    return ListPage(rows, str(ids[limit - 1]) if len(ids) > limit else "")


def _titled(text: str) -> Q:
    """Titles with these words in them. To lay case aside triples the time, and most words here have none."""
    return Q(title__icontains=text) if text.upper() != text.lower() else Q(title__contains=text)
