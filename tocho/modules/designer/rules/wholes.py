"""The forms of one procedure: the application, and those under ``parts/`` that a round or a co-signer asks for. Pure.

A form under ``parts/`` belongs to its procedure: each version keeps its own, as it keeps everything else.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions import Source
from .outline import Form, keys_of

MAIN = "form"


@dataclass(frozen=True)
class Owner:
    """Who asks for a form under ``parts/``: a round (its report) or a role of co-signers; ``part`` is the name of that
    form, "" while there is none."""

    kind: str  # "round" or "role"
    key: str
    title: Any  # as the facts hold it
    part: str

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.key}"


def owners(facts: Mapping[str, Any]) -> Iterator[Owner]:
    """Every round after the first and every role of co-signers, in their order; facts may be faulty."""
    for row in _rows(facts, "rounds")[1:]:
        yield _owner("round", row)
    for row in _rows(facts.get("cosign"), "roles"):
        yield _owner("role", row)


def _owner(kind: str, row: Mapping[str, Any]) -> Owner:
    return Owner(kind, str(row.get("key", "")), row.get("title", ""), str(row.get("part") or ""))


def _rows(holder: Any, name: str) -> list[dict[str, Any]]:
    rows = holder.get(name) if isinstance(holder, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def other_forms(source: Source, part: str) -> list[Form]:
    """The forms of a procedure beside one of them."""
    forms = {MAIN: source.get("form"), **{f"parts/{name}": one for name, one in source.get("parts", {}).items()}}
    return [one for name, one in forms.items() if name != part and isinstance(one, dict)]


def with_owner(facts: Mapping[str, Any], owner: Owner, name: str) -> dict[str, Any]:
    """The facts in which a round or a role asks for a form; "" takes it away from them."""
    made = copy.deepcopy(dict(facts))
    rows = _rows(made, "rounds") if owner.kind == "round" else _rows(made.get("cosign"), "roles")
    for row in rows:
        if str(row.get("key", "")) == owner.key:
            row.pop("part", None)
            if name:
                row["part"] = name
    return made


def without_form(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The facts in which nobody asks for a form any more."""
    made = dict(facts)
    for owner in [one for one in owners(facts) if one.part == name]:
        made = with_owner(made, owner, "")
    return made


def free_name(source: Source, stem: str) -> str:
    """A name under ``parts/`` that is not in use yet: ``report``, ``report_2``, …"""
    taken = source.get("parts", {})
    stem = stem if re.fullmatch(r"[a-z][a-z0-9_-]{0,49}", stem) else "form"
    return next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}_{n}") not in taken)


def empty_form(title: Any, *, step: str) -> Form:
    """A form of one step without a question. :param step: what the step is called"""
    return {"schema_version": 1, "title": title, "steps": [{"key": "step", "title": step, "fields": []}]}


def are_kin(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two forms of one name ask mostly the same: at least half of the questions of either."""
    keys, theirs = (_asked(dict(form)) for form in (one, other))
    return bool(keys & theirs) and 2 * len(keys & theirs) >= max(len(keys), len(theirs))


def _asked(form: Form) -> set[str]:
    steps = {str(step.get("key", "")) for step in form.get("steps", []) if isinstance(step, dict)}
    return keys_of(form) - steps
