"""What a piece of FEEL compiles to."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from tocho.engines.rules.feel.values import Range, Scope, Value, YearsMonths

Run: TypeAlias = Callable[[Scope], Value]
Check: TypeAlias = Callable[[Value, Scope], bool | None]

UNCHANGING = frozenset({bool, str, Decimal, date, datetime, time, timedelta, YearsMonths, Range, type(None)})


class Code(NamedTuple):
    """A compiled expression; ``constant`` if it depends on nothing in the scope."""

    run: Run
    constant: bool = False


class Test(NamedTuple):
    """A compiled unary test of a value. ``constants``: the only values at which its result can change, if it depends on
    the value alone; None if it looks at anything else."""

    run: Check
    constants: tuple[Value, ...] | None


def constant(value: Value) -> Code:
    """Code that always gives the value."""
    return Code(lambda scope: value, constant=True)


def folded(run: Run, *parts: Code) -> Code:
    """Code made of parts: computed once, now, if they are all constant and the result cannot be changed later."""
    if not all(part.constant for part in parts):
        return Code(run)
    value = run({})
    return constant(value) if type(value) in UNCHANGING else Code(run, constant=True)
