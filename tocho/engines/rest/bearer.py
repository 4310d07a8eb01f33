"""Who calls: a token in ``Authorization: Bearer``, within its scopes (RFC 6750)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor

from .actions import note_use
from .models import Token
from .problems import Problem
from .rules import PREFIX, secret_digest


@dataclass(frozen=True)
class Caller:
    """The person a program acts as, and what its token lets it do."""

    token_id: int
    user: User
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.user.pk)


class Bearer(HttpBearer):
    """Lets a request through whose token has the scope. ``request.auth`` is then the :class:`Caller`."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        at = timezone.now()
        found = _token(token, at=at)
        if found is None:
            return None
        today = timezone.localdate(at)
        if found.last_used_on != today:
            note_use(token_id=found.id, on=today)
        if self.scope not in found.scopes:
            raise Problem(403, "missing-scope", _("この鍵には %(scope)s が許されていません。") % {"scope": self.scope})
        return Caller(found.id, found.user, frozenset(found.scopes))


def _token(secret: str, *, at: datetime) -> Token | None:
    if not secret.startswith(PREFIX):
        return None
    living = Token.objects.select_related("user").filter(revoked_at=None, expires_at__gt=at, user__is_active=True)
    return living.filter(digest=secret_digest(secret)).first()
