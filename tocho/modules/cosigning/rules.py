"""Pure rules of signing: what a digest covers, whose turn it is, how long a code is good for."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

CODE_MINUTES = 10
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=60)  # between two codes
CODE_REST = timedelta(hours=1)  # without a code, until wrong tries are forgotten
REMIND_AFTER = timedelta(days=3)


def signed_digest(content: str, answers: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of what one person signs: the common content and the own part, in canonical JSON."""
    own = orjson.dumps(dict(answers), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content.encode() + b"\n" + own).hexdigest()


def code_digest(code: str, *, key: str) -> str:
    """What is kept of a mailed code: its HMAC under the site's key; six digits are guessed from a plain digest."""
    return hmac.new(key.encode(), code.encode(), hashlib.sha256).hexdigest()


def is_code_good(*, sent_at: datetime | None, tries: int, at: datetime) -> bool:
    """Whether a code may still be tried: ten minutes, five tries."""
    return sent_at is not None and at < sent_at + timedelta(minutes=CODE_MINUTES) and tries < CODE_TRIES


def is_turn(place: int, others: Iterable[tuple[int, str]], *, serial: bool) -> bool:
    """Whether a person may sign now. ``others`` as (place, state): in a serial order those before have signed."""
    return not serial or all(state != "invited" for before, state in others if before < place)


def missing(states: Sequence[str], *, least: int) -> int:
    """How many signatures a role still needs."""
    return max(least - sum(state == "signed" for state in states), 0)
