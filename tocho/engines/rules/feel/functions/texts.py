"""String functions (DMN 1.3, table 74). Positions count characters from 1, from the end when negative."""

from tocho.engines.rules.feel.functions.patterns import python_pattern
from tocho.engines.rules.feel.functions.registry import builtin
from tocho.engines.rules.feel.values import Value


@builtin("contains", "s s")
def contains(string: str, match: str) -> bool:
    """Whether the string holds the other."""
    return match in string


@builtin("starts with", "s s")
def starts_with(string: str, match: str) -> bool:
    """Whether the string begins with the other."""
    return string.startswith(match)


@builtin("ends with", "s s")
def ends_with(string: str, match: str) -> bool:
    """Whether the string ends with the other."""
    return string.endswith(match)


@builtin("matches", "s s s?")
def matches(input_: str, pattern: str, flags: str = "") -> bool | None:
    """Whether the pattern (XPath regular expression) is found anywhere in the string."""
    compiled = python_pattern(pattern, flags)
    return None if compiled is None else compiled.search(input_[:1000]) is not None


@builtin("replace", "s s s s?")
def replace(input_: str, pattern: str, replacement: str, flags: str = "") -> str | None:
    """The string with every match replaced; ``$1`` stands for the first group."""
    compiled = python_pattern(pattern, flags)
    if compiled is None:
        return None
    groups = compiled.groups
    return compiled.sub(
        lambda found: _fill(replacement, [found.group(n) or "" for n in range(groups + 1)]), input_[:1000]
    )


def _fill(replacement: str, groups: list[str]) -> str:
    for number in range(len(groups) - 1, -1, -1):
        replacement = replacement.replace(f"${number}", groups[number])
    return replacement


@builtin("split", "s s")
def split(string: str, delimiter: str) -> list[str] | None:
    """The parts between matches of the delimiter (a pattern)."""
    compiled = python_pattern(delimiter, "")
    return None if compiled is None else compiled.split(string[:1000])


@builtin("string join", "l s?")
def string_join(list_: list[Value], delimiter: str = "") -> str | None:
    """The strings of the list one after another; nulls are skipped."""
    parts = [item for item in list_ if item is not None]
    return delimiter.join(parts) if all(type(part) is str for part in parts) else None


@builtin("upper case", "s")
def upper_case(string: str) -> str:
    """The string in capitals."""
    return string.upper()


@builtin("lower case", "s")
def lower_case(string: str) -> str:
    """The string in small letters."""
    return string.lower()


@builtin("substring", "s i i?")
def substring(string: str, start_position: int, length: int | None = None) -> str | None:
    """Characters from a position on, at most ``length`` of them."""
    if start_position == 0 or (length is not None and length < 1):
        return None
    start = start_position - 1 if start_position > 0 else max(len(string) + start_position, 0)
    return string[start:] if length is None else string[start : start + length]


@builtin("substring before", "s s")
def substring_before(string: str, match: str) -> str:
    """What stands before the first match; empty when there is none."""
    before, found, _after = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "s s")
def substring_after(string: str, match: str) -> str:
    """What stands after the first match; empty when there is none."""
    return string.partition(match)[2] if match else string


@builtin("string length", "s")
def string_length(string: str) -> int:
    """The number of characters."""
    return len(string)
