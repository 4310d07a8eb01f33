"""The hard rules of a decision, judged from the outside: whatever happened, what is wrong with this matter?

Numbers are those of the specification (4.3): 1 代決, 2 後閲, 3 引上げ, 4 revisions, 5 異議, 6 nobody for themselves,
9 only from decided; 7 (numbers) and 8 (paper) are constraints of the database. 0 is what stands above all: one
decider, and nothing approved by silence. The proofs ask after every event; ``manage.py check_decisions`` asks of
stored matters.
"""

from collections.abc import Iterator
from typing import Any

from .matter import (
    APPROVALS,
    DECIDED,
    DONE,
    FINAL,
    MOVING,
    PASSABLE,
    PASSED_OVER,
    Capacity,
    Kind,
    Matter,
    State,
    Stop,
    StopState,
)

NEXT = {
    State.DRAFTING: {State.CIRCULATING, State.ABANDONED},
    State.CIRCULATING: {
        State.ON_HOLD,
        State.RETURNED,
        State.PULLED_BACK,
        State.DECIDED,
        State.REJECTED,
        State.ABANDONED,
    },
    State.ON_HOLD: {State.CIRCULATING, State.PULLED_BACK, State.ABANDONED},
    State.RETURNED: {State.DRAFTING, State.ABANDONED},
    State.PULLED_BACK: {State.DRAFTING, State.ABANDONED},
    State.DECIDED: {State.ISSUED, State.COMPLETED, State.ISSUANCE_CANCELLED},
    State.ISSUED: {State.COMPLETED},
}
DECISIVE = APPROVALS | {StopState.ACTED_BY_DEPUTY}


def faults(matter: Matter) -> tuple[str, ...]:
    """What breaks a hard rule in a matter as it stands; empty when nothing does."""
    found = [*_one_decider(matter), *_own_drafts(matter), *_revisions(matter), *_objections(matter), *_spared(matter)]
    for stop in matter.stops:
        found += [*_deputies(matter, stop), *_post_reviews(matter, stop), *_passed_over(matter, stop)]
    return tuple(found)


def faults_of_change(before: Matter, after: Matter) -> tuple[str, ...]:
    """What an event may never do: leave the graph of states, or touch what somebody has answered."""
    found = []
    if after.state != before.state and after.state not in NEXT.get(before.state, set()):
        found.append(f"0: {before.state} became {after.state}")
    later = {one.key: one for one in after.stops}
    for old in before.stops:
        new = later.get(old.key)
        if new is None or (old.answer is not None and new != old):
            found.append(f"4: the answer of station {old.key} was touched")
        elif not old.is_pending and new != old:
            found.append(f"4: station {old.key} had ended and was touched")
    if after.revision < before.revision or after.circuit < before.circuit:
        found.append("4: a revision was lost")
    return tuple(found)


def _one_decider(matter: Matter) -> Iterator[str]:
    live = [one for one in matter.current if one.kind == Kind.DECIDE and one.state not in _GONE]
    if (matter.state in MOVING | DECIDED or matter.state == State.REJECTED) and len(live) != 1:
        yield f"0: {len(live)} deciders"
    if matter.state in DECIDED and any(one.state not in DECISIVE or one.answer is None for one in live):
        yield "0: decided without a decision of the decider"
    if matter.state in DECIDED and any(one.blocks and one.is_pending for one in matter.current):
        yield "0: decided while somebody had still to answer"
    if matter.state in MOVING:
        active = [one.stage for one in matter.current if one.blocks and one.state == StopState.ACTIVE]
        if not active or any(one.blocks and one.is_pending and one.stage < max(active) for one in matter.current):
            yield "0: nobody's turn, or a station before the open one was left out"
    for one in live:
        if any(other.stage > one.stage for other in matter.current):
            yield "0: a station after the decision"
    if matter.state in FINAL - DECIDED and any(one.is_pending for one in matter.stops):
        yield "0: a station stays open in a matter that ended"
    for one in matter.current:
        if one.state in DONE - PASSED_OVER and one.answer is None:
            yield f"0: station {one.key} counts as answered and nobody has answered"


def _own_drafts(matter: Matter) -> Iterator[str]:
    for one in matter.stops:
        if one.answer is not None and one.answer.user == matter.drafter and one.kind != Kind.INFORM:
            yield f"6: the drafter answered at station {one.key}"
        if one.answer is not None and one.answer.capacity == Capacity.COLLAPSED:
            if not matter.collapses or one.kind == Kind.DECIDE:
                yield f"6: station {one.key} was answered by another station's act, which the rule does not allow"
            elif not _agreed_elsewhere(matter, one):
                yield f"6: station {one.key} counts the act of somebody who did not agree anywhere else"


def _agreed_elsewhere(matter: Matter, stop: Stop) -> bool:
    """Whether who is said to have answered by another act did so, and agreed there."""
    assert stop.answer is not None
    with_: Any = dict(stop.answer.evidence).get("with")
    other = matter.stop(with_)
    return (
        other is not None
        and other.state in APPROVALS
        and other.answer is not None
        and other.answer.user == stop.answer.user
    )


def _spared(matter: Matter) -> Iterator[str]:
    """n of m: nobody of a stage is left out before as many have answered as must (on paper nobody is asked here)."""
    decider = matter.decider
    if decider is not None and decider.answer is not None and decider.answer.capacity == Capacity.PAPER:
        return
    for one in matter.current:
        if one.state == StopState.SPARED:
            here = [other for other in matter.current if other.stage == one.stage]
            said = {other.post for other in here if other.state in APPROVALS | {StopState.OBJECTED}}
            if one.kind == Kind.DECIDE or not 0 < max(other.needed for other in here) <= len(said):
                yield f"0: station {one.key} was spared though too few have answered"


def _revisions(matter: Matter) -> Iterator[str]:
    decider = matter.decider
    if matter.state in DECIDED and decider is not None and decider.revision != matter.revision:
        yield "4: what was decided is not the last revision"
    told = {(one.post, one.revision) for one in matter.current if one.kind == Kind.INFORM}
    for one in matter.current:
        if one.revision > matter.revision:
            yield f"4: station {one.key} is of a revision that is not made yet"
        if one.state in APPROVALS | {StopState.OBJECTED} and one.revision < matter.revision:
            again = any(
                other.post == one.post and other.revision > one.revision and other.blocks for other in matter.current
            )
            if not again and (one.post, one.revision + 1) not in told:
                yield f"4: station {one.key} was not told of the revision after it had approved"


def _objections(matter: Matter) -> Iterator[str]:
    decider = matter.decider
    for one in matter.stops:
        if one.state == StopState.OBJECTED and (one.kind != Kind.CONSULT or not one.answer or not one.answer.opinion):
            yield f"5: station {one.key} objected without being consulted, or without saying why"
    if matter.state in DECIDED and matter.standing_objections() and decider is not None and decider.answer is not None:
        said = decider.answer.opinion or dict(decider.answer.evidence).get("instruction")
        if not said:
            yield "5: an objection was passed over without a word"


def _deputies(matter: Matter, stop: Stop) -> Iterator[str]:
    deputised = stop.state == StopState.ACTED_BY_DEPUTY
    if deputised != (stop.answer is not None and stop.answer.capacity == Capacity.DEPUTY):
        yield f"1: station {stop.key} is a 代決 by its state or by its capacity only"
    if not deputised or stop.answer is None:
        return
    evidence = dict(stop.answer.evidence)
    if stop.kind != Kind.DECIDE:
        yield f"1: station {stop.key} is no decision and was answered by a deputy"
    place = evidence.get("place")
    if not isinstance(place, int) or not 1 <= place <= len(stop.deputies):
        yield "1: the deputy does not stand in the order of the rule"
    elif stop.answer.post != stop.deputies[place - 1]:
        yield "1: the deputy decided under another post than the one in the order"
    if not evidence.get("urgency") or not (evidence.get("absences") or evidence.get("vacant")):
        yield "1: a 代決 without urgency or without an absence"
    if matter.is_weighty and not evidence.get("instruction"):
        yield "1: a 代決 of a weighty matter without instruction"
    after = _afterwards(matter, stop)
    if len(after) != 1 or after[0].post != stop.post or after[0].state not in _LOOKED_AT:
        yield "1: a 代決 that the decider need not look at"


def _afterwards(matter: Matter, stop: Stop) -> list[Stop]:
    """The 後閲 of a station."""
    return [one for one in matter.stops if one.kind == Kind.POST_REVIEW and one.stands_for == stop.key]


def _post_reviews(matter: Matter, stop: Stop) -> Iterator[str]:
    if stop.kind != Kind.POST_REVIEW:
        if stop.state == StopState.POST_REVIEWED:
            yield f"2: station {stop.key} is no 後閲"
        return
    base = matter.stop(stop.stands_for)
    if base is None or base.post != stop.post:
        yield f"2: 後閲 {stop.key} stands for nobody"
    elif base.kind == Kind.DECIDE and base.state != StopState.ACTED_BY_DEPUTY:
        yield "2: a decider left the decision to 後閲"
    elif base.kind != Kind.DECIDE and base.state not in PASSED_OVER:
        yield f"2: 後閲 {stop.key} of somebody who was not passed over"
    if matter.state == State.COMPLETED and stop.is_pending:
        yield f"2: the matter is completed while 後閲 {stop.key} is left"


def _passed_over(matter: Matter, stop: Stop) -> Iterator[str]:
    if stop.state not in PASSED_OVER:
        return
    if stop.kind not in PASSABLE:
        yield f"3: station {stop.key} may not be passed over"
    after = _afterwards(matter, stop)
    asked_again = any(one.blocks and one.post == stop.post and one.key != stop.key for one in matter.current)
    if len(after) != 1:
        yield f"3: {len(after)} 後閲 for station {stop.key}"
    elif _is_forgotten(matter, stop, after[0]) and not asked_again:
        yield f"3: station {stop.key} was passed over and nobody need look at it"


def _is_forgotten(matter: Matter, stop: Stop, after: Stop) -> bool:
    return after.state == StopState.SUPERSEDED and matter.state in DECIDED and stop.circuit == matter.circuit


_LOOKED_AT = frozenset({StopState.ACTIVE, StopState.POST_REVIEWED})
_GONE = frozenset({StopState.SUPERSEDED, StopState.RETURNED})
