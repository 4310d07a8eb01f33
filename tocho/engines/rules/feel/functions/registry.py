"""How a built-in function is declared: its FEEL name and one letter for what each argument must be.

A wrong kind of argument makes the result null, as FEEL demands, so the functions themselves need not look.

| letter | must be | letter | must be |
|---|---|---|---|
| s | string | l | list (one value counts as a list of one) |
| n | number | c | context |
| i | whole number, handed over as int | d | date, or date and time |
| b | boolean | a | anything, null too |

``?`` after a letter: may be left out. ``*`` at the end: any number of them.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tocho.engines.rules.feel.values import Value


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function; ``strict`` ones may not yield null when all their arguments are written out."""

    name: str
    run: Callable[..., Value]
    parameters: tuple[str, ...]
    least: int
    most: int | None
    strict: bool = False


BUILTINS: dict[str, Builtin] = {}


def builtin(name: str, kinds: str, *, strict: bool = False) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Declares a function under its FEEL name; its Python parameters, blanks for underscores, are FEEL's."""
    letters = kinds.split()
    variadic = bool(letters) and letters[-1].endswith("*")
    checks = [CHECKS[letter[0]] for letter in letters]

    def declare(function: Callable[..., Value]) -> Callable[..., Value]:
        def run(*arguments: Value) -> Value:
            ready = []
            for index, argument in enumerate(arguments):
                check = checks[min(index, len(checks) - 1)]
                value = argument if check is None else check(argument)
                if value is None and check is not None:
                    return None
                ready.append(value)
            result = function(*ready)
            return Decimal(result) if type(result) is int else result

        names = tuple(parameter.strip("_").replace("_", " ") for parameter in inspect.signature(function).parameters)
        least = sum(not letter.endswith("?") for letter in letters)
        BUILTINS[name] = Builtin(name, run, names, least, None if variadic else len(letters), strict)
        return function

    return declare


def _whole(value: Value) -> int | None:
    return int(value) if type(value) is Decimal and value == value.to_integral_value() and abs(value) < 10**9 else None


def _list(value: Value) -> Value:
    return value if value is None or type(value) is list else [value]


def _exactly(*kinds: type) -> Callable[[Value], Value]:
    return lambda value: value if type(value) in kinds else None


CHECKS: dict[str, Callable[[Value], Value] | None] = {
    "s": _exactly(str), "n": _exactly(Decimal), "b": _exactly(bool), "c": _exactly(dict), "d": _exactly(date, datetime),
    "i": _whole, "l": _list, "a": None,
}  # fmt: skip
