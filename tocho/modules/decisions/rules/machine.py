"""The decision as a machine: a matter, an event and the world go in; the matter as it is then comes out, or a refusal.

Pure and total, so that thousands of random histories can be tried in seconds; the actions apply the same functions to
locked rows. What must never happen, whatever the events, is said in ``hard_rules.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from . import events as e
from .circulation import advance, close, copies, pass_over, void
from .matter import (
    APPROVALS,
    BLOCKING,
    DECIDED,
    FINAL,
    MOVING,
    PASSABLE,
    Answer,
    Capacity,
    Kind,
    Matter,
    State,
    Stop,
    StopState,
)
from .refusals import Illegal, Why

CAPACITIES = {
    e.HeldAs.MAIN: Capacity.HOLDER,
    e.HeldAs.CONCURRENT: Capacity.CONCURRENT,
    e.HeldAs.ACTING: Capacity.ACTING_POST,
    e.HeldAs.PROXY: Capacity.DUTY_PROXY,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The matter after an event, the kind of its one ledger entry, and what stands in it (no personal data)."""

    matter: Matter
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


def apply(matter: Matter, event: e.Event, world: e.World) -> Outcome:
    """What becomes of a matter by an event.

    :raises Illegal: the event may not happen now, or not by this person (東京都事案決定規程).
    """
    return _ON[type(event)](matter, event, world)


def _circulate(matter: Matter, event: e.Circulate, world: e.World) -> Outcome:
    _require(matter.state == State.DRAFTING, Why.NOT_CIRCULABLE)
    _require(event.user == matter.drafter, Why.NOT_DRAFTER)
    later = [one for one in matter.current if one.kind == Kind.POST_REVIEW and one.state == StopState.WAITING]
    matter = replace(matter, state=State.CIRCULATING)
    matter = matter.changed(*(replace(one, state=StopState.ACTIVE) for one in later))
    return Outcome(advance(matter, world), "decision.circulated", {"revision": matter.revision})


def _defer(matter: Matter, event: e.Defer, world: e.World) -> Outcome:
    stop = matter.stop(event.step)
    _require(matter.state == State.DRAFTING and event.user == matter.drafter, Why.NOT_DRAFTER)
    if stop is None or stop.state != StopState.WAITING or stop.kind not in PASSABLE:
        raise Illegal(Why.NOT_DEFERRABLE)
    moved = pass_over(matter, stop, StopState.DEFERRED, opened=False)
    return Outcome(moved, "decision.deferred", {"step": str(stop.kind), "post": stop.post})


def _respond(matter: Matter, event: e.Respond, world: e.World) -> Outcome:
    stop = _turn(matter, event.step, waiting_too=event.pulls_up)
    answer = _answer(matter, stop, event.user, event.opinion, world)
    _has_read(matter, event.seen)
    _require(not event.objects or stop.kind == Kind.CONSULT, Why.ONLY_CONSULTED_OBJECT)
    _require(bool(event.opinion) or not (event.objects or event.pulls_up), Why.NEEDS_REASON)
    data: dict[str, Any] = {"step": str(stop.kind), "with_opinion": bool(event.opinion)}
    if event.pulls_up:
        matter, pulled = _pull_up(matter, stop)
        data["pulled_up"] = [one.post for one in pulled]
    if answer.capacity is not Capacity.HOLDER:
        data["capacity"] = str(answer.capacity)
    approved = StopState.APPROVED_WITH_OPINION if event.opinion else StopState.APPROVED
    if stop.kind == Kind.DECIDE:
        _require(not world.power_ended, Why.DELEGATION_ENDED)
        _may_overrule(matter, stop, event.opinion, world)
        done = matter.changed(replace(stop, state=approved, answer=answer, revision=matter.revision))
        return Outcome(close(done, State.DECIDED), "decision.decided", data)
    state = StopState.OBJECTED if event.objects else approved
    if event.objects:
        data["objected"] = True
    matter = matter.changed(replace(stop, state=state, answer=answer, revision=matter.revision))
    matter = advance(matter, world)
    if not event.objects:  # who objects here has not agreed anywhere else
        matter = _collapse(matter, answer, stop, world)
    return Outcome(matter, "decision.reviewed", data)


def _pull_up(matter: Matter, stop: Stop) -> tuple[Matter, tuple[Stop, ...]]:
    """引上げ: a later participant acts over those before who have not; each of them looks at it afterwards."""
    before = tuple(one for one in matter.current if one.blocks and one.is_pending and one.stage < stop.stage)
    _require(bool(before), Why.NOTHING_TO_PULL_UP)
    _require(all(one.kind in PASSABLE for one in before), Why.CHECK_CANNOT_BE_PASSED)
    for one in before:
        matter = pass_over(matter, one, StopState.PULLED_UP)
    return matter, before


def _may_overrule(matter: Matter, stop: Stop, opinion: str, world: e.World) -> None:
    """異議 does not block, but an unresolved one is decided by the common superior, who says why."""
    if matter.standing_objections():
        _stands_over_all(stop, world)
        _require(bool(opinion), Why.OBJECTION_NEEDS_REASON)


def _stands_over_all(stop: Stop, world: e.World) -> None:
    """Since the draft came to the decider, an organisation may have come between: then another is their superior."""
    _require(world.common in (None, stop.post), Why.COMMON_SUPERIOR_DECIDES)


def _collapse(matter: Matter, answer: Answer, by: Stop, world: e.World) -> Matter:
    """Where the rule allows it, the same person's next stations are answered by the same act; never the decision."""
    while matter.collapses:
        mine = [
            one
            for one in matter.current
            if one.state == StopState.ACTIVE and one.blocks and one.kind != Kind.DECIDE and one.post in world.mine
        ]
        if not mine:
            break
        for one in mine:
            own = replace(
                answer, post=world.mine[one.post].post, capacity=Capacity.COLLAPSED, evidence=(("with", by.key),)
            )
            matter = matter.changed(
                replace(one, state=StopState.APPROVED, answer=replace(own, opinion=""), revision=matter.revision)
            )
        matter = advance(matter, world)
    return matter


def _deputise(matter: Matter, event: e.Deputise, world: e.World) -> Outcome:
    """代決: the decision only; the order of the rule; the decider away; urgent; and the decider looks at it
    afterwards."""
    stop = _turn(matter, event.step)
    _require(stop.kind == Kind.DECIDE, Why.ONLY_DECISION_DEPUTISED)
    _require(event.user != matter.drafter, Why.OWN_DRAFT)
    _require(stop.post not in world.mine, Why.YOU_ARE_THE_DECIDER)
    _require(not world.power_ended, Why.DELEGATION_ENDED)
    _has_read(matter, event.seen)
    away = world.away.get(stop.post)
    if away is None:
        raise Illegal(Why.DECIDER_IS_THERE)
    place = next((n for n, post in enumerate(stop.deputies, start=1) if post in world.mine), None)
    if place is None:
        raise Illegal(Why.NOT_IN_THE_ORDER)
    before = stop.deputies[: place - 1]
    _require(all(post in world.away or post in world.barred for post in before), Why.ANOTHER_DEPUTY_FIRST)
    _require(bool(event.urgency), Why.NEEDS_URGENCY)
    objections = matter.standing_objections()
    if objections:
        _stands_over_all(stop, world)
    weighty = matter.is_weighty or bool(objections)
    _require(not weighty or bool(event.instruction), Why.WEIGHTY_NEEDS_INSTRUCTION)
    evidence = {
        "absences": list(away.absences),
        "vacant": away.is_vacant,
        "place": place,
        "urgency": event.urgency,
        "instruction": event.instruction,
    }
    own = world.mine[stop.deputies[place - 1]]
    answer = Answer(event.user, own.post, Capacity.DEPUTY, tuple(evidence.items()), event.opinion)
    done = replace(stop, state=StopState.ACTED_BY_DEPUTY, answer=answer, revision=matter.revision)
    after = Stop(
        key=matter.fresh_key(), kind=Kind.POST_REVIEW, post=stop.post, stage=0, revision=matter.revision,
        circuit=matter.circuit, state=StopState.ACTIVE, stands_for=stop.key,
    )  # fmt: skip
    data = {"step": str(stop.kind), "with_opinion": bool(event.opinion), "capacity": str(Capacity.DEPUTY)}
    data |= {"place": place, "vacant": away.is_vacant, "absences": list(away.absences)}
    return Outcome(close(matter.changed(done, after), State.DECIDED), "decision.decided", data)


def _send_back(matter: Matter, event: e.SendBack, world: e.World) -> Outcome:
    stop = _turn(matter, event.step)
    answer = _answer(matter, stop, event.user, event.reason, world)
    _require(bool(event.reason), Why.NEEDS_REASON)
    data: dict[str, Any] = {"step": str(stop.kind), "revision": matter.revision}
    returned = replace(stop, state=StopState.RETURNED, answer=answer, revision=matter.revision)
    if event.to is None:
        return Outcome(close(matter.changed(returned), State.RETURNED), "decision.returned", data)
    target = matter.stop(event.to)
    if target is None or target not in _send_back_targets(matter, stop):
        raise Illegal(Why.NOT_AN_EARLIER_STATION)
    matter = _again_from(matter, target, stop).changed(returned)
    return Outcome(advance(matter, world), "decision.sent_back", {**data, "to": target.post})


def _send_back_targets(matter: Matter, stop: Stop) -> tuple[Stop, ...]:
    answered = APPROVALS | {StopState.OBJECTED}
    repeated = {one.stands_for for one in matter.current if one.kind in BLOCKING}
    found = (one for one in matter.current if one.blocks and one.state in answered and one.stage < stop.stage)
    return tuple(one for one in found if one.key not in repeated)


def send_back_targets(matter: Matter, step: int) -> tuple[Stop, ...]:
    """The earlier stations to which this one may send the draft back, in order."""
    stop = matter.stop(step)
    return _send_back_targets(matter, stop) if stop and stop.state == StopState.ACTIVE else ()


def _again_from(matter: Matter, target: Stop, stop: Stop) -> Matter:
    """The stations from the target to the one that sends back are asked again; those after them wait longer."""
    shift = stop.stage - target.stage + 1
    between = [
        one
        for one in matter.current
        if one.blocks and one.state != StopState.SUPERSEDED and one.state != StopState.RETURNED
        if one.key in (target.key, stop.key) or target.stage < one.stage <= stop.stage
    ]
    later = [one for one in matter.current if one.blocks and one.is_pending and one.stage > stop.stage]
    matter = matter.changed(*(replace(one, stage=one.stage + shift) for one in later))
    voided = [one for one in between if one.is_pending and one.key != stop.key]
    matter = void(matter, voided)
    passed = {one.key for one in between if one.state in (StopState.DEFERRED, StopState.PULLED_UP)}
    matter = void(matter, [one for one in matter.current if one.kind == Kind.POST_REVIEW and one.stands_for in passed])
    return matter.changed(*copies(matter, between, shift=shift, circuit=matter.circuit))


def _reject(matter: Matter, event: e.Reject, world: e.World) -> Outcome:
    stop = _turn(matter, event.step)
    answer = _answer(matter, stop, event.user, event.reason, world)
    _require(stop.kind == Kind.DECIDE, Why.NOT_DECIDER)
    _require(not world.power_ended, Why.DELEGATION_ENDED)
    _has_read(matter, event.seen)
    _require(bool(event.reason), Why.NEEDS_REASON)
    done = replace(stop, state=StopState.REJECTED, answer=answer, revision=matter.revision)
    return Outcome(close(matter.changed(done), State.REJECTED), "decision.rejected")


def _hold(matter: Matter, event: e.Hold, world: e.World) -> Outcome:
    stop = _turn(matter, event.step)
    _mine(matter, stop, event.user, world)
    _require(bool(event.reason), Why.NEEDS_REASON)
    return Outcome(replace(matter, state=State.ON_HOLD), "decision.held", {"step": str(stop.kind)})


def _resume(matter: Matter, event: e.Resume, world: e.World) -> Outcome:
    """Whoever is to act, now or later, may end the 保留: a superior need not wait for who put it on hold."""
    stop = matter.stop(event.step)
    _require(matter.state == State.ON_HOLD and stop is not None, Why.GONE)
    assert stop is not None
    _require(stop.blocks and stop.is_pending and stop.circuit == matter.circuit, Why.GONE)
    _mine(matter, stop, event.user, world)
    return Outcome(replace(matter, state=State.CIRCULATING), "decision.resumed", {"step": str(stop.kind)})


def _pull_back(matter: Matter, event: e.PullBack, world: e.World) -> Outcome:
    _require(matter.state in MOVING and event.user == matter.drafter, Why.NOT_PULLABLE)
    _require(all(one.answer is None or one.kind == Kind.INFORM for one in matter.current), Why.ALREADY_ANSWERED)
    return Outcome(close(matter, State.PULLED_BACK), "decision.pulled_back", {"revision": matter.revision})


def _ask_back(matter: Matter, event: e.AskBack, world: e.World) -> Outcome:
    _require(matter.state in MOVING and event.user == matter.drafter, Why.NOT_PULLABLE)
    _require(bool(event.reason), Why.NEEDS_REASON)
    return Outcome(replace(matter, asked_back=True), "decision.pull_back_asked")


def _let_back(matter: Matter, event: e.LetBack, world: e.World) -> Outcome:
    """Those who hold the draft may let it go back, or the office that checks it (文書審査), whoever holds it."""
    stop = matter.stop(event.step)
    _require(matter.state in MOVING and matter.asked_back and stop is not None, Why.GONE)
    assert stop is not None
    holds = stop.blocks and stop.state == StopState.ACTIVE
    _require(stop.circuit == matter.circuit and (holds or stop.kind == Kind.LEGAL_CHECK), Why.GONE)
    _mine(matter, stop, event.user, world)
    return Outcome(
        close(matter, State.PULLED_BACK), "decision.pulled_back", {"revision": matter.revision, "consented": True}
    )


def _abandon(matter: Matter, event: e.Abandon, world: e.World) -> Outcome:
    _require(matter.state not in FINAL, Why.GONE)
    _require(bool(event.reason), Why.NEEDS_REASON)
    if event.user is not None and event.user != matter.drafter:
        stop = _turn(matter, event.step or 0)
        _mine(matter, stop, event.user, world)
        _require(stop.kind == Kind.DECIDE, Why.NOT_DECIDER)
    return Outcome(close(matter, State.ABANDONED), "decision.abandoned")


def _revise(matter: Matter, event: e.Revise, world: e.World) -> Outcome:
    """A change during circulation is a new revision. Approvals stay bound to what was approved: after a major change
    everybody is asked again, after a minor one those who approved are told (供覧)."""
    _require(matter.state != State.ON_HOLD, Why.ON_HOLD)
    _require(matter.state == State.CIRCULATING, Why.GONE)
    _has_read(matter, event.seen)
    if event.user != matter.drafter:
        _require(event.step is not None, Why.NOT_YOURS)
        _mine(matter, _turn(matter, event.step or 0), event.user, world)
    matter = replace(matter, revision=matter.revision + 1)
    data = {"revision": matter.revision, "major": event.is_major}
    if event.is_major:
        counted = _asked(matter)
        matter = void(matter, matter.current)
        matter = replace(matter, circuit=matter.circuit + 1, asked_back=False)
        matter = matter.changed(*copies(matter, counted, shift=0, circuit=matter.circuit))
        return Outcome(advance(matter, world), "decision.revised", data)
    told = {one.post: one for one in matter.current if one.state in APPROVALS | {StopState.OBJECTED}}
    waiting = [one for one in matter.current if one.blocks and one.is_pending]
    matter = matter.changed(*(replace(one, revision=matter.revision) for one in waiting))
    return Outcome(_informed(matter, tuple(told)), "decision.revised", data)


def _asked(matter: Matter) -> tuple[Stop, ...]:
    """Who is asked in this circulation, each once: of stations that were asked again the last one."""
    asked: dict[tuple[Kind, int], Stop] = {}
    for one in sorted(matter.current, key=lambda one: one.stage):
        if one.blocks and one.state != StopState.SUPERSEDED:
            asked[one.kind, one.post] = one
    return tuple(asked.values())


def _informed(matter: Matter, posts: tuple[int, ...]) -> Matter:
    """供覧: these posts are to read the present revision, each once."""
    told = {one.post for one in matter.current if one.kind == Kind.INFORM and one.revision == matter.revision}
    for post in dict.fromkeys(posts):
        if post not in told:
            new = Stop(matter.fresh_key(), Kind.INFORM, post, 0, matter.revision, matter.circuit, StopState.ACTIVE)
            matter = matter.changed(new)
    return matter


def _settle(matter: Matter, event: e.Settle, world: e.World) -> Outcome:
    stop = matter.stop(event.step)
    _require(matter.state in MOVING and stop in matter.standing_objections(), Why.GONE)
    assert stop is not None
    answer = _answer(matter, stop, event.user, event.opinion, world)
    _has_read(matter, event.seen)
    again = Stop(
        key=matter.fresh_key(), kind=Kind.CONSULT, post=stop.post, stage=stop.stage, revision=matter.revision,
        circuit=matter.circuit, stands_for=stop.key, answer=answer,
        state=StopState.APPROVED_WITH_OPINION if event.opinion else StopState.APPROVED,
    )  # fmt: skip
    return Outcome(matter.changed(again), "decision.objection_settled", {"post": stop.post})


def _review_after(matter: Matter, event: e.ReviewAfter, world: e.World) -> Outcome:
    stop = matter.stop(event.step)
    if stop is None or stop.kind != Kind.POST_REVIEW or stop.state != StopState.ACTIVE:
        raise Illegal(Why.GONE)
    _require(matter.state in MOVING | DECIDED, Why.GONE)
    answer = _answer(matter, stop, event.user, event.opinion, world)
    _has_read(matter, event.seen)
    for_whom = matter.stop(stop.stands_for)
    by_deputy = for_whom is not None and for_whom.state == StopState.ACTED_BY_DEPUTY
    acted = for_whom.answer.user if for_whom is not None and for_whom.answer is not None else None
    _require(acted != event.user, Why.OWN_ACT)
    done = replace(stop, state=StopState.POST_REVIEWED, answer=answer, revision=matter.revision)
    data = {"with_opinion": bool(event.opinion), "after_deputy": by_deputy}
    return Outcome(matter.changed(done), "decision.post_reviewed", data)


def _inform(matter: Matter, event: e.Inform, world: e.World) -> Outcome:
    """Who is on the route lets others read; who was only let read does not pass it on."""
    _require(matter.state in MOVING | DECIDED and bool(event.posts), Why.GONE)
    on_route = any(one.kind != Kind.INFORM and one.post in world.mine for one in matter.current)
    _require(event.user == matter.drafter or on_route, Why.NOT_ON_THE_ROUTE)
    return Outcome(_informed(matter, event.posts), "decision.informed", {"posts": list(event.posts)})


def _read(matter: Matter, event: e.Read, world: e.World) -> Outcome:
    stop = matter.stop(event.step)
    if stop is None or stop.kind != Kind.INFORM or stop.state != StopState.ACTIVE:
        raise Illegal(Why.GONE)
    answer = _answer(matter, stop, event.user, "", world)
    return Outcome(matter.changed(replace(stop, state=StopState.READ, answer=answer)), "decision.read")


def _issue(matter: Matter, event: e.Issue, world: e.World) -> Outcome:
    _require(matter.state == State.DECIDED, Why.GONE)
    return Outcome(replace(matter, state=State.ISSUED), "decision.issued")


def _complete(matter: Matter, event: e.Complete, world: e.World) -> Outcome:
    """完結: nothing of a matter may be left to look at afterwards."""
    _require(matter.state in (State.DECIDED, State.ISSUED), Why.GONE)
    left = [one for one in matter.current if one.kind == Kind.POST_REVIEW and one.is_pending]
    _require(not left, Why.POST_REVIEW_LEFT)
    return Outcome(replace(matter, state=State.COMPLETED), "decision.completed")


def _cancel_issue(matter: Matter, event: e.CancelIssue, world: e.World) -> Outcome:
    _require(matter.state == State.DECIDED, Why.ALREADY_ISSUED)
    return Outcome(replace(matter, state=State.ISSUANCE_CANCELLED), "decision.issuance_cancelled")


def _turn(matter: Matter, step: int, *, waiting_too: bool = False) -> Stop:
    """The station whose turn it is, if it still is."""
    stop = matter.stop(step)
    if stop is None or stop.circuit != matter.circuit or not stop.blocks:
        raise Illegal(Why.GONE)
    _require(matter.state != State.ON_HOLD, Why.ON_HOLD)
    open_now = stop.state == StopState.ACTIVE or (waiting_too and stop.state == StopState.WAITING)
    _require(matter.state == State.CIRCULATING and open_now, Why.GONE)
    return stop


def _mine(matter: Matter, stop: Stop, user: int, world: e.World) -> e.Held:
    held = world.mine.get(stop.post) or (world.raised.get(stop.key) if stop.kind == Kind.POST_REVIEW else None)
    if held is None:
        raise Illegal(Why.NOT_YOURS)
    _require(user != matter.drafter or stop.kind == Kind.INFORM, Why.OWN_DRAFT)
    return held


def _answer(matter: Matter, stop: Stop, user: int, opinion: str, world: e.World) -> Answer:
    held = _mine(matter, stop, user, world)
    evidence: dict[str, Any] = {"appointment": held.appointment} if held.appointment else {}
    if held.basis:
        evidence["basis"] = held.basis
    return Answer(user, held.post, CAPACITIES[held.kind], tuple(evidence.items()), opinion)


def _has_read(matter: Matter, seen: int | None) -> None:
    """An answer is bound to the revision that was read: nobody answers for words that were changed meanwhile."""
    _require(seen in (None, matter.revision), Why.CHANGED)


def _require(holds: bool, why: Why) -> None:
    if not holds:
        raise Illegal(why)


_ON: dict[type[Any], Callable[[Matter, Any, e.World], Outcome]] = {
    e.Circulate: _circulate,
    e.Defer: _defer,
    e.Respond: _respond,
    e.Deputise: _deputise,
    e.SendBack: _send_back,
    e.Reject: _reject,
    e.Hold: _hold,
    e.Resume: _resume,
    e.PullBack: _pull_back,
    e.AskBack: _ask_back,
    e.LetBack: _let_back,
    e.Abandon: _abandon,
    e.Revise: _revise,
    e.Settle: _settle,
    e.ReviewAfter: _review_after,
    e.Inform: _inform,
    e.Read: _read,
    e.Issue: _issue,
    e.Complete: _complete,
    e.CancelIssue: _cancel_issue,
}
