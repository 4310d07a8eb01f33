from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.core.accounts.models import User
from tocho.lib.errors import Refused

from .models import Mandate

SALT = "mandates.mandate"
LINK_DAYS = 180


class LinkExpired(Refused):
    """A mailed link that is too old or was not made by us."""


def mandate_token(mandate: Mandate) -> str:
    """The signed token by which a principal without account opens a mandate; nothing is stored."""
    return signing.TimestampSigner(salt=SALT).sign(mandate.public_id.hex)


def mandate_from(token: str) -> UUID:
    """The mandate that a link opens. :raises LinkExpired:"""
    try:
        return UUID(signing.TimestampSigner(salt=SALT).unsign(token, max_age=LINK_DAYS * 86400))
    except signing.BadSignature as error:
        raise LinkExpired(_("このリンクは使えません。代理人の方に、もう一度手続をしてもらってください。")) from error


def mandates_of(user: User) -> QuerySet[Mandate]:
    """The mandates a person sees: as principal, as agent, and those offered to one of the own addresses."""
    offered = Q(agent=None, agent_email__iexact=user.email) if accounts.has_address(user.id, user.email) else Q(pk=None)
    return Mandate.objects.filter(Q(principal=user) | Q(agent=user) | offered)
