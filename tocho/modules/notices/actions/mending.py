"""Rows of a list that could not be made: put right by the office, looked at by 公印審査, made."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor

from ..models import NO_SEAL, BatchRow, NoticeBatch
from .batches import BatchRefused, go_on, locked_batch, record_batch

State = BatchRow.State
OPEN = (NoticeBatch.State.RUNNING, NoticeBatch.State.PAUSED, NoticeBatch.State.DONE)


@transaction.atomic
def mend_rows(*, batch_id: int, rows: Mapping[int, Mapping[str, str]], actor: Actor, at: datetime) -> int:
    """Give failed rows (line of the file → values, checked by ``rules`` before) other values; how many were failed.

    What was reviewed is not what they hold now: with a seal they wait for 公印審査 once more, otherwise they are made.
    Lines that are made already, or wait, stay as they are, so that twice is once.

    :raises BatchRefused: the list was cancelled or never begun.
    """
    batch = locked_batch(batch_id)
    if batch.state not in OPEN:
        raise BatchRefused(_("いまは行を直せません。"))
    failed = batch.rows.select_for_update().filter(number__in=rows, state__in=(State.FAILED, State.MENDED))
    mended = list(failed.order_by("number"))
    for row in mended:
        row.values, row.problem, row.mended_by_id = dict(rows[row.number]), "", actor.user_id
        row.state = State.WAITING if batch.profile == NO_SEAL else State.MENDED
    BatchRow.objects.bulk_update(mended, ["values", "problem", "mended_by", "state"], batch_size=500)
    if mended:
        record_batch(batch, "mended", actor=actor, at=at, data={"rows": len(mended)})
        if batch.profile == NO_SEAL:
            go_on(batch)
    return len(mended)


@transaction.atomic
def confirm_mended(*, batch_id: int, actor: Actor, at: datetime) -> int:
    """公印審査 of the rows that were put right: they are made now; how many. Twice is once.

    :raises BatchRefused: by whoever made the list or put one of them right, or the list is not under way.
    """
    batch = locked_batch(batch_id)
    if batch.state not in OPEN:
        raise BatchRefused(_("いまは始められません。"))
    rows = batch.rows.filter(state=State.MENDED)
    if actor.user_id == batch.made_by_id or rows.filter(mended_by=actor.user_id).exists():
        raise BatchRefused(_("名簿を作った人と行を直した人は、公印審査をできません。"))
    count = rows.update(state=State.WAITING)
    if count:
        record_batch(batch, "mended_confirmed", actor=actor, at=at, data={"rows": count})
        go_on(batch)
    return count
