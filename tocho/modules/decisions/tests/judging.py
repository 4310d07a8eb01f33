"""The hard rules (4.3), asked of the stored rows: what stands in the tables, whoever wrote it."""

from collections.abc import Iterator

from tocho.core.calendar.api import office_day
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.models import Absence, Appointment, Post
from tocho.engines.process import api as process

from ..models import Attachment, Decision, NumberReservation, NumberSeries, Revision, Step
from ..queries.standing import matter_of
from ..rules import content_digest
from ..rules.hard_rules import faults

CAPACITY = {1: "holder", 2: "concurrent", 3: "acting_post", 4: "duty_proxy"}
ENDED = ("decided", "issued", "completed", "issuance_cancelled")


def faults_of(decision: Decision) -> Iterator[str]:
    """Everything that is wrong with the rows of one matter."""
    steps = list(decision.steps.order_by("stage", "id"))
    now = [step for step in steps if step.circuit == decision.circuit]
    yield from faults(matter_of(decision, now))
    for step in steps:
        if step.acted_by_id is not None:
            yield from _who_acted(decision, step)
    yield from _bound(decision, steps)
    yield from _decided(decision, now)
    yield from _inbox(decision, steps)


def _who_acted(decision: Decision, step: Step) -> Iterator[str]:
    """1, 6: who acted held the post under which they acted, on that day, in that capacity; never the drafter."""
    assert step.acted_at is not None
    day = office_day(step.acted_at)
    if step.capacity == "paper":
        if decision.medium != "paper" or step.kind != "decide":
            yield "8: on paper, and no paper exception"
        return
    held = Appointment.objects.on(day).filter(user_id=step.acted_by_id, post_id=step.acted_post_id).first()
    if held is None:
        yield f"6: station {step.id} was answered by somebody who did not hold the post"
        return
    if step.capacity == "deputy":
        yield from _deputy(step)
    elif step.capacity != "collapsed" and CAPACITY[held.kind] != step.capacity:
        yield f"6: station {step.id} was answered as {step.capacity} by who held it as {CAPACITY[held.kind]}"
    if step.capacity not in ("deputy", "collapsed") and step.acted_post_id not in (step.post_id, step.raised_to_id):
        yield f"6: station {step.id} was answered under another post"


def _deputy(step: Step) -> Iterator[str]:
    """1: the deputy stands in the order, and at that moment every holder was away, or there was none."""
    assert step.acted_at is not None
    if step.acted_post_id not in step.deputies or not step.evidence["urgency"]:
        yield "1: outside the order, or not urgent"
    there = set(Appointment.objects.on(office_day(step.acted_at)).filter(post=step.post).values_list("user", flat=True))
    away = set(Absence.objects.filter(id__in=step.evidence["absences"]).values_list("user", flat=True))
    if there != away or step.evidence["vacant"] != (not there):
        yield f"1: decided for somebody who was there ({there - away})"


def _bound(decision: Decision, steps: list[Step]) -> Iterator[str]:
    """4: every answer is of a revision that is kept, and what each revision said is what its digest says."""
    kept = {row.number: row for row in Revision.objects.filter(decision=decision)}
    for step in steps:
        if step.acted_by_id is not None and step.revision not in kept:
            yield f"4: station {step.id} answered revision {step.revision}, which is not kept"
    for row in kept.values():
        files = Attachment.objects.filter(decision=decision, revision=row.number).exclude(name__startswith="決裁")
        said = {name: getattr(row, name) for name in ("title", "body", "outcome", "reasons", "brief")}
        names = [str(key) for key in files.values_list("file_id", flat=True)]
        if content_digest(**said, attachments=names) != row.content_digest:
            yield f"4: revision {row.number} is not what it was"
    last = kept.get(decision.revision)
    if last is None or (last.title, last.body) != (decision.title, decision.body):
        yield "4: the matter does not say what its last revision says"


def _decided(decision: Decision, now: list[Step]) -> Iterator[str]:
    """0, 4, 8: decided once, by one; its content is what the digest covers; on paper with its reason."""
    kinds = [entry.kind for entry in ledger.entries_of(Subject("decision", decision.id))]
    if kinds.count("decision.decided") != (decision.state in ENDED):
        yield f"0: {kinds.count('decision.decided')} decisions in the ledger of a matter that is {decision.state}"
    if decision.state not in ENDED:
        return
    files = Attachment.objects.filter(decision=decision, revision=decision.revision).values_list("file_id", flat=True)
    said = {name: getattr(decision, name) for name in ("title", "body", "outcome", "reasons", "brief")}
    if content_digest(**said, attachments=[str(key) for key in files]) != decision.content_digest:
        yield "4: what was decided is not what the digest covers"
    (decide,) = (step for step in now if step.kind == "decide" and step.state not in ("superseded", "returned"))
    if (decide.acted_by_id, decide.acted_at, decide.revision) != (
        decision.decided_by_id,
        decision.decided_at,
        decision.revision,
    ):
        yield "0: who decided, when and what is not what the deciding station says"
    if (decision.medium == "paper") != bool(decision.paper_reason) or (decide.capacity == "paper") != (
        decision.medium == "paper"
    ):
        yield "8: paper without its reason"
    if decision.power == "own" and Post.objects.get(id=decide.post_id).rank < 8:
        yield "6: an own power below the governor"
    if decision.power == "delegated" and decide.capacity != "deputy":
        row = decision.delegation
        assert row is not None
        day = office_day(decide.acted_at)  # type: ignore[arg-type]
        ends = [end for end in (row.ends_on, row.revoked_on) if end]
        if row.to_post_id != decide.post_id or row.starts_on > day or any(end <= day for end in ends):
            yield "6: decided by a delegation that was not in force"


def _inbox(decision: Decision, steps: list[Step]) -> Iterator[str]:
    """Whose turn it is has it in the inbox, and nobody else."""
    active = [step for step in steps if step.state == "active"]
    if any(step.circuit != decision.circuit for step in active):
        yield "0: a station of an earlier circulation is open"
    tasks = process.tasks_of(Subject("decision", decision.id))
    expected = {f"post:{step.raised_to_id or step.post_id}" for step in active}
    shown = {one.address for one in tasks if one.kind != "decisions.deputise"}
    if shown != expected:
        yield f"0: the inbox shows {shown}, not {expected}"
    if sum(one.kind == "decisions.deputise" for one in tasks) != sum(
        step.deputy_task_id is not None for step in active
    ):
        yield "1: a 代決 is offered that is none"


def gaps() -> Iterator[str]:
    """7: the numbers of each office and fiscal year are counted without gaps, each explained once."""
    for series in NumberSeries.objects.all():
        of = {"symbol": series.symbol, "fiscal_year": series.fiscal_year}
        drafted = list(Decision.objects.filter(**of).values_list("number", flat=True))
        kept = NumberReservation.objects.filter(**of, used_at=None).values_list("number", flat=True)
        if sorted([*drafted, *kept]) != list(range(1, series.last + 1)):
            yield f"7: {series}: {sorted(drafted)}, reserved {sorted(kept)}"
