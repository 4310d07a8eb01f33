"""How a draft moves on from station to station: opened, passed over, voided, asked again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .events import World
from .matter import APPROVALS, PASSABLE, Kind, Matter, State, Stop, StopState


def advance(matter: Matter, world: World) -> Matter:
    """Open what is next: every station of the first stage that still waits for an answer.

    A station in the line or outside it whose people are not back in time is left to 後閲 (審査 and 決定 never are).
    What a stage needs no more (n of m have answered) is spared. Nothing is ever approved by it.
    """
    while True:
        waiting = [one for one in matter.current if one.blocks and one.is_pending]
        stage = min(one.stage for one in waiting)  # there is one: who decides has not
        here = [one for one in waiting if one.stage == stage]
        raised = _raised(matter, here, world)
        if raised is not matter:
            matter = raised
            continue
        absent = [
            one
            for one in here
            if one.state == StopState.WAITING and one.kind in PASSABLE and one.post in world.long_away
        ]
        for one in absent:
            matter = pass_over(matter, one, StopState.DEFERRED)
        if _is_enough(matter, stage):
            rest = [one for one in matter.current if one.blocks and one.stage == stage and one.is_pending]
            matter = matter.changed(*(replace(one, state=StopState.SPARED) for one in rest))
        left = [one for one in matter.current if one.blocks and one.stage == stage and one.is_pending]
        if left:
            closed = [one for one in left if one.state == StopState.WAITING]
            return matter.changed(*(replace(one, state=StopState.ACTIVE, revision=matter.revision) for one in closed))


def _is_enough(matter: Matter, stage: int) -> bool:
    """Whether as many of a stage have answered as it needs; where it needs all, nobody is spared."""
    here = [one for one in matter.current if one.blocks and one.stage == stage]
    needed = max(one.needed for one in here)
    answered = {one.post for one in here if one.state in APPROVALS | {StopState.OBJECTED}}
    return bool(needed) and len(answered) >= needed


def _raised(matter: Matter, here: Sequence[Stop], world: World) -> Matter:
    """An objection that stands when the decider's turn comes is decided by the common superior: the decider's station
    becomes one of 審議, and the superior's decides (異議のある事案)."""
    decide = next((one for one in here if one.kind == Kind.DECIDE and one.state == StopState.WAITING), None)
    if decide is None or world.common in (None, decide.post) or not matter.standing_objections():
        return matter
    key = matter.fresh_key()
    review = replace(decide, key=key, kind=Kind.LINE_REVIEW, deputies=(), stands_for=None)
    above = replace(decide, key=key - 1, post=world.common or 0, stage=decide.stage + 1, deputies=())
    theirs = [one for one in matter.current if one.post == above.post]  # who decides need not look at it afterwards
    return void(matter, [decide, *theirs]).changed(review, above)


def pass_over(matter: Matter, stop: Stop, state: StopState, *, opened: bool = True) -> Matter:
    """A station is passed over; who was passed looks at it afterwards (後閲), and that must be done."""
    after = Stop(
        key=matter.fresh_key(),
        kind=Kind.POST_REVIEW,
        post=stop.post,
        stage=0,
        revision=matter.revision,
        circuit=matter.circuit,
        state=StopState.ACTIVE if opened else StopState.WAITING,
        stands_for=stop.key,
    )
    return matter.changed(replace(stop, state=state), after)


def void(matter: Matter, stops: Iterable[Stop]) -> Matter:
    """Stations that have not answered lose their effect; answers are never touched."""
    return matter.changed(*(replace(one, state=StopState.SUPERSEDED) for one in stops if one.is_pending))


def close(matter: Matter, state: State) -> Matter:
    """The circulation ends. After a decision what is to be read or looked at afterwards stays open; otherwise all
    ends."""
    if state == State.DECIDED:
        return replace(matter, state=state, asked_back=False)
    return replace(void(matter, matter.current), state=state, asked_back=False)


def copies(matter: Matter, stops: Sequence[Stop], *, shift: int, circuit: int) -> tuple[Stop, ...]:
    """The same stations asked once more, ``shift`` stages later or in the next circulation."""
    key = matter.fresh_key()
    return tuple(
        replace(
            one,
            key=key - n,
            stage=one.stage + shift,
            circuit=circuit,
            revision=matter.revision,
            state=StopState.WAITING,
            stands_for=one.key if one.state == StopState.OBJECTED and circuit == one.circuit else None,
            answer=None,
        )
        for n, one in enumerate(stops)
    )
