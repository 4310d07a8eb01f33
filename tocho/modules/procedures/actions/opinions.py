from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import SYSTEM, Actor
from tocho.lib.errors import Refused
from tocho.lib.transactions import one_transaction
from tocho.modules.opinions import api as opinions

from ..models import Application
from ..queries import definition, question_of
from .casework import locked_application
from .recording import subject_of


@transaction.atomic
def ask_opinions(*, application: Application, question: opinions.Question, actor: Actor, at: datetime) -> int:
    """意見照会: ask other sections about a case under way; the inquiry's id. The clock of the case goes on.

    :raises Refused: the case has ended, or as ``opinions.ask``.
    """
    application = locked_application.get(application.id)
    if application.closed_at is not None or application.state not in Application.OPEN:
        raise Refused(_("この案件は終わっているため、意見を聞けません。"))
    return opinions.ask(
        subject=subject_of(application),
        unit=application.unit,
        title=f"{definition(application.version_id).title()} {application.receipt_number}",
        question=question,
        actor=actor,
        at=at,
    )


@one_transaction
def ask_in_flow(*, application_id: int, unit: str, at: datetime) -> date:
    """意見照会 that the flow itself puts to a section, by [consult] of the procedure; the last day to answer.

    Where the section is being asked already, that question counts. The answer comes back as the message
    ``opinion_answered`` with the ``verdict``.
    """
    application = locked_application.get(application_id)
    subject = subject_of(application)
    asked = opinions.open_question(subject=subject, unit=unit)
    if asked is not None:
        return asked
    question = question_of(application, unit=unit, once=f"flow:{unit}:{at.isoformat()}"[:64], at=at)
    opinions.ask(
        subject=subject,
        unit=application.unit,
        title=f"{definition(application.version_id).title()} {application.receipt_number}",
        question=question,
        actor=SYSTEM,
        at=at,
    )
    return question.due_on
