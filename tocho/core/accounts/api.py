"""The door to accounts: what other parts may ask about the person behind one."""

import time
from collections.abc import Iterable

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.http import HttpRequest

from tocho.core.accounts.actions import close_account, record_export
from tocho.core.accounts.models import User
from tocho.core.accounts.sessions import remember

__all__ = ["close_account", "has_address", "names_of", "record_export", "remember", "within_rate"]


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """What people are called, by id; nothing for who is unknown. One query, none for nobody."""
    known = {one for one in user_ids if one}
    return dict(User.objects.filter(id__in=known).values_list("id", "display_name")) if known else {}


def has_address(user_id: int, email: str) -> bool:
    """Whether a mail address is a person's own: confirmed by them, or the one that an account was made with by us."""
    mine = EmailAddress.objects.filter(user_id=user_id)
    if mine.exists():
        return bool(mine.filter(email__iexact=email, verified=True).exists())
    return bool(email) and User.objects.filter(id=user_id, email__iexact=email).exists()


def within_rate(request: HttpRequest, name: str, *, most: int, seconds: int) -> bool:
    """Whether this address of the network has done something at most so often in this span of time, this time counted.

    For forms that anybody may send. Whole offices share one address, so that ``most`` must leave them room. Counted in
    the shared cache, by spans that begin with the clock.
    """
    key = f"rate:{name}:{get_adapter().get_client_ip(request)}:{int(time.time()) // seconds}"
    cache.add(key, 0, timeout=2 * seconds)
    return bool(cache.incr(key) <= most)
