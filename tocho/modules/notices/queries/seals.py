"""What waits for 公印審査, decision and notice side by side; standing authorisations and what was sealed by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar.api import business_days_between, office_day
from tocho.core.org import api as org
from tocho.lib.dates import format_era
from tocho.modules.decisions import api as decisions

from ..models import AWAITS_SEAL, Notice, SealAuthorisation

PAGE = 50


@dataclass(frozen=True)
class SealRow:
    """One notice that waits, with its decision; ``bar``: why this person cannot review it, empty: may."""

    notice: Notice
    name: str
    unit_label: str
    decision: decisions.DecisionView | None
    days: int  # business days since it was composed
    bar: str


@dataclass(frozen=True)
class Check:
    """One thing that must be the same in decision and notice (照合)."""

    label: str
    decided: str
    written: str

    @property
    def is_same(self) -> bool:
        return self.decided == self.written


def waiting_count(bureau_units: QuerySet[Notice]) -> int:
    """How many of these notices wait for 公印審査; by a small index."""
    return bureau_units.filter(AWAITS_SEAL).count()


def seal_rows(rows: QuerySet[Notice], *, user_id: int, after: int = 0, at: datetime) -> tuple[list[SealRow], str]:
    """One page of what waits, the oldest first, and the cursor of the next one; two queries."""
    found = list(rows.filter(AWAITS_SEAL, id__gt=after).order_by("id")[: PAGE + 1])
    shown = found[:PAGE]
    known = decisions.decisions_by_id([row.decision_id for row in shown if row.decision_id])
    day = office_day(at)
    made = [_row(one, known.get(one.decision_id or 0), user_id=user_id, day=day) for one in shown]
    return made, str(shown[-1].id) if len(found) > PAGE else ""


def seal_row(notice: Notice, *, user_id: int, at: datetime) -> SealRow:
    """One notice as its own page shows it."""
    known = decisions.decisions_by_id([notice.decision_id] if notice.decision_id else [])
    return _row(notice, known.get(notice.decision_id or 0), user_id=user_id, day=office_day(at))


def _row(notice: Notice, decision: decisions.DecisionView | None, *, user_id: int, day: date) -> SealRow:
    who = notice.data.get("applicant") or {}
    return SealRow(
        notice=notice,
        name=str(who.get("company") or who.get("name") or ""),
        unit_label=org.label_of(notice.unit, on=day),
        decision=decision,
        days=max(business_days_between(office_day(notice.composed_at), day), 0),
        bar=_bar(notice, decision, user_id),
    )


def _bar(notice: Notice, decision: decisions.DecisionView | None, user_id: int) -> str:
    if notice.drafted_by_id == user_id:
        return _("自分が文を作った通知")
    if decision and decision.decided_by_id == user_id:
        return _("自分が決定した事案")
    return _("自分が起案した事案") if decision and decision.drafter_id == user_id else ""


def checks_of(row: SealRow) -> list[Check]:
    """照合: number, day, article and reasons of the decision against those that the notice cites."""
    if row.decision is None:
        return []
    data, decision = row.notice.data, row.decision
    cited = data.get("decision") or {}
    found = [
        Check(_("決定番号"), decision.cited["number"], str(cited.get("number", ""))),
        Check(_("決定日"), _day(decision.cited["decided_on"]), _day(str(cited.get("decided_on", "")))),
        Check(_("根拠"), decision.article, str(cited.get("article", ""))),
    ]
    given = data.get("reasons", "")
    words = given if isinstance(given, str) else "\n".join(map(str, given))
    if words or decision.reasons:
        found.append(Check(_("理由"), decision.reasons, words))
    return found


def _day(iso: str) -> str:
    return format_era(date.fromisoformat(iso)) if iso else ""


@dataclass(frozen=True)
class People:
    """Who drafted and who decided, by name."""

    drafter: str
    decider: str


def people_of(decision: decisions.DecisionView | None) -> People:
    """The people of a decision; one by rule has no decider. One query."""
    if decision is None:
        return People("", "")
    ids = [one for one in (decision.drafter_id, decision.decided_by_id) if one is not None]
    names = {user.pk: str(user) for user in User.objects.filter(id__in=ids)}
    decider = names.get(decision.decided_by_id or 0, "") or (decision.by_rule and _("規則による自動決定"))
    return People(names.get(decision.drafter_id or 0, ""), decider)


@dataclass(frozen=True)
class StandingRow:
    """One standing authorisation: how it stands on a day, and what was sealed under it."""

    authorisation: SealAuthorisation
    bureau_label: str
    state_label: str
    tone: str
    is_in_force: bool
    used: int
    last_used_at: datetime | None


def standing_rows(rows: QuerySet[SealAuthorisation], *, at: datetime) -> list[StandingRow]:
    """Authorisations, those in force first; two queries however many were sealed under them."""
    day = office_day(at)
    found = list(rows.select_related("given_by", "revoked_by", "template").order_by("-id")[:500])
    used = _uses([row.id for row in found])
    made = [_standing(row, used.get(row.id), day=day) for row in found]
    return sorted(made, key=lambda row: not row.is_in_force)


def _uses(ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    rows = Notice.objects.filter(authorisation_id__in=ids, signed_at__isnull=False)
    counted = rows.order_by().values_list("authorisation_id").annotate(n=Count("id"), last=Max("signed_at"))
    return {key: (count, last) for key, count, last in counted if key}


def _standing(row: SealAuthorisation, used: tuple[int, datetime | None] | None, *, day: date) -> StandingRow:
    if row.revoked_at is not None:
        label, tone = _("取消し"), "bad"
    elif day > row.ends_on:
        label, tone = _("終了"), "neutral"
    else:
        label, tone = (_("有効"), "ok") if row.starts_on <= day else (_("これから"), "wait")
    count, last = used or (0, None)
    return StandingRow(
        authorisation=row,
        bureau_label=org.label_of(row.bureau, on=day),
        state_label=label,
        tone=tone,
        is_in_force=row.revoked_at is None and row.starts_on <= day <= row.ends_on,
        used=count,
        last_used_at=last,
    )


def uses_of(authorisation: SealAuthorisation, *, after: int | None = None) -> tuple[list[Notice], str]:
    """What was sealed under an authorisation, the newest first, in keyset pages."""
    rows = Notice.objects.filter(authorisation=authorisation, signed_at__isnull=False).defer("data")
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def standing_for(notice: Notice, *, at: datetime) -> SealAuthorisation | None:
    """The authorisation of a notice's form that is in force or begins later; its bureau's only."""
    day = office_day(at)
    same = SealAuthorisation.objects.filter(
        kind=notice.kind, template=notice.template_id, profile=notice.profile, revoked_at=None, ends_on__gte=day
    )
    return same.filter(Q(bureau=org.bureau_code_of(notice.unit, on=day)) | Q(bureau=notice.unit)).first()
