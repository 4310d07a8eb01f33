from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import Actor
from tocho.modules.messages import api as messages

from ..models import Application
from ..queries import definition
from .recording import subject_of, tell_applicant


@transaction.atomic
def ask_office(*, application: Application, draft: messages.Draft, actor: Actor, at: datetime) -> None:
    """The applicant writes to the office; it stands in the section's inbox until it is answered.

    :raises messages.ThreadClosed: the case has ended.
    """
    messages.ask(
        subject=subject_of(application),
        unit=application.unit,
        title=_title(application),
        draft=draft,
        actor=actor,
        at=at,
    )


@transaction.atomic
def answer_applicant(*, application: Application, draft: messages.Draft, actor: Actor, at: datetime) -> None:
    """The office writes to the applicant, who is told by mail that there is something to read, not what.

    :raises messages.ThreadClosed: the case has ended and no question is open.
    """
    messages.answer(
        subject=subject_of(application),
        unit=application.unit,
        title=_title(application),
        draft=draft,
        actor=actor,
        at=at,
    )


def _title(application: Application) -> str:
    return f"{definition(application.version_id).title()} {application.receipt_number}"


def tell_of_message(*, application_id: int, message_id: int, at: datetime) -> None:
    """A mail that a message waits, with the link to it and without what it says."""
    application = Application.objects.get(id=application_id)
    tell_applicant(application, "message_arrived", key=str(message_id), at=at)
