"""Regular expressions that an officer writes and a citizen's text meets: those that could run for ages are refused."""

import re
from functools import lru_cache

from tocho.lib.patterns import is_quick

FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}


@lru_cache(maxsize=256)
def python_pattern(pattern: str, flags: str) -> re.Pattern[str] | None:
    """The compiled pattern; None when it is malformed or some text could keep it busy, like ``(a+)+``."""
    if len(pattern) > 500 or not set(flags) <= FLAGS.keys():
        return None
    combined = re.RegexFlag(0)
    for flag in flags:
        combined |= FLAGS[flag]
    try:
        return re.compile(pattern, combined) if is_quick(pattern, combined) else None
    except (re.error, OverflowError, RecursionError):
        return None
