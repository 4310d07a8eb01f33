"""What stands still until a person looks at it: steps of the machine that failed, refunds that were refused."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.modules.payments import api as payments
from tocho.modules.procedures import api as procedures
from tocho.ui.numerals import count, yen

from .permissions import EVERYTHING

PAGE = 30
Units = Collection[str] | None  # None: of all offices


@dataclass(frozen=True)
class StalledRow:
    """One thing that stands still, or was tried again: what, of which case and office, since when, who tried it.

    ``case_href`` is empty where the reader does not reach the case.
    """

    href: str
    what: str
    detail: str
    case: str
    case_href: str
    office: str
    at: datetime | None
    state_label: str
    tone: str
    by: str
    waits: bool  # for a person, to be tried again


@dataclass(frozen=True)
class StalledPage:
    """What stands still in the offices that a person tends; ``next_…`` continue the two lists."""

    incidents: tuple[StalledRow, ...]
    incidents_next: str
    refunds: tuple[StalledRow, ...]
    refunds_next: str
    retried: tuple[StalledRow, ...]
    count: int
    everywhere: bool

    @property
    def count_label(self) -> str:
        return _("止まっているもの %(n)s件") % {"n": count(self.count)}


def units_of(tended: frozenset[str]) -> Units:
    """Of which offices to read: None for all."""
    return None if EVERYTHING in tended else tended


def stalled_count(tended: frozenset[str]) -> int:
    """How much stands still; two queries, none for those who tend nothing."""
    if not tended:
        return 0
    units = units_of(tended)
    return process.incident_count(units) + payments.failed_refund_count(units)


def stalled_page(
    tended: frozenset[str],
    *,
    reached: Collection[str],
    after_incident: int | None = None,
    after_refund: int | None = None,
    at: datetime,
) -> StalledPage:
    """Everything on the page, in a fixed number of queries.

    :param reached: codes of the units whose cases the reader may open.
    """
    units = units_of(tended)
    stopped = process.incidents(units, after=after_incident, limit=PAGE + 1)
    refused = payments.failed_refunds(units, after=after_refund, limit=PAGE + 1)
    tried = process.retried_incidents(units)
    asked = payments.retried_refunds(units)
    rows = Rows.about(stopped + tried, refused + asked, reached=reached, at=at)
    history = [rows.of_incident(one, tried=True) for one in tried] + [rows.of_refund(one, tried=True) for one in asked]
    return StalledPage(
        incidents=tuple(rows.of_incident(one) for one in stopped[:PAGE]),
        incidents_next=_next("incidents", [one.id for one in stopped]),
        refunds=tuple(rows.of_refund(one) for one in refused[:PAGE]),
        refunds_next=_next("refunds", [one.id for one in refused]),
        retried=tuple(sorted(history, key=lambda row: row.at or at, reverse=True)[:20]),
        count=stalled_count(tended),
        everywhere=units is None,
    )


def _next(name: str, ids: Sequence[int]) -> str:
    """The address of the following page of one of the lists; "" at its end."""
    return f"{reverse('portal:stalled')}?{name}={ids[PAGE - 1]}" if len(ids) > PAGE else ""


@dataclass(frozen=True)
class Rows:
    """Draws lines with the names of their cases, offices and people, which were read for all of them at once."""

    cases: dict[int, procedures.CaseName]
    people: dict[int, str]
    reached: Collection[str]
    at: datetime

    @classmethod
    def about(
        cls,
        incidents: Iterable[process.IncidentView],
        refunds: Iterable[payments.RefundView],
        *,
        reached: Collection[str],
        at: datetime,
    ) -> "Rows":
        found: list[process.IncidentView | payments.RefundView] = [*incidents, *refunds]
        ids = {one.subject.id for one in found if one.subject.type == procedures.SUBJECT}
        by = {one.retried_by_id for one in found if one.retried_by_id}
        people = {user.id: str(user) for user in User.objects.filter(id__in=by)} if by else {}
        return cls(procedures.cases_named(ids) if ids else {}, people, reached, at)

    def applicant_of(self, subject: Subject) -> str:
        """Whom it concerns, for a reader who may open the case; "" for others."""
        case = self.cases.get(subject.id) if subject.type == procedures.SUBJECT else None
        return case.applicant if case and case.unit in self.reached else ""

    def of_incident(self, one: process.IncidentView, *, tried: bool = False) -> StalledRow:
        return self._row(
            one,
            href=reverse("portal:stalled_incident", args=[one.id]),
            what=one.step,
            detail=_("期限の処理") if one.is_timer else _("自動の処理"),
            state=incident_states()[one.state],
            tried=tried,
        )

    def of_refund(self, one: payments.RefundView, *, tried: bool = False) -> StalledRow:
        return self._row(
            one,
            href=reverse("portal:stalled_refund", args=[one.id]),
            what=_("%(amount)sの還付") % {"amount": yen(one.amount)},
            detail=_("余分に払われたお金") if one.is_surplus else one.description,
            state=refund_states()[one.state],
            tried=tried,
        )

    def _row(
        self,
        one: process.IncidentView | payments.RefundView,
        *,
        href: str,
        what: str,
        detail: str,
        state: tuple[str, str],
        tried: bool,
    ) -> StalledRow:
        case = self.cases.get(one.subject.id) if one.subject.type == procedures.SUBJECT else None
        return StalledRow(
            href=href,
            what=what,
            detail=detail,
            case=f"{case.number} {case.title}" if case else f"{one.subject.type} {one.subject.id}",
            case_href=case.href if case and case.unit in self.reached else "",
            office=office_name(one.unit, at=self.at),
            at=one.retried_at if tried else one.failed_at,
            state_label=state[0],
            tone=state[1],
            by=self.people.get(one.retried_by_id or 0, ""),
            waits=one.state in ("stopped", "failed"),
        )


def incident_states() -> dict[str, tuple[str, str]]:
    """State of an incident → what it is called, and its tone."""
    return {
        "stopped": (_("止まっています"), "bad"),
        "trying": (_("やり直し中"), "wait"),
        "done": (_("済み"), "ok"),
        "passed": (_("案件が先へ進みました"), "neutral"),
    }


def refund_states() -> dict[str, tuple[str, str]]:
    """State of a refund → what it is called, and its tone."""
    return {
        "failed": (_("止まっています"), "bad"),
        "requested": (_("やり直し中"), "wait"),
        "done": (_("済み"), "ok"),
    }


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

    row: StalledRow
    number: str  # to tell the engineers
    applicant: str
    meaning: str
    advice: str
    error: str

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("きょうの仕事"), reverse("portal:desk")),
            (_("止まっているもの"), reverse("portal:stalled")),
            (self.row.what, ""),
        )


def stalled_incident(
    incident_id: int, tended: frozenset[str], *, reached: Collection[str], at: datetime
) -> StalledThing | None:
    """One failed step, if it is of an office that the person tends."""
    one = process.incident(incident_id, units_of(tended))
    if one is None:
        return None
    rows = Rows.about([one], [], reached=reached, at=at)
    return StalledThing(
        row=rows.of_incident(one),
        number=f"P-{one.id}",
        applicant=rows.applicant_of(one.subject),
        meaning=_("この処理が終わるまで、案件は次の段階へ進みません。申請者は待っています。"),
        advice=_(
            "通信や外部のシステムの一時的な不調なら、やり直すと進みます。何度やり直しても、同じことが二重に行われることはありません。"
            "やり直しても止まるときは、情報基盤の担当に番号を伝えてください。"
        ),
        error=one.error if EVERYTHING in tended else "",
    )


def stalled_refund(
    refund_id: int, tended: frozenset[str], *, reached: Collection[str], at: datetime
) -> StalledThing | None:
    """One refused refund, if it is of an office that the person tends."""
    one = payments.refund_of(refund_id, units_of(tended))
    if one is None:
        return None
    rows = Rows.about([], [one], reached=reached, at=at)
    return StalledThing(
        row=rows.of_refund(one),
        number=f"R-{one.id}",
        applicant=rows.applicant_of(one.subject),
        meaning=_("決済事業者が還付を受け付けませんでした。お金は、まだ納付した人に戻っていません。"),
        advice=_(
            "カードの期限切れなどで戻せないときは、納付した人に連絡し、口座への振込みなど別の方法を決めてください。"
            "事業者の側の不調なら、やり直すと戻ります。同じ還付が二重に行われることはありません。"
        ),
        error=one.problem,
    )
