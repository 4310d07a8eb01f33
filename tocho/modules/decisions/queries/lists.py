"""Lists of decisions: searched, in keyset pages over what a person may see, and as rows of a file."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models import Value as Literal
from django.db.models.expressions import OrderBy, RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.engines.search import api as search
from tocho.lib.csvfile import Value
from tocho.lib.newest import first_fitting
from tocho.lib.text import whole_number
from tocho.ui.narrowing import Narrowing

from ..models import Decision

MOST_EXPORTED = 10_000
WALKED = 1_000  # of each part, before what is rare is looked up
MOST_PEOPLE = 1000  # of one name
_REFERENCE = re.compile(r"第\s*([0-9]{1,9})\s*号")


@dataclass(frozen=True)
class Sought(Narrowing):
    """What is looked for; kept in the address. Words stand in title, body or content; days are of ``by``."""

    q: str = ""
    state: str = ""
    category: str = ""
    office: str = ""
    drafter: str = ""
    decider: str = ""
    by: str = ""  # "" drafted, decided
    since: str = ""
    until: str = ""

    @property
    def moment(self) -> str:
        """The moment that days are of."""
        return "decided_at" if self.by == "decided" else "drafted_at"

    @property
    def order(self) -> tuple[str, ...]:
        """Newest first; within days in the order of that moment, so that the days are read and nothing else."""
        return (f"-{self.moment}", "-id") if self.since or self.until else ("-id",)

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked for than words and state."""
        return any((self.category, self.office, self.drafter, self.decider, self.since, self.until))


@dataclass(frozen=True)
class ListPage:
    """One keyset page of decisions, newest first; ``next`` is the cursor of the following page, "" at the end."""

    rows: tuple[Decision, ...]
    next: str


def visible_page(
    parts: Sequence[QuerySet[Decision]],
    *,
    text: str = "",
    state: str = "",
    after: int | None = None,
    limit: int = 50,
    sought: Sought | None = None,
    on: date | None = None,
) -> ListPage:
    """Decisions of these parts together: two queries and one for each name, and of each part no more rows are read than
    the page shows.

    :param parts: as ``permissions.visible_parts`` gives them; what lies in two is shown once.
    """
    sought = sought or Sought(q=text, state=state)
    span = _span(sought) & (_after(after, sought) if after else Q())
    conditions, ways = _narrowed(sought, on=on), _worded(sought.q)
    is_narrow = bool(conditions) or bool(ways)
    wanted = conditions & _any(ways)
    keys = first_fitting(
        lambda most: _walked(parts, span, sought, most),
        lambda newest: _fitting(newest, wanted, sought, limit) if is_narrow else newest,
        lambda: _looked_up(parts, span & conditions, ways or [Q()], sought, limit),
        stages=[WALKED if is_narrow else limit + 1],
        wanted=limit + 1 if is_narrow else 0,
    )
    ids = [key[-1] for key in keys]
    rows = tuple(Decision.objects.filter(id__in=ids[:limit]).select_related("drafter").order_by(*sought.order))
    return ListPage(rows, str(ids[limit - 1]) if len(ids) > limit else "")


Key = tuple[datetime, int] | tuple[int]


def _walked(parts: Sequence[QuerySet[Decision]], span: Q, sought: Sought, most: int) -> tuple[list[Key], bool]:
    """The newest of each part together, read by the order alone, and whether that is all of them."""
    newest = [part.filter(span).order_by(*sought.order).values_list(*_names(sought))[:most] for part in parts]
    rows = _together(newest)
    return sorted(set(rows), reverse=True), len(rows) < most


def _names(sought: Sought) -> list[str]:
    return [name.lstrip("-") for name in sought.order]


def _fitting(newest: list[Key], wanted: Q, sought: Sought, limit: int) -> list[Key]:
    """What fits among the newest: all of it when it is common. It is asked of the rows that were read, or the planner
    would look for it elsewhere."""
    fitting = Decision.objects.filter(wanted, id__any=[key[-1] for key in newest]).order_by(*sought.order)
    # With the unit, rows are fetched by their keys and not looked for in an index of something else.
    return [key[:-1] for key in fitting.values_list(*_names(sought), "unit")[: limit + 1]]


def _looked_up(
    parts: Sequence[QuerySet[Decision]], wanted: Q, ways: Sequence[Q], sought: Sought, limit: int
) -> list[Key]:
    """What fits and is rare: found by what it is, whatever its age. The order is one that no index has, lest the
    planner walk down it for what is not there."""
    names = _names(sought)
    first = (F("id") + Literal(0)) if names == ["id"] else (F(names[0]) + Literal(timedelta()))
    order: list[str | OrderBy] = [first.desc(), *(["-id"] if len(names) > 1 else [])]
    found = [
        part.filter(wanted, way).order_by(*order).values_list(*names)[: limit + 1] for part in parts for way in ways
    ]
    return sorted(set(_together(found)), reverse=True)


def _together(found: Sequence[QuerySet[Decision, Any]]) -> list[Key]:
    return list(found[0].union(*found[1:], all=True)) if found else []


def _any(ways: Sequence[Q]) -> Q:
    return reduce(or_, ways, Q())


def _after(key: int, sought: Sought) -> Q:
    """What follows a row in the order of the list."""
    if len(sought.order) == 1:
        return Q(id__lt=key)
    name = sought.moment
    moment = Decision.objects.filter(id=key).values_list(name, flat=True).first()
    return Q(**{f"{name}__lt": moment}) | Q(**{name: moment, "id__lt": key}) if moment else Q(id__lt=key)


def _worded(text: str) -> list[Q]:
    """The ways to find words, each by an index of its own: a number, the tokens of all that was written (titles too); a
    single character, of which there are no tokens, in the titles. Asked one by one, for together they would be found by
    reading every row."""
    if not text:
        return []
    plain = unicodedata.normalize("NFKC", text)
    written = _REFERENCE.search(plain)
    number = int(written[1]) if written else whole_number(plain)
    ways = [Q(number=number)] if number is not None and number < 2**31 else []
    if tokens := search.query_of(text):
        matching = RawSQL("SELECT decision_id FROM decisions_wording WHERE tokens @@ %s::tsquery", [tokens])
        ways.append(Q(id__in=matching))
    return ways or [_titled(text)]


def _titled(text: str) -> Q:
    """Titles with these words in them. To lay case aside triples the time, and most words here have none."""
    return Q(title__icontains=text) if text.upper() != text.lower() else Q(title__contains=text)


def _narrowed(sought: Sought, *, on: date | None) -> Q:
    found = Q()
    for name in ("state", "category"):
        if value := getattr(sought, name):
            found &= Q(**{name: value})
    if sought.office:
        unit = org.unit_named(sought.office, on=on or timezone.localdate())
        found &= Q(unit=unit.code if unit else "")
    if sought.drafter:
        found &= Q(drafter__id__any=_people(sought.drafter))
    if sought.decider:
        found &= Q(decided_by__id__any=_people(sought.decider))
    return found


def _span(sought: Sought) -> Q:
    """The days asked for."""
    span = Q()
    if since := _day(sought.since):
        span &= Q(**{f"{sought.moment}__gte": since})
    if until := _day(sought.until):
        span &= Q(**{f"{sought.moment}__lt": until + timedelta(days=1)})
    return span


def _people(name: str) -> list[int]:
    return list(User.objects.filter(display_name__contains=name).values_list("id", flat=True)[:MOST_PEOPLE])


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time.min, tzinfo=timezone.get_default_timezone())
    except (ValueError, OverflowError):
        return None


def columns() -> tuple[str, ...]:
    """The titles of ``file_rows``."""
    return (
        _("文書番号"), _("件名"), _("事案の種類"), _("状態"), _("起案した課"), _("起案者"), _("起案"), _("決定者"),
        _("決定"), _("施行"), _("媒体"), _("根拠"),
    )  # fmt: skip


def file_rows(
    parts: Sequence[QuerySet[Decision]], sought: Sought, *, categories: dict[str, str], on: date
) -> Iterator[tuple[Value, ...]]:
    """What is found as rows of a file, at most ``MOST_EXPORTED``, page by page."""
    after: int | None = None
    for _page in range(MOST_EXPORTED // 500):
        page = visible_page(parts, sought=sought, after=after, limit=500, on=on)
        deciders = {row.decided_by_id for row in page.rows if row.decided_by_id}
        names = dict(User.objects.filter(id__in=deciders).values_list("id", "display_name"))
        yield from (_file_row(row, names.get(row.decided_by_id or 0, ""), categories, on=on) for row in page.rows)
        if not page.next:
            return
        after = int(page.next)


def _file_row(row: Decision, decider: str, categories: dict[str, str], *, on: date) -> tuple[Value, ...]:
    try:
        office = org.unit(row.unit, on=on).full_name
    except org.UnknownUnit:
        office = row.unit
    days = [calendar.office_day(at) if at else None for at in (row.drafted_at, row.decided_at, row.issued_at)]
    return (
        row.reference, row.title, categories.get(row.category, row.category), row.get_state_display(), office,
        row.drafter.display_name if row.drafter else row.by_rule, days[0], decider, days[1], days[2],
        row.get_medium_display(), row.article,
    )  # fmt: skip
