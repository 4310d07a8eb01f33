from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from tocho.core.jobs.api import app
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject

from ..models import AuthorityChange, AuthorityTrial, RouteShift, ShiftedDecision
from ..queries.asking import Comparison, table_before, tried_between
from ..queries.binding import ROUTE
from ..rules import Authority
from ..rules.authority import differences, kept_answer
from ..rules.matter import MOVING, OPEN

PERIOD = timedelta(days=365)
PIECE = 5000
TALLIES = ("before", "after", "kinds", "units", "changed", "pending")


class Past(NamedTuple):
    """A matter as a trial asks about it."""

    id: int
    authority_id: int | None
    category: str
    facts: dict[str, Any]
    unit: str
    state: str
    drafted_at: datetime


@transaction.atomic
def ask_trial(*, change_id: int, actor: Actor, at: datetime) -> AuthorityTrial:
    """Have a proposed authority table tried on the decisions of the year before ``at``, by a job.

    While one of the same proposal goes on, that is the answer.
    """
    change = AuthorityChange.objects.select_for_update(of=("self",)).get(id=change_id)
    if running := AuthorityTrial.objects.filter(change=change, done_at__isnull=True).first():
        return running
    trial = AuthorityTrial.objects.create(
        change=change, base=table_before(change), asked_by_id=actor.user_id or 0, asked_at=at, since=at - PERIOD,
        until=at,
    )  # fmt: skip
    app.configure_task("decisions.try_authority").defer(trial_id=trial.id)
    _record(trial, "authority.trial_asked", actor, at, {"trial": trial.id})
    return trial


def run_trial(*, trial_id: int, at: datetime) -> bool:
    """The next piece of a trial, in one transaction with its progress; whether there is more. May be killed and run
    again: nothing is counted twice."""
    with transaction.atomic():
        trial = AuthorityTrial.objects.select_for_update(of=("self",)).select_related("change").get(id=trial_id)
        if trial.done_at is not None:
            return False
        rows = tried_between(trial.since, trial.until)
        if trial.total is None:
            trial.total = rows.count()
        found = rows.filter(id__gt=trial.last_id).order_by("id")
        piece = [Past(*row) for row in found.values_list(*Past._fields)[:PIECE]]
        if piece:
            _try(trial, piece)
            trial.done_count += len(piece)
            trial.last_id = piece[-1].id
        if len(piece) < PIECE:
            trial.done_at, trial.total = at, trial.done_count
            data: dict[str, JSON] = {"trial": trial.id, "decisions": trial.total}
            _record(trial, "authority.tried", Actor(user_id=trial.asked_by_id), at, data)
        trial.save(update_fields=["total", "done_count", "last_id", "tally", "done_at"])
        return trial.done_at is None


def _try(trial: AuthorityTrial, piece: Iterable[Past]) -> None:
    comparison, shifts = Comparison(trial.change.xml), _Shifts(trial)
    tally = {name: Counter(trial.tally.get(name, {})) for name in TALLIES}
    for past in piece:
        before, after = comparison.of(past.authority_id or 0, past.category, past.facts)
        kinds = differences(before, after) if before and after else () if after else ("uncovered",)
        tally["pending"].update(_pending(past, kinds))
        if past.drafted_at < trial.since:  # drafted long ago and not decided yet: no matter of the year that is tried
            continue
        if before:
            tally["before"][str(before.decider_rank)] += 1
        tally["after"][str(after.decider_rank if after else 0)] += 1
        tally["units"][past.unit] += 1
        if kinds:
            tally["changed"][past.unit] += 1
            tally["kinds"].update(kinds)
            shifts.add(past.id, past.category, before, after, kinds)
    trial.tally = {name: dict(counts) for name, counts in tally.items()}
    shifts.save()


def _pending(past: Past, kinds: tuple[str, ...]) -> Iterator[str]:
    """Where the matter is not decided yet, as what it is counted: on its way or in its drafter's hands, and whether it
    would have to circulate anew (ADR 0030)."""
    where = "moving" if past.state in MOVING else "in_hand" if past.state in OPEN else ""
    if where:
        yield where
        if any(kind in (*ROUTE, "uncovered") for kind in kinds):
            yield f"{where}_changed"


class _Shifts:
    """The ways in which a piece goes otherwise, added to those that the trial has found before."""

    def __init__(self, trial: AuthorityTrial) -> None:
        self._trial = trial
        self._known = {_key(row.category, row.before, row.after): row for row in trial.shifts.all()}
        self._found: list[ShiftedDecision] = []

    def add(
        self,
        decision_id: int,
        category: str,
        before: Authority | None,
        after: Authority | None,
        kinds: tuple[str, ...],
    ) -> None:
        old, new = kept_answer(before), kept_answer(after)
        key = _key(category, old, new)
        if key not in self._known:
            ranks = [one.decider_rank if one else 0 for one in (before, after)]
            self._known[key] = RouteShift.objects.create(
                trial=self._trial, category=category, before=old, after=new, before_rank=ranks[0], after_rank=ranks[1],
                kinds=list(kinds),
            )  # fmt: skip
        self._known[key].count += 1
        self._found.append(ShiftedDecision(trial=self._trial, shift=self._known[key], decision_id=decision_id))

    def save(self) -> None:
        RouteShift.objects.bulk_update(self._known.values(), ["count"], batch_size=500)
        ShiftedDecision.objects.bulk_create(self._found, batch_size=2000)


def _key(category: str, before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str, str]:
    return category, repr(sorted(before.items())), repr(sorted(after.items()))


def _record(trial: AuthorityTrial, kind: str, actor: Actor, at: datetime, data: dict[str, JSON]) -> None:
    ledger.append(subject=Subject("authority_change", trial.change_id), kind=kind, actor=actor, at=at, data=data)
