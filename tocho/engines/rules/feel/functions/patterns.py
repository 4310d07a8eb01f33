"""Regular expressions that an officer writes and a citizen's text meets: those that could run for ages are refused."""

import re
from functools import lru_cache

FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}

_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]", re.DOTALL)  # escapes and character classes
_GROUP = re.compile(r"\((?:\?[:=!])?([^()]*)\)([*+]|\{\d+,\})?")
_ENDLESS = re.compile(r"[*+]|\{\d+,\}")


@lru_cache(maxsize=256)
def python_pattern(pattern: str, flags: str) -> re.Pattern[str] | None:
    """The compiled pattern; None when it is malformed or repeats what already repeats, like ``(a+)+``."""
    if len(pattern) > 500 or not set(flags) <= FLAGS.keys() or not is_bounded(pattern):
        return None
    combined = re.RegexFlag(0)
    for flag in flags:
        combined |= FLAGS[flag]
    try:
        return re.compile(pattern, combined)
    except (re.error, OverflowError, RecursionError):
        return None


def is_bounded(pattern: str) -> bool:
    """Whether no group that repeats without end holds an endless repetition or a choice."""
    rest = _ATOM.sub("x", pattern)
    while match := _GROUP.search(rest):
        inner, repeated = match.groups()
        endless = bool(_ENDLESS.search(inner))
        if repeated and (endless or "|" in inner):
            return False
        rest = rest[: match.start()] + ("x+" if endless or repeated else "x") + rest[match.end() :]
    return True
