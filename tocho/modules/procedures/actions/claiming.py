from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.lib.rows import update

from ..models import Application
from ..queries import file_ids
from .casework import locked_application
from .recording import record


class AlreadyTaken(Refused):
    """The application belongs to another account."""


@transaction.atomic
def claim_applications(*, application_ids: Collection[int], user_id: int, at: datetime) -> int:
    """Take applications that were made without an account into a person's; how many came in. Twice is as once.

    The caller has decided that this person may open them. Mailed links stay good: who has the mailbox keeps the way in.
    :raises AlreadyTaken: one belongs to somebody else; nothing changed.
    """
    taken = 0
    for application in Application.objects.select_for_update().filter(id__in=application_ids).order_by("id"):
        if application.user_id == user_id:
            continue
        if application.user_id is not None:
            raise AlreadyTaken(_("この申請は、別のアカウントにすでに入っています。"))
        application.user_id = user_id
        update(application, "user")
        record(application, "application.claimed", actor=Actor(user_id=user_id), at=at)
        taken += 1
    return taken


@transaction.atomic
def discard_draft(*, application_id: int, actor: Actor, at: datetime) -> None:
    """Delete a draft by the wish of the person: answers and files go at once. Deleted already: nothing.

    :raises Refused: it was submitted; a submitted application is withdrawn.
    """
    draft = locked_application.get(application_id)
    if draft.state == Application.State.EXPIRED:
        return
    if draft.state != Application.State.DRAFT:
        raise Refused(_("この申請はすでに提出されています。やめるときは、申請を取り下げてください。"))
    empty_draft(draft, actor=actor, at=at)
    record(draft, "application.draft_discarded", actor=actor, at=at)


def empty_draft(draft: Application, *, actor: Actor, at: datetime) -> None:
    """Erase what a draft holds; its row stays for the count."""
    for file_id in file_ids(draft.answers):
        files.forget(file_id, by=actor, at=at)
    draft.state = Application.State.EXPIRED
    draft.answers, draft.computed, draft.applicant_name, draft.applicant_email = {}, {}, "", ""
    update(draft, "state", "answers", "computed", "applicant_name", "applicant_email")
