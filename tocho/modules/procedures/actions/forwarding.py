"""Through the municipality (区市町村経由): received there first, forwarded with its opinion (進達)."""

from datetime import datetime

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
from ..queries import definition, forward_task, municipality_of, transit_days
from .casework import CLOCK_FIELDS, CaseMoved, locked_application, restart_clock, stop_clock
from .recording import record, tell_applicant


@one_transaction
def begin_transit(*, application_id: int, at: datetime) -> None:
    """The case is the municipality's now; the standard clock of the government stands. Again it changes nothing."""
    application = locked_application.get(application_id)
    unit, via = municipality_of(application), definition(application.version_id).facts.via
    if unit is None or via is None or Transit.objects.filter(application=application).exists():
        return
    due_on = calendar.add_business_days(calendar.office_day(at), via.days)
    Transit.objects.create(application=application, unit=unit.code, received_at=at, due_on=due_on)
    stop_clock(application, Application.State.FORWARDING, at=at)
    update(application, *CLOCK_FIELDS)
    record(application, "application.sent_through", actor=SYSTEM, at=at, municipality=unit.code)


@transaction.atomic
def forward_case(
    *, application_id: int, opinion: str, words: str, file_id: int | None, actor: Actor, at: datetime
) -> Transit:
    """進達 with the municipality's opinion: the government has the case, and its clock runs again.

    :raises Refused: an opinion other than "no objection" without words.
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
    transit.opinion, transit.words, transit.file_id = opinion, words.strip(), file_id
    transit.forwarded_at, transit.forwarded_by_id = at, actor.user_id
    transit.save(update_fields=["opinion", "words", "file", "forwarded_at", "forwarded_by"])
    restart_clock(application, at=at)
    update(application, *CLOCK_FIELDS)
    days = transit_days(transit, on=calendar.office_day(at))
    record(application, "application.forwarded", actor=actor, at=at, opinion=opinion, transit_days=days)
    tell_applicant(application, "application_forwarded", key="1", at=at, municipality=org.unit(transit.unit).name)
    process.complete_task(task.id, outcome={}, actor=actor, at=at)
    return transit
