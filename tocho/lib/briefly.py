"""Answers that may be a minute old, kept in the process: for what many read and few change."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Answer = TypeVar("Answer")
SECONDS = 60.0
MOST = 1000
_known: dict[tuple[Any, ...], tuple[float, Any]] = {}


def briefly(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Keep what a function of hashable positional values answers for a minute, in this process only.

    Only for what is shown and not acted on: nobody decides by it who may do what.
    """

    @wraps(function)
    def kept(*values: Any) -> Answer:
        key, now = (function.__module__, function.__qualname__, *values), time.monotonic()
        found = _known.get(key)
        if found is not None and found[0] > now:
            return found[1]  # type: ignore[no-any-return]
        if len(_known) >= MOST:
            _known.clear()
        answer = function(*values)
        _known[key] = (now + SECONDS, answer)
        return answer

    return kept


def forget() -> None:
    """Keep nothing any longer; a test's rollback would leave answers that never were."""
    _known.clear()
