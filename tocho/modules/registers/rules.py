"""Pure rules of own data: what differs, how old a look-up may be, what an account number says."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

FRESH_DAYS = 30  # so long a look-up in the register of corporate numbers is not repeated


def is_fresh(fetched_at: datetime, *, at: datetime) -> bool:
    """Whether what a register told then still counts."""
    return at - fetched_at < timedelta(days=FRESH_DAYS)


def new_values(own: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given that one's own data lack or have otherwise; what was left open is no news."""
    return {key: value for key, value in given.items() if value not in (None, "", {}) and own.get(key) != value}
