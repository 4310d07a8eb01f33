"""One text to everybody on a list: checked whole before anything is made, reviewed, then made by jobs that may die."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.jobs.api import AlreadyEnqueued, app
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject, append
from tocho.engines.documents import api as documents
from tocho.lib.errors import Refused
from tocho.lib.rows import insert_many, update_many
from tocho.modules.decisions import api as decisions

from .. import rules
from ..models import NO_SEAL, BatchRow, NoticeBatch
from .notices import NewNotice, compose_notices, recompose_notice
from .sealing import seal_notices

PIECE = 20  # rows that one job makes, in one transaction, before it looks whether it was paused, and makes way
LANES = 4  # jobs of one list side by side: one worker process runs two at once, two processes use both cores
PRIORITY = -5  # below what a person waits for, above timestamps
SOURCE = """#import "/letter.typ": *
#show: letter
#opening()
#for words in data.body { says(words) }
#if data.rows.len() > 0 { facts(data.rows) }
#if value(data, "reasons") != none [
  == 理由
  #reasons()
]
#if data.profile == "disposition" {
  decision()
  remedy(act: "この処分")
}
#verification()
"""
State = NoticeBatch.State


class BatchRefused(Refused):
    """The list is not in a state for this; the message says why."""


@dataclass(frozen=True)
class NewBatch:
    """What a list is made from; ``rows`` are (line of the file, column → value), checked by ``rules`` before."""

    title: str
    body: str
    facts: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    office: str
    unit: str
    profile: str
    decision_id: int | None


@transaction.atomic
def make_batch(what: NewBatch, *, once: str, actor: Actor, at: datetime) -> NoticeBatch:
    """Keep a list and its text; nothing is sent yet. The same ``once`` is the same list.

    :raises BatchRefused: a disposition without a decision that stands, or an empty list.
    """
    if known := NoticeBatch.objects.filter(once=once).first():
        return known
    _must_be_decided(what.profile, what.decision_id)
    if not what.rows:
        raise BatchRefused(_("名簿に行がありません。"))
    batch = NoticeBatch.objects.create(
        once=once,
        unit=what.unit,
        title=what.title,
        body=what.body,
        facts=list(what.facts),
        columns=list(what.columns),
        office=what.office,
        profile=what.profile,
        decision_id=what.decision_id,
        total=len(what.rows),
        made_by_id=actor.user_id or 0,
        made_at=at,
    )
    insert_many([BatchRow(batch=batch, number=number, values=dict(values)) for number, values in what.rows])
    record_batch(batch, "made", actor=actor, at=at)
    return batch


def _must_be_decided(profile: str, decision_id: int | None) -> None:
    if profile == documents.DISPOSITION and not (decision_id and decisions.stands(decision_id)):
        raise BatchRefused(_("処分の通知は、決定済みの事案を選んでください。"))


@transaction.atomic
def ask_seal(*, batch_id: int, actor: Actor, at: datetime) -> NoticeBatch:
    """Pass the checked list on to 公印審査. Twice is once. :raises BatchRefused: it needs none, or is past that."""
    batch = locked_batch(batch_id)
    if batch.state == State.REVIEW:
        return batch
    if batch.state != State.DRAFT or batch.profile == NO_SEAL:
        raise BatchRefused(_("公印審査に回せる名簿ではありません。"))
    batch.state = State.REVIEW
    batch.save(update_fields=["state"])
    record_batch(batch, "review_asked", actor=actor, at=at)
    return batch


@transaction.atomic
def start_batch(*, batch_id: int, actor: Actor, at: datetime) -> NoticeBatch:
    """Have the notices made: by 公印審査 for what is sealed (not whoever made the list), by the office for the rest.

    :raises BatchRefused: not reviewed, by the same person, or the decision stands no more.
    """
    batch = locked_batch(batch_id)
    if batch.state == State.RUNNING:
        return batch
    if batch.state != (State.DRAFT if batch.profile == NO_SEAL else State.REVIEW):
        raise BatchRefused(_("いまは始められません。"))
    if batch.profile != NO_SEAL:
        if actor.user_id == batch.made_by_id:
            raise BatchRefused(_("名簿を作った人は、公印審査をできません。"))
        batch.sealed_by_id = actor.user_id
    _must_be_decided(batch.profile, batch.decision_id)
    batch.state, batch.started_at = State.RUNNING, at
    batch.save(update_fields=["state", "started_at", "sealed_by"])
    record_batch(batch, "started", actor=actor, at=at)
    _continue(batch.id)
    return batch


@transaction.atomic
def pause_batch(*, batch_id: int, actor: Actor, at: datetime) -> None:
    """Let no further notice be made until it is resumed. :raises BatchRefused: it does not run."""
    batch = locked_batch(batch_id)
    if batch.state == State.PAUSED:
        return
    if batch.state != State.RUNNING:
        raise BatchRefused(_("作成中の名簿だけを一時停止できます。"))
    batch.state = State.PAUSED
    batch.save(update_fields=["state"])
    record_batch(batch, "paused", actor=actor, at=at)


@transaction.atomic
def resume_batch(*, batch_id: int, actor: Actor, at: datetime) -> None:
    """Go on with what waits. :raises BatchRefused: it is not paused."""
    batch = locked_batch(batch_id)
    if batch.state == State.RUNNING:
        return
    if batch.state != State.PAUSED:
        raise BatchRefused(_("一時停止した名簿だけを再開できます。"))
    batch.state = State.RUNNING
    batch.save(update_fields=["state"])
    record_batch(batch, "resumed", actor=actor, at=at)
    _continue(batch.id)


@transaction.atomic
def cancel_batch(*, batch_id: int, actor: Actor, at: datetime) -> None:
    """Make no more of it; what is out stays out. :raises BatchRefused: it is over."""
    batch = locked_batch(batch_id)
    if batch.state == State.CANCELLED:
        return
    if batch.state == State.DONE:
        raise BatchRefused(_("すべて作成し終わっています。個々の通知は取り消せます。"))
    left = batch.rows.filter(state__in=("waiting", "failed", "mended"), notice=None).order_by("number")
    ids = list(left.select_for_update().values_list("id", flat=True))  # in the order in which jobs lock them
    rest = BatchRow.objects.filter(id__in=ids).update(state=BatchRow.State.CANCELLED)
    batch.state, batch.ended_at = State.CANCELLED, at
    batch.save(update_fields=["state", "ended_at"])
    record_batch(batch, "cancelled", actor=actor, at=at, data={"rest": rest})


@transaction.atomic
def retry_failed(*, batch_id: int, actor: Actor, at: datetime) -> int:
    """Have the failed rows tried once more; how many. :raises BatchRefused: none failed, or it was cancelled."""
    batch = locked_batch(batch_id)
    if batch.state not in (State.RUNNING, State.PAUSED, State.DONE):
        raise BatchRefused(_("いまはやり直せません。"))
    again = batch.rows.filter(state=BatchRow.State.FAILED).update(state=BatchRow.State.WAITING, problem="")
    if not again:
        raise BatchRefused(_("作成できなかった行はありません。"))
    go_on(batch)
    record_batch(batch, "retried", actor=actor, at=at, data={"rows": again})
    return again


def go_on(batch: NoticeBatch) -> None:
    """Have what waits in a locked list made, also where the list was done."""
    if batch.state == State.DONE:
        batch.state, batch.ended_at = State.RUNNING, None
        batch.save(update_fields=["state", "ended_at"])
    if batch.state == State.RUNNING:
        _continue(batch.id)


def make_rows(*, batch_id: int, at: datetime) -> bool:
    """Make the next notices of a list; whether there are more. Killed anywhere, the next run finds what is left.

    A piece is one transaction: its rows are locked (jobs that run beside take the next ones), composed, sealed and
    noted as made, all of them or none.
    """
    batch = NoticeBatch.objects.get(id=batch_id)
    if batch.state != State.RUNNING:
        return False
    if _make_piece(batch, at=at) == PIECE:
        return True
    _end(batch_id, at=at)
    return False


@transaction.atomic
def _make_piece(batch: NoticeBatch, *, at: datetime) -> int:
    """Make up to ``PIECE`` notices; how many rows that were. A row whose notice cannot be sealed says why."""
    waiting = batch.rows.select_for_update(skip_locked=True).filter(state=BatchRow.State.WAITING)
    rows = list(waiting.order_by("number")[:PIECE])
    _compose(batch, rows, at=at)
    ids = [row.notice_id for row in rows if row.notice_id is not None]
    refused = {} if batch.profile == NO_SEAL else seal_notices(notice_ids=ids, at=at).refused
    for row in rows:
        error = refused.get(row.notice_id or 0)
        row.state = BatchRow.State.FAILED if error else BatchRow.State.MADE
        row.problem = rules.words_of_failure(error) if error else ""
    update_many(rows, "notice", "state", "problem")
    return len(rows)


def _compose(batch: NoticeBatch, rows: Sequence[BatchRow], *, at: datetime) -> None:
    """Give each row its notice; one that was put right keeps the notice that could not be sealed, and says it anew."""
    about = decision_of(batch)
    for row in rows:
        if row.notice_id is not None and row.mended_by_id is not None:
            recompose_notice(order_of(batch, row, about), notice_id=row.notice_id, at=at)
    fresh = [row for row in rows if row.notice_id is None]
    notices = compose_notices([order_of(batch, row, about) for row in fresh], at=at)
    for row, notice in zip(fresh, notices, strict=True):
        row.notice_id = notice.id


def order_of(batch: NoticeBatch, row: BatchRow, about: Mapping[str, Any]) -> NewNotice:
    """What the notice of one row is made from; ``about``: ``decision_of`` the list."""
    electronic = rules.wants_electronic(row.values)
    return NewNotice(
        subject=Subject("notice_batch_row", row.pk or 0),
        kind="batch",
        decision_id=batch.decision_id,
        title=batch.title,
        source=SOURCE,
        data=data_of(batch, row.values, about),
        profile=batch.profile,
        recipient_email=row.values.get(rules.EMAIL, "") if electronic else "",
        recipient_user_id=None,
        unit=batch.unit,
        wish="list" if electronic else "",
        reviewed_by=batch.sealed_by_id,
    )


def decision_of(batch: NoticeBatch) -> dict[str, Any]:
    """What every letter of a list says of its decision; nothing where there is none."""
    if batch.decision_id is None:
        return {}
    decision = decisions.decision(batch.decision_id)
    reasons = {"reasons": decision.reasons} if batch.profile == documents.DISPOSITION else {}  # 行政手続法8条・14条
    return {"decision": dict(decision.cited), **reasons}


def data_of(batch: NoticeBatch, values: Mapping[str, str], about: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the template of a list is given for one recipient; ``about``: ``decision_of`` the list, if known."""
    address = values.get(rules.ADDRESS, "")
    if address and (postal := values.get(rules.POSTAL)):
        address = f"〒{postal.removeprefix('〒')}　{address}"
    return {
        "office": batch.office,
        "applicant": {"name": values[rules.NAME], "address": address},
        "body": [rules.filled_in(line, values) for line in batch.body.splitlines() if line.strip()],
        "rows": [[name, values.get(name, "")] for name in batch.facts],
        **(decision_of(batch) if about is None else about),
    }


@transaction.atomic
def _end(batch_id: int, *, at: datetime) -> None:
    """Close a list of which nothing waits any more; the lane that ends last does it."""
    batch = locked_batch(batch_id)
    if batch.state != State.RUNNING or batch.rows.filter(state=BatchRow.State.WAITING).exists():
        return
    batch.state, batch.ended_at = State.DONE, at
    batch.save(update_fields=["state", "ended_at"])
    failed = batch.rows.filter(state=BatchRow.State.FAILED).count()
    record_batch(batch, "done", actor=SYSTEM, at=at, data={"failed": failed})


def _continue(batch_id: int) -> None:
    for lane in range(LANES):
        next_piece(batch_id, lane)


def next_piece(batch_id: int, lane: int) -> None:
    """A job for the next rows of a lane, unless one waits already."""
    name = f"notices.batch:{batch_id}:{lane}"
    task = app.configure_task("notices.make_rows", priority=PRIORITY, queueing_lock=name)
    try:
        with transaction.atomic():
            task.defer(batch_id=batch_id, lane=lane)
    except AlreadyEnqueued:
        return


def locked_batch(batch_id: int) -> NoticeBatch:
    return NoticeBatch.objects.select_for_update(of=("self",)).get(id=batch_id)


def record_batch(
    batch: NoticeBatch, act: str, *, actor: Actor, at: datetime, data: Mapping[str, JSON] | None = None
) -> None:
    append(
        subject=Subject("notice_batch", batch.id),
        kind=f"notice_batch.{act}",
        actor=actor,
        at=at,
        unit=batch.unit,
        data={"total": batch.total, "profile": batch.profile, "decision": batch.decision_id, **(data or {})},
    )
