from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.opinions import api as opinions

from ..models import Application
from ..queries import definition
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
