"""The 起案書 as a sheet of paper: boxes of 決定区分, days, the row of those who took part in the place of seals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocho.core.org import api as org
from tocho.modules.records import api as records
from tocho.ui.moments import Moment

from ..models import Decision, Step
from .history import capacity_words, timeline

BOXES = 6  # in one row of the sheet


@dataclass(frozen=True)
class Box:
    """The place of one seal: whose, and once answered who and when, and in which capacity."""

    role: str
    post: str
    name: str
    at: datetime | None
    note: str


@dataclass(frozen=True)
class Sheet:
    """Everything that the paper shows."""

    ranks: tuple[tuple[str, bool], ...]  # 決定区分, which of them it is
    boxes: tuple[tuple[Box, ...], ...]
    opinions: tuple[Box, ...]
    drafter: str
    drafter_post: str
    unit: str
    classification: str
    attachments: tuple[str, ...]
    received: tuple[records.ReceivedView, ...]
    moments: tuple[Moment, ...]


def sheet_of(decision: Decision, *, at: datetime) -> Sheet:
    """The sheet of a decision; a handful of queries."""
    on = org.office_day(at)
    steps = list(decision.steps.select_related("acted_by", "post", "decision").order_by("stage", "id"))
    current = [step for step in steps if step.circuit == decision.circuit and step.state != Step.State.SUPERSEDED]
    blocking = [step for step in current if step.kind not in (Step.Kind.INFORM, Step.Kind.POST_REVIEW)]
    after = [step for step in current if step.kind == Step.Kind.POST_REVIEW]
    boxes = [_box(step) for step in (*reversed(blocking), *after)]
    decider = next((step for step in blocking if step.kind == Step.Kind.DECIDE), None)
    revisions = list(decision.revisions.select_related("made_by"))
    code = records.class_for(decision.category, on=on)
    return Sheet(
        ranks=_ranks(decider),
        boxes=tuple(tuple(boxes[start : start + BOXES]) for start in range(0, len(boxes), BOXES)),
        opinions=tuple(_box(step, opinion=True) for step in current if step.opinion),
        drafter=decision.drafter.display_name if decision.drafter else "",
        drafter_post=org.address_label(f"post:{decision.drafter_post_id}", on=on) if decision.drafter_post_id else "",
        unit=org.label_of(decision.unit, on=on),
        classification=dict(records.classification_choices(on=on)).get(code, ""),
        attachments=tuple(row.name for row in decision.attachments.all() if row.revision == decision.revision),
        # What led to a decision about a case stands at the case.
        received=records.received_of("decision", decision.id) if decision.subject_type == "decision" else (),
        moments=timeline(decision, sorted(steps, key=lambda step: step.id), revisions),
    )


def _ranks(decider: Step | None) -> tuple[tuple[str, bool], ...]:
    rank = decider.post.rank if decider else 0
    shown = [one for one in reversed(org.Rank) if one >= org.Rank.SECTION_CHIEF or one == rank]
    return tuple((str(one.label), one == rank) for one in shown)


def _box(step: Step, *, opinion: bool = False) -> Box:
    on = org.office_day(step.acted_at) if step.acted_at else None
    post = org.address_label(f"post:{step.post_id}", on=on)
    name = step.acted_by.display_name if step.acted_by else ""
    said = step.get_state_display() if not step.acted_at and step.state in _PASSED else capacity_words(step)
    return Box(step.get_kind_display(), post, name, step.acted_at, step.opinion if opinion else said)


_PASSED: Sequence[str] = (Step.State.DEFERRED_TO_POST_REVIEW, Step.State.PULLED_UP, Step.State.SPARED)
