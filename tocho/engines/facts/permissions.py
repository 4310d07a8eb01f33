"""Who may go from a public figure to the records behind it."""

from datetime import datetime
from typing import Any

from tocho.core.org import api as org

REFORM_DUTY = "reform"  # the post that looks after the reform as a whole (構造改革の推進)


def can_trace(user: Any, *, unit: str = "", at: datetime) -> bool:
    """Staff of the reform team see what is behind every figure; staff of a bureau what is behind its own.

    ``unit`` is the code of a bureau, ``""`` the whole government.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser:
        return True
    for post in org.posts_of(user.pk, at=at):
        if post.serves_as == REFORM_DUTY:
            return True
        if unit and org.bureau_of(post.unit_code, on=org.office_day(at)).code == unit:
            return True
    return False
