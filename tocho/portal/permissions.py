"""Who tends what stands still (failed steps, refused refunds); who sees and reminds of the monthly returns."""

from datetime import datetime
from typing import Any

from tocho.core.org import api as org
from tocho.engines.facts import api as facts

EVERYTHING = "*"


def units_tended_by(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the units whose stopped work a person may see and have tried again; ``{"*"}``, all, for those who run
    the platform; empty for everybody else.

    In an office these are its posts from 課長代理 up. At most one query.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser or any(post.serves_as == org.Duty.OPERATIONS for post in org.posts_of(user.pk, at=at)):
        return frozenset({EVERYTHING})
    return org.unit_codes_of(user.pk, at=at, least=org.Rank.DEPUTY_SECTION_CHIEF)


def bureaus_returning(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the bureaus whose monthly returns a person sees: of the own posts; ``{"*"}``, all, for the reform team,
    which also reminds."""
    return facts.bureaus_traced_by(user, at=at)


def can_see_returns_of(unit: str, bureaus: frozenset[str], *, at: datetime) -> bool:
    """Whether the returns of a bureau (of whatever time) are among those."""
    return facts.is_within(unit, bureaus, on=org.office_day(at))
