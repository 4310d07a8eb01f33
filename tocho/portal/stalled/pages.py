"""What the pages show: the lists with the names of cases, offices and people, and one thing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.modules.procedures import api as procedures
from tocho.ui.numerals import count

from ..permissions import EVERYTHING
from .source import Found, Source, Units
from .sources import source_of, sources_for

PAGE = 30


@dataclass(frozen=True)
class StalledRow:
    """One line: what stands still, of which case and office, since when, who tried it.

    ``case_href`` is empty where the reader does not reach the case.
    """

    found: Found
    href: str
    case: str
    case_href: str
    office: str
    by: str


@dataclass(frozen=True)
class StalledList:
    """What stands still of one source; ``next`` is the address of the following page, "" at its end."""

    source: Source
    rows: tuple[StalledRow, ...]
    next: str


@dataclass(frozen=True)
class StalledPage:
    """What stands still in the offices that a person tends."""

    lists: tuple[StalledList, ...]
    retried: tuple[StalledRow, ...]
    count: int
    everywhere: bool

    @property
    def fine(self) -> str:
        """The titles of the sources of which nothing stands still."""
        return _("、").join(one.source.title for one in self.lists if not one.rows)

    @property
    def count_label(self) -> str:
        return _("止まっているもの %(n)s件") % {"n": count(self.count)}


def units_of(tended: frozenset[str]) -> Units:
    """Of which offices to read: None for all."""
    return None if EVERYTHING in tended else tended


def stalled_count(tended: frozenset[str]) -> int:
    """How much stands still; a query for each source, none for those who tend nothing."""
    if not tended:
        return 0
    units = units_of(tended)
    return sum(source.count(units) for source in sources_for(units))


def stalled_page(
    tended: frozenset[str], *, reached: Collection[str], after: dict[str, int | None], at: datetime
) -> StalledPage:
    """Everything on the page, in a fixed number of queries.

    :param reached: codes of the units whose cases the reader may open.
    :param after: key of a source → the id behind which its page begins.
    """
    units = units_of(tended)
    sources = sources_for(units)
    waiting = [(source, source.waiting(units, after.get(source.key), PAGE + 1)) for source in sources]
    tried = [(source, source.retried(units)) for source in sources]
    everything = [one for _source, found in (*waiting, *tried) for one in found]
    names = Names.about(everything, reached=reached, at=at)
    history = [names.row(source, one) for source, found in tried for one in found]
    return StalledPage(
        lists=tuple(
            StalledList(source, tuple(names.row(source, one) for one in found[:PAGE]), _next(source, found))
            for source, found in waiting
        ),
        retried=tuple(sorted(history, key=lambda row: row.found.at or at, reverse=True)[:20]),
        count=stalled_count(tended),
        everywhere=units is None,
    )


def _next(source: Source, found: Sequence[Found]) -> str:
    return f"{reverse('portal:stalled')}?{source.key}={found[PAGE - 1].id}" if len(found) > PAGE else ""


@dataclass(frozen=True)
class Names:
    """The names of cases, offices and people, which were read for all lines at once."""

    cases: dict[int, procedures.CaseName]
    people: dict[int, str]
    reached: Collection[str]
    at: datetime

    @classmethod
    def about(cls, found: Iterable[Found], *, reached: Collection[str], at: datetime) -> "Names":
        things = list(found)
        ids = {one.subject.id for one in things if one.subject and one.subject.type == procedures.SUBJECT}
        by = {one.by_id for one in things if one.by_id}
        people = {user.id: str(user) for user in User.objects.filter(id__in=by)} if by else {}
        return cls(procedures.cases_named(ids) if ids else {}, people, reached, at)

    def case_of(self, one: Found) -> procedures.CaseName | None:
        return self.cases.get(one.subject.id) if one.subject and one.subject.type == procedures.SUBJECT else None

    def applicant_of(self, one: Found) -> str:
        """Whom it concerns, for a reader who may open the case; "" for others."""
        case = self.case_of(one)
        return case.applicant if case and case.unit in self.reached else ""

    def row(self, source: Source, one: Found) -> StalledRow:
        case = self.case_of(one)
        of = f"{one.subject.type} {one.subject.id}" if one.subject else ""
        return StalledRow(
            found=one,
            href=reverse("portal:stalled_detail", args=[source.key, one.id]),
            case=f"{case.number} {case.title}" if case else of,
            case_href=case.href if case and case.unit in self.reached else "",
            office=office_name(one.unit, at=self.at),
            by=self.people.get(one.by_id or 0, ""),
        )


def office_name(unit: str, *, at: datetime) -> str:
    """A unit as it is called now; its code when it is gone, "" when nobody knows whose it is."""
    try:
        return org.unit(unit, on=calendar.office_day(at)).full_name if unit else ""
    except org.UnknownUnit:
        return unit


@dataclass(frozen=True)
class StalledThing:
    """One thing that stands still, with what a person should know and do before having it tried again.

    ``error`` is for engineers, and empty for everybody else.
    """

    source: Source
    row: StalledRow
    applicant: str
    error: str

    @property
    def found(self) -> Found:
        return self.row.found

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("きょうの仕事"), reverse("portal:desk")),
            (_("止まっているもの"), reverse("portal:stalled")),
            (self.found.what, ""),
        )


def stalled_thing(
    name: str, key: int, tended: frozenset[str], *, reached: Collection[str], at: datetime
) -> StalledThing | None:
    """One thing of a source, if it is of an office that the person tends; None otherwise."""
    units = units_of(tended)
    source = source_of(name, units)
    one = source.one(units, key) if source else None
    if source is None or one is None:
        return None
    names = Names.about([one], reached=reached, at=at)
    return StalledThing(
        source=source,
        row=names.row(source, one),
        applicant=names.applicant_of(one),
        error=one.error if one.error_for_all or units is None else "",
    )
