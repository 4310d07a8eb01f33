"""Each hard rule (4.3) names what breaks it: a matter in which one thing is wrong, and the sentence that says so. That
what is sound has no fault is said by every history of ``test_machine`` and ``test_law`` too."""

from dataclasses import replace
from typing import Any

import pytest

from ..rules import Answer, Capacity, Kind, Matter, State, Stop, StopState
from ..rules.hard_rules import faults, faults_of_change

DRAFTER, POST = 100, 7
GIVEN = {"absences": [1], "vacant": False, "place": 1, "urgency": "急ぐ", "instruction": ""}


def answer(user: int = 108, capacity: Capacity = Capacity.HOLDER, opinion: str = "", **evidence: Any) -> Answer:
    return Answer(user, 8, capacity, tuple(evidence.items()), opinion)


def stop(key: int, kind: Kind, state: StopState = StopState.APPROVED, **more: Any) -> Stop:
    said = state not in {StopState.WAITING, StopState.ACTIVE, StopState.SPARED, StopState.SUPERSEDED}
    said = said and state not in {StopState.DEFERRED, StopState.PULLED_UP}
    values = {"post": 10 + key, "stage": key, "revision": 1, "answer": answer(100 + 10 + key) if said else None}
    return Stop(key, kind, state=state, **{**values, **more})


REVIEW = stop(1, Kind.LINE_REVIEW)
CONSULT = stop(2, Kind.CONSULT)
CHECK = stop(3, Kind.LEGAL_CHECK)
DECIDE = stop(4, Kind.DECIDE)
LOOKED = stop(5, Kind.POST_REVIEW, StopState.POST_REVIEWED, post=DECIDE.post, stage=0, stands_for=4)
DEPUTISED = replace(
    DECIDE, state=StopState.ACTED_BY_DEPUTY, deputies=(8, 9), answer=answer(capacity=Capacity.DEPUTY, **GIVEN)
)
WAITING, ACTIVE, SUPERSEDED = StopState.WAITING, StopState.ACTIVE, StopState.SUPERSEDED


def matter(*stops: Stop, state: State = State.DECIDED, **more: Any) -> Matter:
    return Matter(state, DRAFTER, stops=stops, **more)


def decided(*changed: Stop, **more: Any) -> Matter:
    """Reviewed, consulted, checked, decided: with these stations in the place of those, or besides."""
    return matter(REVIEW, CONSULT, CHECK, DECIDE, **more).changed(*changed)


def circulating(*changed: Stop, **more: Any) -> Matter:
    """It waits for its decider."""
    last = replace(DECIDE, state=ACTIVE, answer=None)
    return matter(REVIEW, CONSULT, CHECK, last, state=State.CIRCULATING, **more).changed(*changed)


def deputised(**evidence: Any) -> Matter:
    given = answer(capacity=Capacity.DEPUTY, **{**GIVEN, **evidence})
    return decided(replace(DEPUTISED, answer=given), replace(LOOKED, state=ACTIVE, answer=None))


def passed(one: Stop = REVIEW, *, state: StopState = ACTIVE) -> tuple[Stop, Stop]:
    after = Stop(6, Kind.POST_REVIEW, one.post, 0, 1, state=state, stands_for=one.key)
    return replace(one, state=StopState.PULLED_UP, answer=None), after


def again(one: Stop, **more: Any) -> Stop:
    return replace(one, key=9, stage=3, revision=2, **more)


SOUND: dict[str, Matter] = {
    "decided": decided(),
    "decided by paper, nobody else asked": matter(
        replace(REVIEW, state=StopState.SPARED, answer=None),
        replace(DECIDE, answer=answer(capacity=Capacity.PAPER)),
    ),
    "rejected": decided(replace(DECIDE, state=StopState.REJECTED), state=State.REJECTED),
    "circulating": circulating(),
    "deputised": deputised(),
    "deputised and looked at": decided(DEPUTISED, LOOKED),
    "weighty, deputised as ordered": replace(deputised(instruction="指示"), is_weighty=True),
    "deputised over an objection, as ordered": deputised(instruction="指示").changed(
        replace(CONSULT, state=StopState.OBJECTED, answer=answer(opinion="反対"))
    ),
    "rejected, and an objection": decided(
        replace(CONSULT, state=StopState.OBJECTED, answer=answer(opinion="反対")),
        replace(DECIDE, state=StopState.REJECTED),
        state=State.REJECTED,
    ),
    "returned": decided(replace(DECIDE, state=StopState.RETURNED), state=State.RETURNED),
    "completed, and all looked at": replace(
        decided(passed()[0], replace(passed()[1], state=StopState.POST_REVIEWED, answer=answer())),
        state=State.COMPLETED,
    ),
    "abandoned after somebody was passed over": decided(*passed(state=SUPERSEDED), state=State.ABANDONED),
    "two passed over": decided(*passed()).changed(
        replace(CONSULT, state=StopState.PULLED_UP, answer=None), replace(passed(CONSULT)[1], key=7)
    ),
    "the superior was passed over and decides": decided(*passed(replace(REVIEW, post=DECIDE.post), state=SUPERSEDED)),
    "passed over before a new circulation": decided(
        *(replace(one, key=20 + one.key, circuit=2) for one in (REVIEW, CONSULT, CHECK, DECIDE)),
        *passed(replace(REVIEW, post=30), state=SUPERSEDED),
        circuit=2,
    ),
    "asked again after a revision": circulating(
        again(REVIEW), Stop(10, Kind.INFORM, CONSULT.post, 0, 2), Stop(11, Kind.INFORM, CHECK.post, 0, 2), revision=2
    ),
    "one of two suffices, and objects": decided(
        replace(CONSULT, needed=1, state=StopState.OBJECTED, answer=answer(opinion="反対")),
        replace(CONSULT, key=7, post=20, needed=1, state=StopState.SPARED, answer=None),
        replace(DECIDE, answer=answer(opinion="理由")),
    ),
    "deputised while vacant": deputised(absences=[], vacant=True),
    "passed over": decided(*passed()),
    "passed over in an earlier circulation": circulating(
        *passed(state=SUPERSEDED), again(REVIEW, circuit=1), circuit=1, revision=2
    ).changed(Stop(10, Kind.INFORM, CONSULT.post, 0, 2, state=ACTIVE), Stop(11, Kind.INFORM, CHECK.post, 0, 2)),
    "one of two suffices": decided(
        replace(CONSULT, needed=1), replace(CONSULT, key=7, post=20, needed=1, state=StopState.SPARED, answer=None)
    ),
    "one act for two": decided(
        replace(CONSULT, answer=replace(REVIEW.answer, capacity=Capacity.COLLAPSED, evidence=(("with", 1),))),  # type: ignore[type-var]
        collapses=True,
    ),
    "told of a revision": circulating(
        *(Stop(10 + one.key, Kind.INFORM, one.post, 0, 2, state=ACTIVE) for one in (REVIEW, CONSULT, CHECK)),
        revision=2,
    ),
    "an objection, and why it was decided": decided(
        replace(CONSULT, state=StopState.OBJECTED, answer=answer(opinion="反対")),
        replace(DECIDE, answer=answer(opinion="理由")),
    ),
    "the drafter reads": decided(Stop(8, Kind.INFORM, 20, 0, 1, state=StopState.READ, answer=answer(DRAFTER))),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_has_no_fault(name: str) -> None:
    assert faults(SOUND[name]) == ()


OBJECTED = replace(CONSULT, state=StopState.OBJECTED, answer=answer(opinion="反対"))
FAULTY: dict[str, tuple[Matter, str]] = {
    "nobody decides": (circulating(replace(DECIDE, state=SUPERSEDED, answer=None)), "0: 0 deciders"),
    "two decide": (circulating(replace(DECIDE, key=8, state=WAITING, answer=None)), "0: 2 deciders"),
    "two decided": (decided(replace(DECIDE, key=8)), "0: 2 deciders"),
    "nobody rejected": (decided(replace(DECIDE, state=SUPERSEDED, answer=None), state=State.REJECTED), "0: 0 deciders"),
    "decided by an objection": (
        decided(replace(DECIDE, state=StopState.OBJECTED)),
        "0: decided without a decision of the decider",
    ),
    "decided by nobody": (decided(replace(DECIDE, answer=None)), "0: decided without a decision of the decider"),
    "decided too early": (
        decided(replace(CHECK, state=ACTIVE, answer=None)),
        "0: decided while somebody had still to answer",
    ),
    "nobody's turn": (
        circulating(replace(DECIDE, state=WAITING, answer=None)),
        "0: nobody's turn, or a station before the open one was left out",
    ),
    "one left out": (
        circulating(replace(CONSULT, state=WAITING, answer=None)),
        "0: nobody's turn, or a station before the open one was left out",
    ),
    "held, and nobody's turn": (
        replace(circulating(replace(DECIDE, state=WAITING, answer=None)), state=State.ON_HOLD),
        "0: nobody's turn, or a station before the open one was left out",
    ),
    "nobody's turn, though somebody reads": (
        circulating(replace(DECIDE, state=WAITING, answer=None), Stop(8, Kind.INFORM, 20, 0, 1, state=ACTIVE)),
        "0: nobody's turn, or a station before the open one was left out",
    ),
    "after the decision": (circulating(replace(CHECK, stage=5)), "0: a station after the decision"),
    "open at the end": (
        decided(Stop(8, Kind.INFORM, 20, 0, 1, state=ACTIVE), state=State.ABANDONED),
        "0: a station stays open in a matter that ended",
    ),
    "by silence": (
        circulating(replace(REVIEW, answer=None)),
        "0: station 1 counts as answered and nobody has answered",
    ),
    "spared too early": (
        decided(replace(CONSULT, state=StopState.SPARED, answer=None, needed=1)),
        "0: station 2 was spared though too few have answered",
    ),
    "spared where all must": (
        decided(replace(REVIEW, stage=2), replace(CONSULT, state=StopState.SPARED, answer=None)),
        "0: station 2 was spared though too few have answered",
    ),
    "the decider spared": (
        decided(replace(CHECK, stage=4, needed=1), replace(DECIDE, state=StopState.SPARED, answer=None)),
        "0: station 4 was spared though too few have answered",
    ),
    "the own draft": (decided(replace(REVIEW, answer=answer(DRAFTER))), "6: the drafter answered at station 1"),
    "collapsed against the rule": (
        decided(replace(CONSULT, answer=answer(capacity=Capacity.COLLAPSED, **{"with": 1}))),
        "6: station 2 was answered by another station's act, which the rule does not allow",
    ),
    "a decision by collapse": (
        decided(replace(DECIDE, answer=answer(113, Capacity.COLLAPSED, **{"with": 3})), collapses=True),
        "6: station 4 was answered by another station's act, which the rule does not allow",
    ),
    "collapsed with another's act": (
        decided(replace(CONSULT, answer=answer(120, Capacity.COLLAPSED, **{"with": 1})), collapses=True),
        "6: station 2 counts the act of somebody who did not agree anywhere else",
    ),
    "collapsed with an objection": (
        decided(
            replace(OBJECTED, answer=answer(112, opinion="反対")),
            replace(CHECK, answer=answer(112, Capacity.COLLAPSED, **{"with": 2})),
            replace(DECIDE, answer=answer(opinion="理由")),
            collapses=True,
        ),
        "6: station 3 counts the act of somebody who did not agree anywhere else",
    ),
    "collapsed with silence": (
        decided(
            replace(REVIEW, answer=None),
            replace(CONSULT, answer=answer(111, Capacity.COLLAPSED, **{"with": 1})),
            collapses=True,
        ),
        "6: station 2 counts the act of somebody who did not agree anywhere else",
    ),
    "collapsed with nothing": (
        decided(replace(CONSULT, answer=answer(capacity=Capacity.COLLAPSED)), collapses=True),
        "6: station 2 counts the act of somebody who did not agree anywhere else",
    ),
    "an old revision": (decided(revision=2), "4: what was decided is not the last revision"),
    "not told": (circulating(revision=2), "4: station 1 was not told of the revision after it had approved"),
    "an objector not told": (
        circulating(OBJECTED, revision=2),
        "4: station 2 was not told of the revision after it had approved",
    ),
    "told of the one after the next": (
        circulating(
            *(Stop(10 + one.key, Kind.INFORM, one.post, 0, 3, state=ACTIVE) for one in (REVIEW, CONSULT, CHECK)),
            revision=3,
        ),
        "4: station 1 was not told of the revision after it had approved",
    ),
    "another asked again": (
        circulating(again(CHECK), revision=2),
        "4: station 1 was not told of the revision after it had approved",
    ),
    "only to look at it": (
        circulating(replace(passed()[1], revision=2), revision=2),
        "4: station 1 was not told of the revision after it had approved",
    ),
    "ahead of its time": (
        decided(replace(REVIEW, revision=2)),
        "4: station 1 is of a revision that is not made yet",
    ),
    "objected at a review": (
        decided(replace(REVIEW, state=StopState.OBJECTED, answer=answer(opinion="反対"))),
        "5: station 1 objected without being consulted, or without saying why",
    ),
    "an objection of nobody": (
        circulating(replace(OBJECTED, answer=None)),
        "5: station 2 objected without being consulted, or without saying why",
    ),
    "over an objection, by nobody": (
        decided(OBJECTED, replace(DECIDE, answer=None)),
        "0: decided without a decision of the decider",
    ),
    "over an objection, without decider": (
        decided(OBJECTED, replace(DECIDE, state=SUPERSEDED, answer=None)),
        "0: 0 deciders",
    ),
    "objected without a word": (
        circulating(replace(OBJECTED, answer=answer())),
        "5: station 2 objected without being consulted, or without saying why",
    ),
    "passed over without a word": (decided(OBJECTED), "5: an objection was passed over without a word"),
    "a deputy by capacity only": (
        decided(replace(DECIDE, answer=answer(capacity=Capacity.DEPUTY, **GIVEN))),
        "1: station 4 is a 代決 by its state or by its capacity only",
    ),
    "a deputy by state only": (
        decided(replace(DECIDE, state=StopState.ACTED_BY_DEPUTY), LOOKED),
        "1: station 4 is a 代決 by its state or by its capacity only",
    ),
    "deputised by nobody": (
        decided(replace(DEPUTISED, answer=None), LOOKED),
        "1: station 4 is a 代決 by its state or by its capacity only",
    ),
    "looked at by who is consulted": (
        decided(DEPUTISED, replace(CONSULT, stands_for=4, post=DECIDE.post)),
        "1: a 代決 that the decider need not look at",
    ),
    "passed over, looked at by who is consulted": (
        decided(passed()[0], replace(CONSULT, stands_for=1)),
        "3: 0 後閲 for station 1",
    ),
    "deputised what is no decision": (
        decided(
            replace(REVIEW, state=StopState.ACTED_BY_DEPUTY, deputies=(8,), answer=DEPUTISED.answer),
            replace(LOOKED, post=REVIEW.post, stands_for=1),
        ),
        "1: station 1 is no decision and was answered by a deputy",
    ),
    "outside the order": (deputised(place=3), "1: the deputy does not stand in the order of the rule"),
    "before the order": (deputised(place=0), "1: the deputy does not stand in the order of the rule"),
    "under another post": (deputised(place=2), "1: the deputy decided under another post than the one in the order"),
    "not urgent": (deputised(urgency=""), "1: a 代決 without urgency or without an absence"),
    "nobody away": (deputised(absences=[]), "1: a 代決 without urgency or without an absence"),
    "weighty": (replace(deputised(), is_weighty=True), "1: a 代決 of a weighty matter without instruction"),
    "not looked at": (decided(DEPUTISED), "1: a 代決 that the decider need not look at"),
    "looked at by another": (
        decided(DEPUTISED, replace(LOOKED, post=20)),
        "1: a 代決 that the decider need not look at",
    ),
    "not to be looked at any more": (
        decided(DEPUTISED, replace(LOOKED, state=SUPERSEDED, answer=None)),
        "1: a 代決 that the decider need not look at",
    ),
    "reviewed afterwards at a review": (
        decided(replace(REVIEW, state=StopState.POST_REVIEWED)),
        "2: station 1 is no 後閲",
    ),
    "for nobody": (decided(replace(LOOKED, stands_for=None)), "2: 後閲 5 stands for nobody"),
    "for another post": (decided(DEPUTISED, replace(LOOKED, post=20)), "2: 後閲 5 stands for nobody"),
    "a decision left to 後閲": (decided(LOOKED), "2: a decider left the decision to 後閲"),
    "after an answer": (
        decided(replace(LOOKED, post=REVIEW.post, stands_for=1)),
        "2: 後閲 5 of somebody who was not passed over",
    ),
    "completed too early": (
        replace(decided(*passed()), state=State.COMPLETED),
        "2: the matter is completed while 後閲 6 is left",
    ),
    "a check passed over": (decided(*passed(CHECK)), "3: station 3 may not be passed over"),
    "passed over and not looked at": (decided(passed()[0]), "3: 0 後閲 for station 1"),
    "passed over and forgotten": (
        decided(*passed(state=SUPERSEDED)),
        "3: station 1 was passed over and nobody need look at it",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_breaks_a_hard_rule_is_named(name: str) -> None:
    broken, words = FAULTY[name]
    assert words in faults(broken)


def test_an_event_leaves_the_graph_of_states_alone() -> None:
    for before in State:
        for after in State:
            found = faults_of_change(matter(state=before), matter(state=after))
            assert (found == ()) == (before == after or (before, after) in ALLOWED), (before, after)


ALLOWED = {
    (State(before), State(after))
    for before, later in {
        "drafting": ["circulating", "abandoned"],
        "circulating": ["on_hold", "returned", "pulled_back", "decided", "rejected", "abandoned"],
        "on_hold": ["circulating", "pulled_back", "abandoned"],
        "returned": ["drafting", "abandoned"],
        "pulled_back": ["drafting", "abandoned"],
        "decided": ["issued", "completed", "issuance_cancelled"],
        "issued": ["completed"],
    }.items()
    for after in later
}


def test_an_event_leaves_answers_and_what_ended_alone() -> None:
    spared = replace(CONSULT, state=StopState.SPARED, answer=None)
    before = circulating(replace(spared, needed=1))
    assert faults_of_change(before, before) == ()
    assert faults_of_change(before, replace(before, stops=before.stops[:-1])) != ()
    assert faults_of_change(before, replace(before, stops=before.stops[1:])) == (
        "4: the answer of station 1 was touched",
    )
    touched = before.changed(replace(REVIEW, revision=2))
    assert faults_of_change(before, touched) == ("4: the answer of station 1 was touched",)
    asked = before.changed(replace(before.stops[1], state=ACTIVE))
    assert faults_of_change(before, asked) == ("4: station 2 had ended and was touched",)
    answered = before.changed(replace(DECIDE, state=StopState.APPROVED))
    assert faults_of_change(before, answered) == ()
    for name in ("revision", "circuit"):
        later = replace(before, **{name: 2})
        assert faults_of_change(later, before) == ("4: a revision was lost",)
        assert faults_of_change(before, later) == ()
