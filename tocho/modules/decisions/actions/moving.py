"""One event, applied: the locked rows become values, the machine of ``rules`` moves them, what changed is written back.

Every verb of the module goes through ``happen``: lock, world, machine, rows, inbox, one ledger entry.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.kept import kept
from tocho.lib.rows import insert, update

from ..models import Decision, Step
from ..queries.routes import power_of
from ..queries.standing import (
    away_of,
    barred_from,
    common_superior,
    delegation_stands,
    long_away_of,
    matter_of,
)
from ..rules import Held, HeldAs, Illegal, Kind, Matter, Outcome, State, Stop, StopState, World, apply, events
from .following import follow_rule
from .recording import locked_decision, record
from .refusals import refused

Names = tuple[str, ...]
STEP_DAYS = 3  # business days that a station has; what stays is told to the post above (engines.process reminders)
TASKS = {
    Kind.DECIDE: "decisions.decide",
    Kind.INFORM: "decisions.inform",
    Kind.POST_REVIEW: "decisions.post_review",
}


@dataclass(frozen=True)
class Happened:
    """A locked decision after an event, what it was before, and what the machine said."""

    decision: Decision
    before: Matter
    outcome: Outcome
    opened_at: datetime | None = None  # when the station of the event was opened

    @property
    def matter(self) -> Matter:
        return self.outcome.matter


@kept
def _steps(decision_id: int, circuit: int) -> QuerySet[Step]:
    return Step.objects.filter(decision_id=decision_id, circuit=circuit).order_by("stage", "id")


def happen(
    about: int | Decision, event: events.Event, *, actor: Actor, at: datetime, note: str | None = None, also: Names = ()
) -> Happened:
    """Lock the decision, let the event happen, write what became of it. The ledger entry is the caller's: a decision
    carries more than the machine knows.

    :param about: the id of the decision, or its row that the caller has locked.
    :param also: fields that the caller has set, to be written with it.
    :param note: why, kept beside the state (may be personal, so never in the ledger).
    :raises RuleChanged: it would be decided or sent out by a route that the table of today does not give.
    :raises Refused: in words, whatever the machine refuses.
    """
    decision = locked_decision.get(about) if isinstance(about, int) else about
    rows = {row.id: row for row in _steps(decision.id, decision.circuit)}
    before = matter_of(decision, rows.values())
    follow_rule(decision, before, event, at=at)
    world = _world(decision, rows, before, event, actor, at=at)
    try:
        outcome = apply(before, event, world)
    except Illegal as illegal:
        raise refused(illegal) from illegal
    _write_steps(decision, before, outcome.matter, rows, actor=actor, at=at)
    also = (*also, *_follow_power(decision, before, outcome.matter, at=at))
    _write_decision(decision, outcome.matter, note=note, also=also)
    row = rows.get(getattr(event, "step", None) or 0)
    return Happened(decision, before, outcome, row.activated_at if row else None)


def happened(done: Happened, *, actor: Actor, at: datetime, **more: object) -> Decision:
    """The one ledger entry of an event; the decision as it is now."""
    data = {**done.outcome.data, **_counted(done, at=at), **more}
    record(done.decision, done.outcome.kind, actor=actor, at=at, **data)
    return done.decision


def _counted(done: Happened, *, at: datetime) -> dict[str, int]:
    """What counters of decisions need: how long the station waited, which 後閲 came up and which fell away."""
    old = {one.key: one for one in done.before.stops}
    after = [one for one in done.matter.stops if one.kind == Kind.POST_REVIEW]
    opened = sum(one.key < 0 for one in after)
    ended = sum(one.key > 0 and one.state == StopState.SUPERSEDED != old[one.key].state for one in after)
    counted = {"post_reviews": opened} if opened else {}
    counted |= {"post_reviews_void": ended} if ended else {}
    if done.opened_at is not None:
        counted["hours"] = round((at - done.opened_at).total_seconds() / 3600)
    return counted


_MAY_GO_ON = (events.Circulate, events.Respond, events.SendBack, events.Revise)


def _world(
    decision: Decision, rows: Mapping[int, Step], matter: Matter, event: events.Event, actor: Actor, *, at: datetime
) -> World:
    """What the machine must know of the organisation for this event, and no more."""
    posts = {one.post for one in matter.current}
    deputised = matter.decider if isinstance(event, events.Deputise) else None
    if deputised is not None:
        posts |= set(deputised.deputies)
    mine = _mine(actor, posts, at=at) if posts and actor.user_id is not None else {}
    away = away_of((deputised.post, *deputised.deputies), at=at) if deputised is not None else {}
    barred = barred_from(deputised.deputies, matter.drafter, at=at) if deputised is not None else frozenset()
    late: frozenset[int] = frozenset()
    if isinstance(event, _MAY_GO_ON):
        again = isinstance(event, events.Revise | events.SendBack)
        passable = [one.post for one in matter.current if one.blocks and (again or one.is_pending)]
        late = long_away_of(passable, until=_due(decision, at=at), at=at)
    objected = isinstance(event, events.Respond) and event.objects
    common = common_superior(decision, matter, event, at=at) if objected or matter.standing_objections() else None
    ended = _power_ended(decision, matter, event, at=at)
    return World(mine, away, late, common, _raised(rows, event, actor, at=at), barred, ended)


_DECIDING = (events.Respond, events.Deputise, events.Reject)


def _power_ended(decision: Decision, matter: Matter, event: events.Event, *, at: datetime) -> bool:
    """Whether the 委任 by which this would be decided has ended since it was drafted."""
    decide = matter.decider
    if decision.power != Decision.Power.DELEGATED or decide is None or not isinstance(event, _DECIDING):
        return False
    return event.step == decide.key and not delegation_stands(decision.delegation_id, on=calendar.office_day(at))


def _follow_power(decision: Decision, before: Matter, after: Matter, *, at: datetime) -> Names:
    """Where the common superior decides instead (異議), it is by that post's own power."""
    old, new = before.decider, after.decider
    if old is None or new is None or old.post == new.post:
        return ()
    view = org.post(new.post, on=calendar.office_day(at))
    assert view is not None
    decision.power, decision.delegation = power_of(view), None
    return ("power", "delegation")


def _raised(rows: Mapping[int, Step], event: events.Event, actor: Actor, *, at: datetime) -> dict[int, Held]:
    """The 後閲 of this event, if it went to the post above and the actor holds that one."""
    row = rows.get(event.step) if isinstance(event, events.ReviewAfter) else None
    if row is None or row.raised_to_id is None or actor.user_id is None:
        return {}
    held = _mine(actor, {row.raised_to_id}, at=at)
    return {row.id: held[row.raised_to_id]} if held else {}


def _mine(actor: Actor, posts: Collection[int], *, at: datetime) -> dict[int, Held]:
    """How the actor holds these posts. Under which of several (兼務) they act is said by the station they answer; where
    they chose a post, nothing of another one is theirs."""
    found = org.holdings_for(actor.user_id or 0, posts, at=at)
    return {
        post: Held(one.post.id, HeldAs(one.kind), one.appointment_id, one.basis)
        for post, one in found.items()
        if actor.post_id in (None, one.post.id)
    }


def _due(decision: Decision, *, at: datetime) -> date:
    due = calendar.add_business_days(calendar.office_day(at), STEP_DAYS)
    return min(due, decision.due_on) if decision.due_on and decision.due_on > calendar.office_day(at) else due


def _write_decision(decision: Decision, matter: Matter, *, note: str | None, also: Names) -> None:
    """State, revision and circulation; a decided matter is closed by its own action, which knows the content."""
    changed = [*also]
    for name in ("revision", "circuit", "asked_back"):
        if getattr(decision, name) != getattr(matter, name):
            setattr(decision, name, getattr(matter, name))
            changed.append(name)
    if decision.state != matter.state and matter.state not in (State.DECIDED, State.REJECTED):
        decision.state = Decision.State(matter.state)
        changed.append("state")
    if note is not None and note != decision.note:
        decision.note = note
        changed.append("note")
    if changed:
        update(decision, *changed)


def _write_steps(
    decision: Decision, before: Matter, after: Matter, rows: dict[int, Step], *, actor: Actor, at: datetime
) -> None:
    old = {one.key: one for one in before.stops}
    changed = [one for one in after.stops if one.key > 0 and one is not old[one.key]]
    for stop in changed:
        _change(decision, old[stop.key], stop, rows[stop.key], after, actor=actor, at=at)
    fresh: dict[int, int] = {}
    opened = [one for one in changed if one.state == StopState.ACTIVE != old[one.key].state]
    for stop in sorted((one for one in after.stops if one.key < 0), key=lambda one: -one.key):
        row = _row(decision, stop, fresh, at=at)
        insert(row)
        fresh[stop.key] = row.id
        rows[row.id] = row
        if stop.state == StopState.ACTIVE:
            opened.append(replace(stop, key=row.id))
    for stop in opened:
        _open(decision, stop, rows[stop.key], actor=actor, at=at)


def _change(decision: Decision, old: Stop, new: Stop, row: Step, after: Matter, *, actor: Actor, at: datetime) -> None:
    """One station's row; its task leaves the inbox when it is not open any more."""
    names = [name for name in ("state", "stage", "revision") if getattr(old, name) != getattr(new, name)]
    row.state, row.stage, row.revision = Step.State(new.state), new.stage, new.revision
    if new.answer is not None:
        _answered(row, new, at=at)
        names += ["acted_by", "acted_at", "acted_post", "capacity", "evidence", "opinion"]
    if names and not (new.state == StopState.ACTIVE != old.state):  # what opens is written with its task
        update(row, *names)
    if old.state == StopState.ACTIVE != new.state:
        _close_task(row, new, after, actor=actor, at=at)


def _answered(row: Step, stop: Stop, *, at: datetime) -> None:
    assert stop.answer is not None
    row.acted_by_id, row.acted_at, row.acted_post_id = stop.answer.user, at, stop.answer.post
    row.capacity, row.opinion = Step.Capacity(stop.answer.capacity), stop.answer.opinion
    row.evidence = dict(stop.answer.evidence)


def _close_task(row: Step, stop: Stop, after: Matter, *, actor: Actor, at: datetime) -> None:
    if row.deputy_task_id is not None:
        process.cancel_task(row.deputy_task_id, at=at)
    if row.task_id is None:
        return
    shared = any(
        one.key != stop.key and one.kind == stop.kind and one.post == stop.post and one.state == StopState.ACTIVE
        for one in after.stops
    )
    if row.raised_to_id is not None:  # it has gone elsewhere, without its neighbours
        shared = row.decision.steps.filter(task_id=row.task_id, state=Step.State.ACTIVE).exclude(id=row.id).exists()
    if shared:  # the inbox holds one task of a kind for a post
        return
    in_person = stop.answer is not None and stop.state != StopState.ACTED_BY_DEPUTY and stop.answer.user
    if in_person and in_person == actor.user_id:
        process.close_task(row.task_id, outcome={"state": str(stop.state)}, actor=actor, at=at)
    else:
        process.cancel_task(row.task_id, at=at)


def _row(decision: Decision, stop: Stop, fresh: dict[int, int], *, at: datetime) -> Step:
    stands_for = stop.stands_for
    row = Step(
        decision_id=decision.id,
        circuit=stop.circuit,
        revision=stop.revision,
        stage=stop.stage,
        needed=stop.needed,
        kind=Step.Kind(stop.kind),
        state=Step.State(stop.state),
        post_id=stop.post,
        deputies=list(stop.deputies),
        stands_for_id=fresh.get(stands_for, stands_for) if stands_for else None,
    )
    if stop.answer is not None:
        _answered(row, stop, at=at)
    return row


def _open(decision: Decision, stop: Stop, row: Step, *, actor: Actor, at: datetime) -> None:
    """Put a station into the inbox of its post; while its decider is away, also of the deputy whose turn it is."""
    row.state, row.activated_at, row.revision = Step.State.ACTIVE, at, stop.revision
    row.due_on = _due(decision, at=at)
    row.task_id = process.open_task(
        kind=TASKS.get(stop.kind, "decisions.review"),
        subject=Subject("decision", decision.id),
        title=decision.title,
        address=f"post:{stop.post}",
        due_on=row.due_on,
        at=at,
    )
    names = ["state", "stage", "revision", "activated_at", "due_on", "task_id"]
    if stop.kind == Kind.DECIDE and stop.deputies and offer(decision, row, at=at):
        names.append("deputy_task_id")
    update(row, *names)


def offer(decision: Decision, row: Step, *, at: datetime) -> bool:
    """Whether a waiting decision was offered to a deputy: its decider is away, and one of the order is there."""
    away = away_of((row.post_id, *row.deputies), at=at)
    barred = barred_from(row.deputies, decision.drafter_id, at=at) if row.post_id in away else frozenset()
    present = next((post for post in row.deputies if post not in away and post not in barred), None)
    if row.post_id not in away or present is None:
        return False
    row.deputy_task_id = process.open_task(
        kind="decisions.deputise",
        subject=Subject("decision", decision.id),
        title=decision.title,
        address=f"post:{present}",
        due_on=row.due_on,
        at=at,
    )
    return True


def opened_stops(matter: Matter) -> Iterable[Stop]:
    """Whose turn it is."""
    return (one for one in matter.current if one.blocks and one.state == StopState.ACTIVE)
