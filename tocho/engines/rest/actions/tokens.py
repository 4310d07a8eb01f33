from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.lib.errors import Refused

from ..models import Token
from ..registry import scopes_for
from ..rules import LONGEST_DAYS, new_secret, secret_digest

MOST_TOKENS = 50


class TokenRefused(Refused):
    """A token that is not made."""


@transaction.atomic
def make_token(
    *, user_id: int, is_staff: bool, name: str, scopes: Sequence[str], days: int, at: datetime
) -> tuple[Token, str]:
    """A token for programs of this person, and its secret, which is not kept and cannot be shown again.

    :param days: until it ends, 1 to 366.
    :raises TokenRefused: no or unknown scopes, a term out of bounds, or too many tokens in force.
    """
    offered = {scope.key for scope in scopes_for(is_staff=is_staff)}
    if not scopes or not set(scopes) <= offered:
        raise TokenRefused(_("できることを、1つ以上選んでください。"))
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenRefused(_("期限は、1日から366日までにしてください。"))
    if Token.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=at).count() >= MOST_TOKENS:
        raise TokenRefused(_("鍵が多すぎます。使っていない鍵を止めてから、もう一度作ってください。"))
    secret = new_secret()
    token = Token.objects.create(
        user_id=user_id,
        name=name.strip(),
        digest=secret_digest(secret),
        hint=secret[-4:],
        scopes=sorted(set(scopes)),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    ledger.append(
        subject=Subject("token", token.id),
        kind="rest.token_made",
        actor=Actor(user_id=user_id),
        at=at,
        data={"scopes": list(token.scopes), "days": days},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> None:
    """End a token at once. Done again it changes nothing."""
    token = Token.objects.select_for_update().get(id=token_id)
    if token.revoked_at is not None:
        return
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    ledger.append(subject=Subject("token", token.id), kind="rest.token_revoked", actor=actor, at=at)


def note_use(*, token_id: int, on: date) -> None:
    """Remember that a token is in use, once a day."""
    Token.objects.filter(id=token_id).exclude(last_used_on=on).update(last_used_on=on)
