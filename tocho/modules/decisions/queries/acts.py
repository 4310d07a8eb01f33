"""What a viewer may do with a matter now: the machine's rules, asked beforehand so that a page offers no act in
vain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocho.core.org import api as org

from ..models import Decision, Step
from ..rules import send_back_targets
from ..rules.matter import BLOCKING, DECIDED, FINAL, MOVING, OPEN, PASSABLE, PENDING, State
from .standing import away_of, barred_from, matter_of, may_redraft


@dataclass(frozen=True)
class Acts:
    """The stations at which the viewer may act, each named by what they may do there."""

    step: Step | None = None  # whose turn it is
    turns: tuple[Step, ...] = ()  # all own stations that are open: more than one for who holds several posts (兼務)
    pull_up: Step | None = None  # 引上げ: a later station of theirs
    passed_over: tuple[Step, ...] = ()  # those it would pass over
    deputise: Step | None = None  # 代決
    needs_instruction: bool = False
    resume: Step | None = None
    let_back: Step | None = None
    post_reviews: tuple[Step, ...] = ()
    to_read: tuple[Step, ...] = ()
    objections: tuple[Step, ...] = ()  # their own, which they may take back
    standing: tuple[Step, ...] = ()  # everybody's, which nobody has taken back
    targets: tuple[Step, ...] = ()  # 差戻し: the earlier stations
    to_defer: tuple[Step, ...] = ()
    is_drafter: bool = False
    may_circulate: bool = False
    may_edit: bool = False
    may_enter_paper: bool = False
    may_pull_back: bool = False
    may_ask_back: bool = False
    may_revise: bool = False
    may_abandon: bool = False
    may_inform: bool = False
    may_complete: bool = False
    may_relate: bool = False
    outstanding: int = 0  # 後閲 that are left

    @property
    def has_calls(self) -> bool:
        """Whether something besides the turn of the route asks for the viewer."""
        asked = (self.deputise, self.pull_up, self.post_reviews, self.to_read, self.may_circulate, self.may_enter_paper)
        return any(asked)


def acts_of(
    decision: Decision, current: Sequence[Step], *, user_id: int, station: int | None = None, at: datetime
) -> Acts:
    """What the viewer may do; one query more than who holds what, only for who may deputise.

    :param station: at which of the own open stations, where several are (兼務); the first of them otherwise.
    """
    mine = org.holdings_for(user_id, [step.post_id for step in current], at=at)
    rows = {step.id: step for step in current}
    matter = matter_of(decision, current)
    state, is_drafter = matter.state, decision.drafter_id == user_id
    own = decision.subject_type == "decision"  # no other module drafts and issues it
    up = org.holdings_for(user_id, [step.raised_to_id for step in current if step.raised_to_id], at=at)
    held = [step for step in current if step.post_id in mine or step.raised_to_id in up]
    ours = [] if is_drafter else held
    blocking = [step for step in ours if step.kind in BLOCKING and step.state in PENDING]
    turns = tuple(step for step in blocking if step.state == Step.State.ACTIVE)
    turn = next((step for step in turns if step.id == station), turns[0] if turns else None)
    standing = tuple(rows[one.key] for one in matter.standing_objections())
    circulating = state == State.CIRCULATING
    moving = state in MOVING
    passed = _before(current, blocking) if circulating and turn is None else ()
    answered = any(step.acted_at for step in current if step.kind != Step.Kind.INFORM)
    left = [step for step in current if step.kind == Step.Kind.POST_REVIEW and step.state == Step.State.ACTIVE]
    deputised = _deputised(decision, current, user_id, at=at) if circulating and not is_drafter else None
    return Acts(
        step=turn if circulating else None,
        turns=turns if circulating else (),
        pull_up=blocking[0] if passed else None,
        passed_over=passed,
        deputise=deputised,
        needs_instruction=matter.is_weighty or bool(standing),
        resume=blocking[0] if blocking and state == State.ON_HOLD else None,
        let_back=_let_back(ours, turn) if moving and decision.asked_back else None,
        post_reviews=tuple(step for step in left if step in ours) if moving or state in DECIDED else (),
        to_read=tuple(step for step in held if step.kind == Step.Kind.INFORM and step.state == Step.State.ACTIVE),
        objections=tuple(step for step in standing if step in ours) if moving else (),
        standing=standing,
        targets=tuple(rows[one.key] for one in send_back_targets(matter, turn.id)) if turn and circulating else (),
        to_defer=_to_defer(decision, current) if is_drafter else (),
        is_drafter=is_drafter,
        may_circulate=is_drafter and state == State.DRAFTING and decision.medium == "electronic",
        may_edit=state in OPEN and own and (is_drafter or may_redraft(decision, user_id, at=at)),
        may_enter_paper=is_drafter and state == State.DRAFTING and decision.medium == "paper",
        may_pull_back=is_drafter and moving and not answered,
        may_ask_back=is_drafter and moving and answered and not decision.asked_back,
        may_revise=circulating and (is_drafter or turn is not None),
        may_abandon=state not in FINAL and (is_drafter or (turn is not None and turn.kind == Step.Kind.DECIDE)),
        may_inform=(moving or state in DECIDED) and (is_drafter or any(step.kind != Step.Kind.INFORM for step in held)),
        may_complete=not left
        and state in (_COMPLETED_FROM if own else (State.ISSUED,))
        and _is_of_unit(decision, user_id, at=at),
        may_relate=is_drafter and state in (State.DECIDED, State.ISSUED, State.COMPLETED),
        outstanding=len(left),
    )


def _is_of_unit(decision: Decision, user_id: int, *, at: datetime) -> bool:
    return decision.unit in org.unit_codes_of(user_id, at=at)


_COMPLETED_FROM = (State.DECIDED, State.ISSUED)


def _before(current: Sequence[Step], blocking: Sequence[Step]) -> tuple[Step, ...]:
    """Those whom the viewer would pass over from the own station; none where one of them may not be passed over."""
    if not blocking:
        return ()
    before = [
        step for step in current if step.kind in BLOCKING and step.state in PENDING and step.stage < blocking[0].stage
    ]
    return tuple(before) if all(step.kind in PASSABLE for step in before) else ()


def _deputised(decision: Decision, current: Sequence[Step], user_id: int, *, at: datetime) -> Step | None:
    """The decision that the viewer may make for an absent decider: nobody before them in the order is there."""
    waiting = (step for step in current if step.kind == Step.Kind.DECIDE and step.state == Step.State.ACTIVE)
    step = next(waiting, None)
    if step is None or not step.deputies:
        return None
    mine = org.holdings_for(user_id, [step.post_id, *step.deputies], at=at)
    place = next((n for n, post in enumerate(step.deputies) if post in mine), None)
    if place is None or step.post_id in mine:
        return None
    before = step.deputies[:place]
    away = away_of((step.post_id, *before), at=at)
    if step.post_id not in away:
        return None
    passed = away.keys() | barred_from(before, decision.drafter_id, at=at)
    return step if passed.issuperset(before) else None


def _let_back(ours: Sequence[Step], turn: Step | None) -> Step | None:
    return turn or next((step for step in ours if step.kind == Step.Kind.LEGAL_CHECK), None)


def _to_defer(decision: Decision, current: Sequence[Step]) -> tuple[Step, ...]:
    if decision.state != Decision.State.DRAFTING or decision.medium != "electronic":
        return ()
    return tuple(step for step in current if step.kind in PASSABLE and step.state == Step.State.WAITING)
