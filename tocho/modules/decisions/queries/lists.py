"""Lists of decisions: searched, in keyset pages over what a person may see, and as rows of a file."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.engines.search import api as search
from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number
from tocho.ui.narrowing import Narrowing

from ..models import Decision, Step

MOST_EXPORTED = 10_000
MOST_PEOPLE = 50  # of one name
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
    narrowed = _narrowed(sought, on=on)
    if after:
        narrowed &= Q(id__lt=after)
    ways = [narrowed & way for way in _worded(sought.q)]
    found = [part.filter(way).order_by("-id").values_list("id")[: limit + 1] for part in parts for way in ways]
    ids = sorted({key for (key,) in found[0].union(*found[1:], all=True)}, reverse=True) if found else []
    rows = tuple(Decision.objects.filter(id__in=ids[:limit]).select_related("drafter").order_by("-id"))
    return ListPage(rows, str(ids[limit - 1]) if len(ids) > limit else "")


def _worded(text: str) -> list[Q]:
    """The ways to find words, each by an index of its own: a number, the title of a unit's matters, the tokens of all
    that was written. Asked one by one, for together they would be found by reading every row."""
    if not text:
        return [Q()]
    plain = unicodedata.normalize("NFKC", text)
    written = _REFERENCE.search(plain)
    number = int(written[1]) if written else whole_number(plain)
    ways = [_titled(text)]
    if number is not None:
        ways.append(Q(number=number))
    if tokens := search.query_of(text):
        matching = RawSQL("SELECT decision_id FROM decisions_wording WHERE tokens @@ %s::tsquery", [tokens])
        ways.append(Q(id__in=matching))
    return ways


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
        found &= Q(drafter__in=_people(sought.drafter))
    if sought.decider:
        decided = Step.objects.filter(decision=OuterRef("pk"), kind=Step.Kind.DECIDE)
        found &= Q(Exists(decided.filter(acted_by__in=_people(sought.decider))))
    moment = "decided_at" if sought.by == "decided" else "drafted_at"
    if since := _day(sought.since):
        found &= Q(**{f"{moment}__gte": since})
    if until := _day(sought.until):
        found &= Q(**{f"{moment}__lt": until + timedelta(days=1)})
    return found


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
        deciders = Step.objects.filter(decision__in=page.rows, kind=Step.Kind.DECIDE, acted_by__isnull=False)
        names = dict(deciders.values_list("decision_id", "acted_by__display_name"))
        yield from (_file_row(row, names.get(row.id, ""), categories, on=on) for row in page.rows)
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
