"""Conversions and logic (DMN 1.3, tables 72 and 73): number(), string(), not()."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tocho.engines.rules.feel.functions.registry import builtin
from tocho.engines.rules.feel.functions.times import duration_text
from tocho.engines.rules.feel.values import NUMBERS, Range, Value, YearsMonths, finite

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)


@builtin("number", "s a? a?", strict=True)
def number(from_: str, grouping_separator: Value = None, decimal_separator: Value = None) -> Decimal | None:
    """A number from text, the separators being those that the text uses."""
    if grouping_separator not in (None, " ", ",", ".") or decimal_separator not in (None, ",", "."):
        return None
    if grouping_separator:
        from_ = from_.replace(grouping_separator, "")
    if decimal_separator:
        from_ = from_.replace(decimal_separator, ".")
    return finite(NUMBERS.create_decimal(from_)) if _NUMBER.fullmatch(from_) else None


@builtin("string", "a")
def string(from_: Value) -> str | None:
    """A value as text; null stays null."""
    return from_ if from_ is None or type(from_) is str else feel_text(from_)


@builtin("not", "a")
def not_(negand: Value) -> bool | None:
    """Three-valued negation; null of anything that is not a boolean."""
    return not negand if type(negand) is bool else None


def feel_text(value: Value) -> str:
    """A value as FEEL writes it: numbers in plain notation, dates in ISO 8601, strings inside lists quoted."""
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is Decimal:
        return format(value, "f")
    if type(value) in (date, datetime, time):
        return str(value.isoformat())
    if type(value) in (timedelta, YearsMonths):
        return duration_text(value)
    if type(value) is list:
        return "[" + ", ".join(map(feel_text, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {feel_text(item)}" for key, item in value.items()) + "}"
    if type(value) is Range:
        brackets = ("[" if value.start_included else "("), ("]" if value.end_included else ")")
        return f"{brackets[0]}{feel_text(value.start)}..{feel_text(value.end)}{brackets[1]}"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if type(value) is str else "function"
