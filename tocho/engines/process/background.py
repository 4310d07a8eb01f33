"""What happens without anybody pressing a button: background steps, timers, and what is done when they fail."""

import logging
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.lib.errors import Refused
from tocho.lib.kept import kept

from . import models
from .models import Incident, Instance, Timer
from .move import Move
from .spec import EVER
from .store import moving, office_of, timer_moment
from .tokens import Fate, Token

# With the waits of core.jobs (4 s, 16 s, … 17 min) a person is asked after about 25 minutes.
ATTEMPTS = 6
BATCH = 500

logger = logging.getLogger(__name__)


# Every background step asks this, hardly any finds something: the ORM would take four times as long to compose it.
_RESOLVE = """
    UPDATE process_incident SET resolved_at = %s
     WHERE token_id = %s AND timer_id IS NOT DISTINCT FROM %s AND resolved_at IS NULL"""


class IncidentGone(Refused):
    """The incident is resolved, or its case has gone on without it."""


@transaction.atomic
def run_step(*, token_id: int, at: datetime) -> bool:
    """Run the handler of a background service task and let the case go on, in one transaction: what the handler writes
    and that the step is done stand or fall together, so a killed worker leaves nothing half done. False when the step
    was done already or the case was cancelled."""
    instance = _locked_instance(token_id)
    if instance is None:
        return False
    with moving(instance, at=at, retrying=True) as move:
        move.perform(next(token for token in move.tokens if token.row == token_id))
    _resolve(token_id, None, at=at)
    return True


@transaction.atomic
def fire_timer(*, timer_id: int, at: datetime) -> bool:
    """Let a due timer move its case. False when it has fired already or the case left that place in time."""
    token_id = Timer.objects.filter(id=timer_id).values_list("token_id", flat=True).first()
    instance = _locked_instance(token_id) if token_id else None
    timer = Timer.objects.filter(id=timer_id).first()
    if instance is None or timer is None:
        return False
    timer.delete()
    with moving(instance, at=at) as move:
        token = next(token for token in move.tokens if token.row == token_id)
        move.occur(token, timer.element_id)
        if token.fate is Fate.HERE and timer.left != 1:
            _set_again(timer, move, token, at=at)
    _resolve(timer.token_id, timer_id, at=at)
    return True


def _set_again(timer: Timer, move: Move, token: Token, *, at: datetime) -> None:
    """The next round of a timer that repeats, counted from when this one was due; rounds that were missed while
    nothing ran are left out, so that nobody is reminded of them all at once."""
    event = move.spec.nodes[timer.element_id]
    due_at = timer_moment(event, move.context_of(token.parent), at=timer.due_at)
    if due_at is not None and due_at <= at:
        due_at = timer_moment(event, move.context_of(token.parent), at=at)
    if due_at is not None:
        left = timer.left if timer.left == EVER else timer.left - 1
        Timer.objects.create(
            instance_id=timer.instance_id,
            token_id=timer.token_id,
            element_id=timer.element_id,
            due_at=due_at,
            left=left,
        )


def _locked_instance(token_id: int) -> Instance | None:
    """The instance of a token that is still at rest, locked; None when it is not."""
    instance = _instance_of.first(token_id)
    return instance if _fate_of.first(token_id) == Fate.HERE else None


@kept
def _instance_of(token_id: int) -> QuerySet[Instance]:
    return Instance.objects.select_for_update(of=("self",)).filter(tokens=token_id)


@kept
def _fate_of(token_id: int) -> QuerySet[models.Token, str]:
    return models.Token.objects.filter(id=token_id).values_list("fate", flat=True)


@transaction.atomic
def queue_due_timers(*, at: datetime) -> int:
    """Hand timers that are due to jobs, ``BATCH`` at most, and return how many. Two pollers at once share them."""
    due = Timer.objects.select_for_update(skip_locked=True).filter(queued_at=None, due_at__lte=at)
    ids = list(due.order_by("due_at").values_list("id", flat=True)[:BATCH])
    if ids:
        Timer.objects.filter(id__in=ids).update(queued_at=at)
        arguments: list[dict[str, JSON]] = [{"timer_id": timer_id} for timer_id in ids]
        jobs.configure_task("process.fire_timer").batch_defer(*arguments)
    return len(ids)


@transaction.atomic
def record_failure(*, token_id: int, timer_id: int | None, error: BaseException, at: datetime) -> bool:
    """Note that a background step or timer failed. True when that was the last attempt and an incident is open now."""
    instance = Instance.objects.get(tokens=token_id)
    incident, _created = Incident.objects.get_or_create(
        token_id=token_id,
        timer_id=timer_id,
        resolved_at=None,
        defaults={"instance": instance, "unit": office_of(instance), "error": "", "failed_at": at},
    )
    incident.attempts += 1
    incident.error, incident.failed_at = f"{type(error).__name__}: {error}"[:2000], at
    incident.given_up_at = at if incident.attempts >= ATTEMPTS else None
    incident.save(update_fields=["attempts", "error", "failed_at", "given_up_at"])
    if incident.given_up_at:
        logger.error("incident %s: %s", incident.id, incident.error, exc_info=error)
    return incident.given_up_at is not None


def _resolve(token_id: int, timer_id: int | None, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVE, [at, token_id, timer_id])


@transaction.atomic
def retry_incident(incident_id: int, *, actor: Actor, at: datetime) -> None:
    """Try a given-up step again, with all its attempts; one entry ``process.retried`` in the subject's ledger. Pressed
    twice it runs once.

    :raises IncidentGone: it is resolved, is being tried again, or the case has gone on.
    """
    gone = IncidentGone(_("この処理は、すでに済んだか、やり直しているところです。"))
    instance = (
        Instance.objects.select_for_update(of=("self",))
        .filter(id__in=Incident.objects.filter(id=incident_id).values("instance_id"))
        .first()
    )  # the case first, as every background step locks
    if instance is None:
        raise gone
    open_ones = Incident.objects.filter(id=incident_id, resolved_at=None, token__fate=Fate.HERE)
    incident = open_ones.select_for_update(of=("self",)).exclude(given_up_at=None).first()
    if incident is None:
        raise gone
    incident.attempts, incident.given_up_at = 0, None
    incident.retried_at, incident.retried_by_id = at, actor.user_id
    incident.save(update_fields=["attempts", "given_up_at", "retried_at", "retried_by"])
    ledger.append(
        subject=Subject(instance.subject_type, instance.subject_id),
        kind="process.retried",
        actor=actor,
        at=at,
        unit=incident.unit,
        data={"incident": incident.id},
    )
    if incident.timer_id is None:
        jobs.configure_task("process.run_step").defer(token_id=incident.token_id)
    else:
        jobs.configure_task("process.fire_timer").defer(timer_id=incident.timer_id)
