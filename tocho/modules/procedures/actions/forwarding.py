"""Through the municipality (区市町村経由), first or beside the office; forwarded with its opinion (進達)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from ..models import Application, Transit
from ..queries import (
    MUNICIPALITY,
    awaits_municipality,
    definition,
    documents_of,
    forward_task,
    municipality_of,
    resubmit_task,
    transit_days,
)
from .casework import CLOCK_FIELDS, CaseMoved, locked_application, restart_clock, stop_clock
from .recording import record, subject_of, tell_applicant

MUNICIPAL_TASKS = ("procedures.forward", "procedures.resubmit")


class MunicipalityWaits(Refused):
    """An approval while the municipality has not said what it thinks."""


@one_transaction
def begin_transit(*, application_id: int, at: datetime) -> None:
    """The case is the municipality's now; the standard clock of the government stands. Again it changes nothing."""
    application = locked_application.get(application_id)
    transit = _made(application, at=at)
    if transit is None:
        return
    stop_clock(application, Application.State.FORWARDING, at=at)
    update(application, *CLOCK_FIELDS)
    record(application, "application.sent_through", actor=SYSTEM, at=at, municipality=transit.unit)


def share_with_municipality(application: Application, *, at: datetime) -> None:
    """Where the municipality works beside the office: the case is in its inbox, too. The clock of the government runs.

    The caller holds the application's row. Again, or where no way leads through one, it changes nothing.
    """
    via = definition(application.version_id).facts.via
    if via is None or via.mode != "parallel":
        return
    transit = _made(application, at=at)
    if transit is None:
        return
    _open_task(application, "procedures.forward", transit, due_on=transit.due_on, at=at)
    record(application, "application.shared", actor=SYSTEM, at=at, municipality=transit.unit)


def _made(application: Application, *, at: datetime) -> Transit | None:
    """The new way through the municipality; None where there is one already, or none leads through."""
    unit, via = municipality_of(application), definition(application.version_id).facts.via
    if unit is None or via is None or Transit.objects.filter(application=application).exists():
        return None
    due_on = calendar.add_business_days(calendar.office_day(at), via.days)
    return Transit.objects.create(application=application, unit=unit.code, received_at=at, due_on=due_on)


def _open_task(application: Application, kind: str, transit: Transit, *, due_on: date | None, at: datetime) -> None:
    process.open_task(
        kind=kind,
        subject=subject_of(application),
        title=f"{definition(application.version_id).title()} {application.receipt_number}",
        address=f"unit:{org.unit(transit.unit).id}",
        due_on=due_on,
        at=at,
    )


def settle_resubmission(application: Application, *, due_on: date | None = None, actor: Actor, at: datetime) -> None:
    """While documents of the municipality are sent back they stand in its inbox; given again, they leave it.

    The caller holds the application's row.
    """
    brief = documents_of(application, mine=[MUNICIPALITY])
    transit = Transit.objects.filter(application=application).first()
    if brief is None or transit is None:
        return
    returned = any(row.mine for row in brief.returned)
    task = resubmit_task(application)
    if returned and task is None:
        _open_task(application, "procedures.resubmit", transit, due_on=due_on, at=at)
    elif task is not None and not returned:
        process.close_task(task.id, outcome={}, actor=actor, at=at)


def free_municipality(application: Application, *, at: datetime) -> None:
    """The case has ended: what it still asked of the municipality leaves its inbox."""
    for task in process.tasks_of(subject_of(application)):
        if task.kind in MUNICIPAL_TASKS:
            process.cancel_task(task.id, at=at)


def refuse_unforwarded(application: Application) -> None:
    """An approval waits for the municipality that works beside the office. :raises MunicipalityWaits:"""
    if awaits_municipality(application):
        raise MunicipalityWaits(
            _(
                "区市町村の意見がまだ届いていません。届いてから承認の起案をしてください。急ぐときは、区市町村に連絡してください。"
            )
        )


@transaction.atomic
def forward_case(
    *, application_id: int, opinion: str, words: str, file_id: int | None, actor: Actor, at: datetime
) -> Transit:
    """進達 with the municipality's opinion: the government has the case, and its clock runs again.

    :raises Refused: an opinion other than "no objection" without words, or own documents are missing.
    :raises CaseMoved: it was forwarded before, or the person does not answer for this municipality now.
    """
    if opinion != Transit.Opinion.SUPPORTS and not words.strip():
        raise Refused(_("意見の理由を書いてください。都の担当がそのまま読みます。"))
    process.lock(Subject("application", application_id))
    application = locked_application.get(application_id)
    transit = Transit.objects.select_for_update().get(application=application)
    task = forward_task(application)
    if task is None or actor.user_id is None or not org.may_act(actor.user_id, task.address, at=at):
        raise CaseMoved(_("この案件は、もう進達したか、担当の区市町村が変わりました。画面を開き直してください。"))
    brief = documents_of(application, mine=[MUNICIPALITY])
    if brief is not None and brief.asked:
        raise Refused(_("「%(title)s」を出してから進達してください。") % {"title": brief.asked[0].title})
    transit.opinion, transit.words, transit.file_id = opinion, words.strip(), file_id
    transit.forwarded_at, transit.forwarded_by_id = at, actor.user_id
    transit.save(update_fields=["opinion", "words", "file", "forwarded_at", "forwarded_by"])
    if application.state == Application.State.FORWARDING:
        restart_clock(application, at=at)
        update(application, *CLOCK_FIELDS)
    days = transit_days(transit, on=calendar.office_day(at))
    record(application, "application.forwarded", actor=actor, at=at, opinion=opinion, transit_days=days)
    tell_applicant(application, "application_forwarded", key="1", at=at, municipality=org.unit(transit.unit).name)
    via = definition(application.version_id).facts.via
    finish = process.close_task if via is not None and via.mode == "parallel" else process.complete_task
    finish(task.id, outcome={}, actor=actor, at=at)
    return transit
