"""A design's source and its parts, the pieces that are saved at once."""

import math
import re
from collections.abc import Mapping
from typing import Any

JSON = Any
Source = Mapping[str, Any]
PARTS = ("facts", "form", "process")
FOLDERS = ("rules", "notices", "parts")
PART = re.compile(r"facts|form|process|(?:rules|notices|parts)/[a-z][a-z0-9_-]{0,59}")


def part_of(source: Source, part: str) -> JSON:
    """One part of a source by its name (``form``, ``rules/fee``); None where there is none."""
    folder, _slash, name = part.partition("/")
    return source.get(folder, {}).get(name) if name else source.get(folder)


def with_part(source: Source, part: str, value: JSON) -> dict[str, Any]:
    """The source with one part replaced; None takes a table or a notice out."""
    folder, _slash, name = part.partition("/")
    if not name:
        return {**source, folder: value}
    files = {key: text for key, text in source.get(folder, {}).items() if key != name}
    if value is None and not files and folder == "parts":
        return {key: one for key, one in source.items() if key != folder}  # as a folder without any is read
    return {**source, folder: files if value is None else {**files, name: value}}


def changed_parts(before: Source, after: Source) -> list[str]:
    """The names of the parts that differ."""
    names = [*PARTS]
    for folder in FOLDERS:
        names += [f"{folder}/{name}" for name in sorted({*before.get(folder, {}), *after.get(folder, {})})]
    return [name for name in names if part_of(before, name) != part_of(after, name)]


def title_of(source: Source, language: str = "ja") -> str:
    """The procedure's name in a source that may be faulty; empty where there is none."""
    title = source.get("facts", {}).get("title", "")
    if isinstance(title, str):
        return title
    return str(title.get(language) or title.get("ja", "")) if isinstance(title, dict) else ""


MAX_DEPTH = 60


def is_storable(value: JSON) -> bool:
    """Whether a value from outside is JSON that every reader can go through: not too deep, and of texts and numbers
    that the database holds (no NUL, no half of a surrogate pair, no infinite number, no date)."""
    waiting: list[tuple[JSON, int]] = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MAX_DEPTH or not _is_plain(one):
            return False
        if isinstance(one, dict):
            waiting += [(each, depth + 1) for pair in one.items() for each in pair]
        elif isinstance(one, list):
            waiting += [(each, depth + 1) for each in one]
    return True


def _is_plain(value: JSON) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool | int | dict | list)
