"""Earlier decisions that a new one may cancel or change, found by number, words of the title, or day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tocho.lib.dates import parse_date
from tocho.ui.narrowing import Narrowing

from ..models import Decision
from .lists import ListPage, Sought, visible_page

SUGGESTED, SHOWN = 8, 30


@dataclass(frozen=True)
class SoughtEarlier(Narrowing):
    """What is typed to find an earlier decision: ``find`` a number, words or a day (as people write it); ``own``: "1"
    only of the own offices; ``place`` where the draft is that asks (``new`` or ``decision:<id>``)."""

    find: str = ""
    own: str = ""
    place: str = ""

    @property
    def as_list(self) -> Sought:
        """The same, asked of the list of decisions."""
        try:
            day = parse_date(self.find).isoformat()
        except (ValueError, KeyError):
            return Sought(q=self.find)
        return Sought(by="decided", since=day, until=day)


def earlier_page(
    parts: Sequence[QuerySet[Decision]], sought: SoughtEarlier, *, after: int | None = None, limit: int, on: date
) -> ListPage:
    """Decisions of these parts that were made and stand, the newest first; none where nothing is typed."""
    if not sought.find and not sought.own:
        return ListPage((), "")
    decided = [part.filter(state__in=Decision.STANDING).exclude(relation=Decision.Relation.CANCEL) for part in parts]
    return visible_page(decided, sought=sought.as_list, after=after, limit=limit, on=on)
