from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from .models import Consultation, Theme

LINK_SALT = "consultations.link"
LINK_DAYS = 120


class LinkExpired(Refused):
    """A mailed link that is too old or was not made by us."""


def token_of(consultation: Consultation) -> str:
    """The signed token of the link to one consultation; nothing is stored."""
    return signing.TimestampSigner(salt=LINK_SALT).sign(consultation.public_id.hex)


def consultation_by(token: str) -> Consultation:
    """The consultation that a mailed link opens: who has the link may enter. :raises LinkExpired:"""
    try:
        public_id = UUID(signing.TimestampSigner(salt=LINK_SALT).unsign(token, max_age=LINK_DAYS * 86400))
    except (signing.BadSignature, ValueError) as error:
        raise LinkExpired(_("このリンクは使えません。期限が切れたか、途中で切れて写されています。")) from error
    found = Consultation.objects.select_related("theme").filter(public_id=public_id).first()
    if found is None:
        raise LinkExpired(_("このリンクは使えません。期限が切れたか、途中で切れて写されています。"))
    return found


def themes_open_to(user: User | None) -> QuerySet[Theme]:
    """The themes a person may consult about; 職員相談 for employees only."""
    audiences = ["public", "staff"] if user is not None and user.is_employee else ["public"]
    return Theme.objects.filter(audience__in=audiences, retired_at=None)


def consultations_held_by(user_id: int, *, at: datetime) -> QuerySet[Consultation]:
    """The consultations of an employee's own units: nobody else of the government reads them."""
    return Consultation.objects.filter(unit__in=org.unit_codes_of(user_id, at=at)).select_related("theme", "officer")


def actor_at(user: User | AnonymousUser, consultation: Consultation, *, is_office: bool) -> Actor:
    """Who writes or reads there: the officer by name, the person by the account; nobody in a confidential theme."""
    if not is_office and consultation.theme.facts.get("confidential"):
        return Actor()
    return Actor(user_id=user.pk)
