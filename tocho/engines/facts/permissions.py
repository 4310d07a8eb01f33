"""Who may go from a public figure to the records behind it."""

from datetime import date, datetime
from typing import Any

from tocho.core.org import api as org

EVERYTHING = "*"


def bureaus_traced_by(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the bureaus whose figures a person may follow to the entries; ``{"*"}``, all, for the reform team.

    At most one query.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset({EVERYTHING})
    posts = org.posts_of(user.pk, at=at)
    if any(post.serves_as == org.Duty.REFORM for post in posts):
        return frozenset({EVERYTHING})
    return frozenset(org.bureau_of(post.unit_code, on=org.office_day(at)).code for post in posts)


def is_within(unit: str, bureaus: frozenset[str], *, on: date) -> bool:
    """Whether an office belongs to one of these bureaus (``{"*"}``: to any), or was succeeded by one that does."""
    if EVERYTHING in bureaus:
        return True
    return any((heir.bureau_code or heir.code) in bureaus for heir in org.successors_of(unit, on=on))


def can_trace(user: Any, *, unit: str = "", at: datetime) -> bool:
    """Staff of the reform team see what is behind every figure; staff of a bureau what is behind its own.

    ``unit`` is the code of a bureau, ``""`` the whole government.
    """
    traced = bureaus_traced_by(user, at=at)
    return EVERYTHING in traced or (unit != "" and unit in traced)
