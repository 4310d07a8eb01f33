"""Pure rules of mandates (民法99–118条): what a power covers, when it counts, who may pass it on."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LONGEST_DAYS = 3 * 366
MAILED_CODE_DAYS, PAPER_CODE_DAYS = 14, 45
CODE_TRIES = 5


def is_in_force(state: str, *, starts_on: date, last_on: date, on: date) -> bool:
    """Whether a power counts on a day, its first and its last included."""
    return state == "in_force" and starts_on <= on <= last_on


def covers(procedures: Collection[str], categories: Collection[str], *, key: str, category: str) -> bool:
    """Whether a power names a procedure or its category; one that names neither covers all."""
    return not (procedures or categories) or key in procedures or category in categories


@dataclass(frozen=True)
class Extent:
    """How far a power reaches: first and last day, procedures by key, categories of procedures (neither: all)."""

    first: date
    last: date
    procedures: Collection[str]
    categories: Collection[str]

    @property
    def is_general(self) -> bool:
        return not self.procedures and not self.categories


def is_within(child: Extent, parent: Extent, *, category_of: Mapping[str, str]) -> bool:
    """Whether a power that is passed on (復代理) stays within its parent: period, procedures and categories.

    :param category_of: the category of each procedure, by key.
    """
    if child.first < parent.first or parent.last < child.last:
        return False
    if parent.is_general:
        return True
    named = set(child.procedures) - set(parent.procedures)
    return (
        not child.is_general
        and set(child.categories) <= set(parent.categories)
        and all(category_of.get(key, "") in parent.categories for key in named)
    )


def code_digest(code: str, *, key: str) -> str:
    """What is kept of a code: its HMAC under the site's key."""
    return hmac.new(key.encode(), code.encode(), hashlib.sha256).hexdigest()


def is_code_good(*, made_at: datetime | None, on_paper: bool, tries: int, at: datetime) -> bool:
    """Whether a code may still be tried: two weeks by mail, six by post, five tries."""
    days = PAPER_CODE_DAYS if on_paper else MAILED_CODE_DAYS
    return made_at is not None and at < made_at + timedelta(days=days) and tries < CODE_TRIES
