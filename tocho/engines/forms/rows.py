"""The posted data of a form with repeating groups and helper buttons, rearranged without JavaScript.

``_add=<group>`` and ``_remove=<group>-<row>`` change rows, ``_lookup=<address>`` fills in what a postal code says,
``_refresh`` only asks what the answers so far make of the page. None of them submits the step: the form comes back with
everything that was typed.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from tocho.engines.forms.kinds import GroupKind

REFRESH = "_refresh"
BUTTONS = ("_lookup", "_add", "_remove", REFRESH)
Posted = MultiValueDict[str, Any]


def posted(data: Mapping[str, Any]) -> Posted:
    """A changeable copy of what was posted."""
    if isinstance(data, MultiValueDict):
        return MultiValueDict({key: list(values) for key, values in data.lists()})
    return MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in data.items()})


def row_count(data: Mapping[str, Any], key: str, limit: int) -> int:
    """How many rows of a group were posted; never more than the group may have."""
    text = str(data.get(f"{key}-count", ""))
    return min(int(text), limit) if re.fullmatch("[0-9]{1,3}", text) else 0


def rearrange(data: Posted, key: str, kind: GroupKind) -> int | None:
    """Add or remove the row that was asked for; the index of the row to go on with, or None when none was."""
    count = row_count(data, key, kind.max_rows)
    if data.get("_add") == key and count < kind.max_rows:
        data[f"{key}-count"] = str(count + 1)
        return count
    asked = re.fullmatch(f"{re.escape(key)}-([0-9]{{1,3}})", str(data.get("_remove", "")))
    if asked and int(asked[1]) < count:
        remove_row(data, key, int(asked[1]))
        data[f"{key}-count"] = str(count - 1)
        return max(int(asked[1]) - 1, 0)
    return None


def remove_row(data: Posted, key: str, index: int) -> None:
    """Take out one row; those behind it move up."""
    pattern = re.compile(f"{re.escape(key)}-([0-9]{{1,3}})-(.+)")
    found = [(match, data.pop(match[0])) for match in map(pattern.fullmatch, list(data)) if match]
    for match, values in found:
        row = int(match[1])
        if row != index:
            data.setlist(f"{key}-{row - 1 if row > index else row}-{match[2]}", values)
