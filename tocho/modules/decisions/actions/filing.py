"""Decided matters go into files (文書管理規則) and, at the end of their retention, leave number and digest only."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tocho.core.files import api as files
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org import api as org
from tocho.modules.records import api as records

from ..models import Attachment, Decision, Revision, Step, Wording
from .recording import record

DAYS, PIECE = 30, 500
logger = logging.getLogger(__name__)
ENDED = (Decision.State.REJECTED, Decision.State.ABANDONED)


def file_decided(*, at: datetime, limit: int = PIECE) -> int:
    """File what was decided, refused or given up in the last days and is not filed yet; returns how many.

    Off the hot path, so that a decision costs no more for it; each in its own transaction, so that it may be killed.
    What a class of the classification names no category for stays unfiled, and is found by the next run.
    """
    since = at - timedelta(days=DAYS)
    recent = Q(decided_at__gte=since) | Q(state__in=ENDED, drafted_at__gte=since)
    found = Decision.objects.filter(recent, state__in=Decision.FINAL).order_by("id")
    ids = list(found.values_list("id", flat=True))
    known = records.filed_subjects("decision", ids)
    todo = [key for key in ids if key not in known][:limit]
    done = 0
    for decision in Decision.objects.filter(id__in=todo).order_by("id"):
        try:
            done += _file(decision, at=at)
        except records.RecordsRefused as refused:  # one that finds no file does not keep the others from theirs
            logger.warning("decision %s is not filed: %s", decision.pk, refused.message)
    return done


@transaction.atomic
def _file(decision: Decision, *, at: datetime) -> bool:
    moment = decision.decided_at or decision.drafted_at
    day = org.office_day(moment)
    classification = records.class_for(decision.category, on=day)
    if not classification:
        return False
    filing = records.Filing(
        kind="decision",
        subject_type="decision",
        subject_id=decision.id,
        number=decision.reference,
        title=decision.title,
        dated_on=day,
        unit=decision.unit,
        classification=classification,
        digest=decision.content_digest or hashlib.sha256(decision.body.encode()).hexdigest(),
    )
    records.enter_document(filing, actor=SYSTEM, at=at)
    return True


@transaction.atomic
def erase_content(*, decision_id: int, actor: Actor, at: datetime) -> None:
    """Erase the words of a matter at the end of its retention: title, text, brief, reasons, opinions, attachments.

    Number, days, stations, who acted and the digest stay. Once only.

    :raises DatabaseError: the matter is not ended (trigger).
    """
    decision = Decision.objects.select_for_update().get(id=decision_id)
    if decision.erased_at is not None:
        return
    decision.erased_at, decision.brief = at, []
    decision.title = decision.body = decision.reasons = decision.note = ""
    decision.save(update_fields=["title", "body", "reasons", "note", "brief", "erased_at"])
    Revision.objects.filter(decision=decision).update(title="", body="", reasons="", why="", brief=[])
    Step.objects.filter(decision=decision).exclude(opinion="").update(opinion="")
    Wording.objects.filter(decision=decision).delete()
    for file_id in Attachment.objects.filter(decision=decision).values_list("file_id", flat=True):
        files.forget(file_id, by=actor, at=at)
    record(decision, "decision.erased", actor=actor, at=at)
