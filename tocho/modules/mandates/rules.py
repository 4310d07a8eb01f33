"""Pure rules of mandates (民法99–118条): what a power covers, when it counts, who may pass it on."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import date, datetime, timedelta

LONGEST_DAYS = 3 * 366
MAILED_CODE_DAYS, PAPER_CODE_DAYS = 14, 45
CODE_TRIES = 5


def is_in_force(state: str, *, starts_on: date, last_on: date, on: date) -> bool:
    """Whether a power counts on a day, its first and its last included."""
    return state == "in_force" and starts_on <= on <= last_on


def covers(procedures: Collection[str], key: str) -> bool:
    """Whether a power names a procedure; one that names none covers all."""
    return not procedures or key in procedures


def is_within(child: tuple[date, date, Collection[str]], parent: tuple[date, date, Collection[str]]) -> bool:
    """Whether a power that is passed on (復代理) stays within its parent: period and procedures."""
    first, last, keys = child
    parent_first, parent_last, parent_keys = parent
    named = not parent_keys or (bool(keys) and set(keys) <= set(parent_keys))
    return parent_first <= first and last <= parent_last and named


def code_digest(code: str, *, key: str) -> str:
    """What is kept of a code: its HMAC under the site's key."""
    return hmac.new(key.encode(), code.encode(), hashlib.sha256).hexdigest()


def is_code_good(*, made_at: datetime | None, on_paper: bool, tries: int, at: datetime) -> bool:
    """Whether a code may still be tried: two weeks by mail, six by post, five tries."""
    days = PAPER_CODE_DAYS if on_paper else MAILED_CODE_DAYS
    return made_at is not None and at < made_at + timedelta(days=days) and tries < CODE_TRIES
