"""Who tends what stands still (process steps that failed, refunds that were refused)."""

from datetime import datetime
from typing import Any

from tocho.core.org import api as org

OPERATIONS_DUTY = "operations"  # the posts that keep the platform running (情報基盤)
EVERYTHING = "*"


def units_tended_by(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the units whose stopped work a person may see and have tried again; ``{"*"}``, all, for those who run
    the platform; empty for everybody else.

    In an office these are its posts from 課長代理 up. At most one query.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser or any(post.serves_as == OPERATIONS_DUTY for post in org.posts_of(user.pk, at=at)):
        return frozenset({EVERYTHING})
    return org.unit_codes_of(user.pk, at=at, least=org.Rank.DEPUTY_SECTION_CHIEF)
