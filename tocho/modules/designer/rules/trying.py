"""A table tried with inputs that somebody typed: which rules fire, and why. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocho.engines.rules.api import RuleError, compile_table

from ..definitions.names import InputName


@dataclass(frozen=True)
class Trial:
    """What came out: the reason in one sentence, the numbers of the rules that fired; or why it could not be said."""

    why: str = ""
    fired: tuple[int, ...] = ()
    citations: tuple[str, ...] = ()
    problem: str = ""


def needed_names(xml: str, table: str, names: Sequence[InputName]) -> list[InputName]:
    """The names that a table asks for, in the order of the form; none while it has faults."""
    try:
        wanted = compile_table(xml, table, offered=[name.key for name in names]).names
    except RuleError:
        return []
    known = {name.key: name for name in names}
    ordered = [name for key, name in known.items() if key in wanted]
    return ordered + [InputName(key, key, "", "unknown") for key in sorted(wanted - known.keys())]


def tried(xml: str, table: str, values: Mapping[str, Any], names: Sequence[InputName]) -> Trial:
    """What a table answers to values as they come from a form: text, numbers, dates, "true"; empty is missing."""
    kinds = {name.key: name.kind for name in names}
    context = {key: _value(value, kinds.get(key, "")) for key, value in values.items()}
    try:
        answer = compile_table(xml, table, offered=[*kinds]).decide(context)
    except RuleError as error:
        return Trial(problem=error.message)
    return Trial(answer.why, tuple(rule.number for rule in answer.fired), answer.citations)


def _value(value: Any, kind: str) -> Any:
    if kind == "list":
        return [{}] * (value or 0)
    if value in ("", None):
        return None
    if kind == "boolean":
        return value == "true"
    if kind == "" and str(value).lstrip("-").replace(".", "", 1).isdigit():
        return float(value) if "." in str(value) else int(value)
    return {"true": True, "false": False}.get(value, value) if kind == "" and isinstance(value, str) else value
