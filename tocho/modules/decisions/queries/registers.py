"""Registers of the module: 後閲 that are left, delegations, the numbers of an office without gaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org

from ..models import Decision, Delegation, DocumentSymbol, NumberReservation, NumberSeries, Step
from ..models.numbers import written_number
from .routes import words_of

SHOWN, PIECE = 50, 1000


@dataclass(frozen=True)
class PostReviewRow:
    """One 後閲 that is left: of what, whose, since when, after what (代決, 引上げ, 不在)."""

    decision: Decision
    post: str
    since: datetime | None
    after: str
    due_on: date | None
    is_late: bool
    raised_to: str = ""  # the post above that does it, where nobody of its own can


@dataclass(frozen=True)
class PostReviewPage:
    """後閲 that are left, the oldest first: one's own, or those in what one's units have drafted."""

    rows: tuple[PostReviewRow, ...]
    whole: bool
    next: str


def post_review_page(user_id: int, *, whole: bool, after: int | None, at: datetime) -> PostReviewPage:
    """What is left to look at afterwards; two queries."""
    left = Step.objects.filter(kind=Step.Kind.POST_REVIEW, state=Step.State.ACTIVE)
    if whole:
        left = left.filter(decision__unit__in=org.unit_codes_of(user_id, at=at))
    else:
        own = [int(address[5:]) for address in org.addresses_of(user_id, at=at) if address.startswith("post:")]
        left = left.filter(Q(post__in=own) | Q(raised_to__in=own))
    if after:
        left = left.filter(id__gt=after)
    today, found = (
        calendar.office_day(at),
        list(left.select_related("decision", "stands_for").order_by("id")[: SHOWN + 1]),
    )
    rows = tuple(_post_review(step, today=today) for step in found[:SHOWN])
    return PostReviewPage(rows, whole, str(found[SHOWN - 1].id) if len(found) > SHOWN else "")


def _post_review(step: Step, *, today: date) -> PostReviewRow:
    base = step.stands_for
    return PostReviewRow(
        decision=step.decision,
        post=org.address_label(f"post:{step.post_id}", on=today),
        since=step.activated_at,
        after=base.get_state_display() if base else "",
        due_on=step.due_on,
        is_late=step.due_on is not None and step.due_on < today,
        raised_to=org.address_label(f"post:{step.raised_to_id}", on=today) if step.raised_to_id else "",
    )


@dataclass(frozen=True)
class DelegationRow:
    """One delegation as it stands today."""

    row: Delegation
    from_label: str
    to_label: str
    state: str
    tone: str
    may_end: bool
    scope: str = ""  # the kinds of matters, in words


def delegation_rows(*, at: datetime) -> tuple[DelegationRow, ...]:
    """Delegations, the newest first: scheduled, active, ended, revoked."""
    on = calendar.office_day(at)
    return tuple(delegation_row(row, on=on) for row in Delegation.objects.all()[:200])


def delegation_row(row: Delegation, *, on: date) -> DelegationRow:
    """One delegation as it stands on a day."""
    if row.revoked_on is not None and row.revoked_on <= on:
        state, tone = _("解除"), "neutral"
    elif row.ends_on is not None and row.ends_on <= on:
        state, tone = _("終了"), "neutral"
    elif row.starts_on > on:
        state, tone = _("予定"), "wait"
    else:
        state, tone = _("有効"), "ok"
    labels = [
        org.address_label(f"post:{post}", on=max(on, row.starts_on)) for post in (row.from_post_id, row.to_post_id)
    ]
    return DelegationRow(row, labels[0], labels[1], state, tone, tone in ("ok", "wait"), _scope(row, on=on))


def _scope(row: Delegation, *, on: date) -> str:
    words = dict(words_of(on).get("category", ())) if row.categories else {}
    return "、".join(words.get(code, code) for code in row.categories) or _("すべての事案")


@dataclass(frozen=True)
class NumberRow:
    """One number of an office's register: taken by a decision, reserved, or given up."""

    number: int
    reference: str
    title: str
    state: str
    decision_id: int | None
    reservation_id: int | None
    may_give_up: bool


@dataclass(frozen=True)
class NumberPage:
    """The register of numbers of one symbol in one fiscal year, the newest first; ``gaps`` must be empty."""

    symbol: str
    fiscal_year: int
    last: int
    rows: tuple[NumberRow, ...]
    gaps: tuple[int, ...]
    years: tuple[int, ...]
    next: str


def number_page(
    unit: str, *, after: int | None, at: datetime, year: int | None = None, shown: int = SHOWN
) -> NumberPage:
    """番号の台帳 of a unit in a fiscal year, the present one unless another is asked for; four queries. Of what another
    office had under the symbol before (until 2026 sections of a bureau could share one) the register says only that the
    number is taken.
    """
    on = calendar.office_day(at)
    this_year = calendar.fiscal_year(on)
    symbol = DocumentSymbol.objects.filter(unit=unit).values_list("symbol", flat=True).first() or ""
    counted = dict(NumberSeries.objects.filter(symbol=symbol).values_list("fiscal_year", "last"))
    fiscal_year = year if year in counted else this_year
    key: dict[str, Any] = {"symbol": symbol, "fiscal_year": fiscal_year}
    last = counted.get(fiscal_year, 0)
    top = min(last, after - 1) if after else last
    first = max(top - shown + 1, 1)
    span = Q(number__gte=first, number__lte=top)
    taken = {row.number: row for row in Decision.objects.filter(span, **key)}
    reserved = {row.number: row for row in NumberReservation.objects.filter(span, **key)}
    rows = [
        _number(number, taken.get(number), reserved.get(number), key, unit=unit, on=on)
        for number in range(top, first - 1, -1)
        if number in taken or number in reserved
    ]
    gaps = tuple(number for number in range(first, top + 1) if number not in taken and number not in reserved)
    years = tuple(sorted({*counted, this_year}, reverse=True))
    return NumberPage(symbol, fiscal_year, last, tuple(rows), gaps, years, str(first) if first > 1 else "")


def number_columns() -> tuple[str, ...]:
    """The heads of the register as a file."""
    return _("文書番号"), _("番号"), _("件名・目的"), _("状態")


def number_rows(unit: str, *, year: int | None, at: datetime) -> Iterator[tuple[str, int, str, str]]:
    """番号の台帳 of a fiscal year as rows of a file, from 1 on; of a gap it says that nothing explains it."""
    pages = [number_page(unit, after=None, at=at, year=year, shown=PIECE)]
    while pages[-1].next:
        pages.append(number_page(unit, after=int(pages[-1].next), at=at, year=year, shown=PIECE))
    for page in reversed(pages):
        known = {row.number: (row.reference, row.number, row.title, str(row.state)) for row in page.rows}
        for gap in page.gaps:
            known[gap] = (written_number(page.symbol, page.fiscal_year, gap), gap, "", _("説明のない番号"))
        yield from (known[number] for number in sorted(known))


def _number(
    number: int,
    decision: Decision | None,
    reservation: NumberReservation | None,
    key: dict[str, Any],
    *,
    unit: str,
    on: date,
) -> NumberRow:
    reference = decision.reference if decision else written_number(key["symbol"], key["fiscal_year"], number)
    row = decision or reservation
    if row is None or unit not in (row.unit, *(heir.code for heir in org.successors_of(row.unit, on=on))):
        return NumberRow(number, reference, "", _("ほかの課の番号"), None, None, False)
    if decision is not None:
        return NumberRow(number, reference, decision.title, decision.get_state_display(), decision.id, None, False)
    assert reservation is not None
    given_up = reservation.given_up_at is not None
    why = reservation.given_up_why if given_up else reservation.purpose
    return NumberRow(number, reference, why, _("欠番") if given_up else _("予約"), None, reservation.id, not given_up)
