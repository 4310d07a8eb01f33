from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.kept import kept

from ..models import Application
from .recording import subject_of


@kept
def locked_application(application_id: int) -> QuerySet[Application]:
    """The row of an application, nobody else's until the transaction ends."""
    return Application.objects.select_for_update().filter(id=application_id)


class NotComplete(Refused):
    """The form still has errors; ``errors`` maps field keys to messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(_("入力に足りないところがあります。印の付いた項目を直してください。"))
        self.args = (*self.args, dict(errors))
        self.errors = errors


class CaseMoved(Refused):
    """The case is no longer where the person saw it."""


def lock_case(application_id: int, *, expected: Sequence[str]) -> Application:
    """The locked case, if it is in one of the expected states. :raises CaseMoved:"""
    process.lock(Subject("application", application_id))
    application = locked_application.get(application_id)
    if application.state not in expected:
        raise CaseMoved(
            _("この案件はいま「%(state)s」です。ほかの操作が先に行われたため、画面を開き直してください。")
            % {"state": application.get_state_display()}
        )
    return application


def finish_examination(
    application: Application, *, outcome: Mapping[str, Any], actor: Actor, at: datetime
) -> dict[str, JSON]:
    """Complete the open 審査 task of the case as this officer; how many hours it waited to be taken (``waited_hours``)
    and lay in the office in all (``examined_hours``), for the ledger.

    :raises CaseMoved: nobody is asked to examine now, or the officer's post does not reach this case any more.
    """
    tasks = process.tasks_of(subject_of(application))
    task = next((task for task in tasks if task.kind == "procedures.examine"), None)
    if task is None or actor.user_id is None or not org.may_act(actor.user_id, task.address, at=at):
        raise CaseMoved(_("この案件を審査できるのは、担当の課にいまいる職員だけです。画面を開き直してください。"))
    process.complete_task(task.id, outcome=dict(outcome), actor=actor, at=at)
    waited = (task.claimed_at or at) - task.ready_at
    return {"waited_hours": _hours(waited), "examined_hours": _hours(at - task.ready_at)}


def _hours(span: timedelta) -> int:
    return max(round(span.total_seconds() / 3600), 0)


CLOCK_FIELDS = ("state", "stopped_on", "stopped_days", "due_on")


def stop_clock(application: Application, state: str, *, at: datetime) -> None:
    """The case waits for the applicant (補正, 納付) or for a seat: the 標準処理期間 stands from today. The caller saves
    ``CLOCK_FIELDS``."""
    application.state, application.stopped_on = state, calendar.office_day(at)


def restart_clock(application: Application, *, at: datetime) -> None:
    """The office has the case again: the business days the clock stood are added to the due date. The caller saves
    ``CLOCK_FIELDS``."""
    application.state = Application.State.EXAMINING
    if application.stopped_on is None or application.due_on is None:
        return
    stood = calendar.business_days_between(application.stopped_on, calendar.office_day(at))
    application.stopped_days += stood
    application.due_on = calendar.add_business_days(application.due_on, stood)
    application.stopped_on = None
