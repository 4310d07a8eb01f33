from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger.api import Actor
from tocho.engines.process import api as process
from tocho.lib.errors import Refused

from ..models import Application, Procedure, VersionMove
from .recording import record, subject_of

BATCH = 100
KEPT = 200


@transaction.atomic
def request_move(*, procedure_id: int, actor: Actor, at: datetime) -> VersionMove:
    """Have all running cases of a procedure moved to the flow of its present version as far as they can, by a job.

    Asked again while one is at work it is the same move. :raises Refused: the procedure is not published.
    """
    procedure = Procedure.objects.select_for_update(of=("self",)).select_related("current").get(id=procedure_id)
    if procedure.current is None:
        raise Refused(_("公開されている版がありません。"))
    running = VersionMove.objects.filter(procedure=procedure, done_at=None).first()
    if running is not None:
        return running
    target = procedure.current.process_definition_id
    move = VersionMove.objects.create(
        procedure=procedure,
        definition_id=target,
        requested_by_id=actor.user_id or 0,
        requested_at=at,
        total=_to_move(procedure.id, target, after=0).count(),
    )
    jobs.configure_task("procedures.move_cases").defer(move_id=move.id)
    return move


def _to_move(procedure_id: int, definition_id: int, *, after: int) -> QuerySet[Application]:
    cases = Application.objects.filter(version__procedure=procedure_id, state__in=Application.RUNNING, id__gt=after)
    return cases.exclude(version__process_definition_id=definition_id).order_by("id")


def move_cases(*, move_id: int, at: datetime) -> bool:
    """Move the next ``BATCH`` cases, each in a transaction of its own with the progress; whether any is left."""
    move = VersionMove.objects.get(id=move_id)
    ids = list(_to_move(move.procedure_id, move.definition_id, after=move.last_id).values_list("id", flat=True)[:BATCH])
    for application_id in ids:
        _move_case(move_id, application_id, at=at)
    if len(ids) < BATCH:
        VersionMove.objects.filter(id=move_id, done_at=None).update(done_at=at)
    return len(ids) == BATCH


@transaction.atomic
def _move_case(move_id: int, application_id: int, *, at: datetime) -> None:
    """One case and the progress together: killed in between, neither has happened."""
    move = VersionMove.objects.select_for_update().get(id=move_id)
    if application_id <= move.last_id:  # another worker was here
        return
    application = Application.objects.get(id=application_id)
    move.last_id = application_id
    try:
        with transaction.atomic():
            before = process.migrate(subject_of(application), to_definition_id=move.definition_id, at=at)
    except Refused as refused:
        move.refused_count += 1
        move.refused = [*move.refused, [application.receipt_number, refused.message]][:KEPT]
    else:
        if before != move.definition_id:
            move.moved += 1
            actor = Actor(user_id=move.requested_by_id)
            data = {"from_definition": before, "to_definition": move.definition_id, "move": move.id}
            record(application, "application.flow_moved", actor=actor, at=at, **data)
    move.save(update_fields=["last_id", "moved", "refused", "refused_count"])
