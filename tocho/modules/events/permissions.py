from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from .models import Event, Registration

LINK_SALT = "events.registration"
LINK_DAYS = 400
PUBLIC = (Event.Audience.PUBLIC, Event.Audience.COMPANIES)


class LinkExpired(Refused):
    """A mailed link that is too old or was not made by us."""


def token_of(registration: Registration) -> str:
    """The signed token of the link to one registration; nothing is stored."""
    return signing.TimestampSigner(salt=LINK_SALT).sign(registration.public_id.hex)


def registration_by(token: str) -> Registration:
    """The registration that a mailed link opens, with its event: who has the link may enter. :raises LinkExpired:"""
    words = _("このリンクは使えません。期限が切れたか、途中で切れて写されています。")
    try:
        public_id = UUID(signing.TimestampSigner(salt=LINK_SALT).unsign(token, max_age=LINK_DAYS * 86400))
    except (signing.BadSignature, ValueError) as error:
        raise LinkExpired(words) from error
    found = Registration.objects.select_related("event").filter(public_id=public_id).first()
    if found is None:
        raise LinkExpired(words)
    return found


def events_open_to(user: User | None) -> QuerySet[Event]:
    """The events a person may see: all that were published once; those for the staff only as an employee."""
    found = Event.objects.filter(published_at__isnull=False)
    return found if user is not None and user.is_employee else found.filter(audience__in=PUBLIC)


def events_of_offices(user_id: int, *, at: datetime) -> QuerySet[Event]:
    """The events of an employee's own units: nobody else edits them or sees who registered."""
    return Event.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))


def is_recording_for(event: Event, registration: Registration | None) -> bool:
    """Whether somebody may see the recording: everybody, or who registered."""
    if event.recording_for == Event.RecordingFor.PUBLIC:
        return True
    return registration is not None and registration.state == Registration.State.CONFIRMED


def materials_for(event: Event, *, registered: bool) -> Q:
    """Which materials somebody may open."""
    return Q(event=event, removed_at=None) & (Q() if registered else Q(is_public=True))
