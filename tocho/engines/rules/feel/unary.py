"""Unary tests: what a table cell asks of its column's value (DMN 1.3, clause 7.3.3 and grammar rules 7, 13–15)."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tocho.engines.rules.feel.code import Code, Test
from tocho.engines.rules.feel.values import Range, Scope, Value, YearsMonths, equal

INDEXABLE = frozenset({Decimal, str, bool, date, timedelta, YearsMonths, type(None)})
ANYTHING = Test(lambda value, scope: True, ())


def comparison(operator: Callable[[Value, Value], bool | None], endpoint: Code) -> Test:
    """``< endpoint`` and its like."""
    run = endpoint.run
    if not endpoint.constant:
        return Test(lambda value, scope: operator(value, run(scope)), None)
    bound = run({})
    return Test(lambda value, scope: operator(value, bound), turning_points(bound))


def membership(expected: Code, *, asks: bool) -> Test:
    """An expression as a test: the value itself, a list or interval that holds it, or a condition.

    :param asks: whether the expression mentions ``?``, the value under test; it is then a condition.
    """
    run = expected.run
    if asks:
        return Test(lambda value, scope: _condition(value, run({**scope, "?": value})), None)
    if not expected.constant:
        return Test(lambda value, scope: _satisfied(run(scope), value), None)
    wanted = run({})
    return Test(lambda value, scope: holds(wanted, value), turning_points(wanted))


def any_of(tests: Sequence[Test], *, negated: bool) -> Test:
    """The tests of one cell, of which one must pass; with ``negated`` none may."""
    whole = tests[0] if len(tests) == 1 else Test(_disjunction([test.run for test in tests]), _together(tests))
    if not negated:
        return whole
    run = whole.run

    def negation(value: Value, scope: Scope) -> bool | None:
        result = run(value, scope)
        return None if result is None else not result

    return Test(negation, whole.constants)


def holds(expected: Value, value: Value) -> bool | None:
    """Whether the value is, or is in, what was expected."""
    kind = type(expected)
    if kind is Range:
        inside: bool | None = expected.contains(value)
        return inside
    if kind is list:
        if type(value) is list and equal(expected, value):
            return True
        return any(holds(item, value) is True for item in expected)
    return equal(expected, value)


def turning_points(value: Value) -> tuple[Value, ...] | None:
    """The values at which a test against this constant can change; None if they cannot be put in order."""
    if type(value) is Range:
        return _joined([turning_points(value.start), turning_points(value.end)])
    if type(value) is list:
        return _joined([turning_points(item) for item in value])
    return (value,) if type(value) in INDEXABLE else None


def _condition(value: Value, result: Value) -> bool | None:
    """A cell that mentions ``?``; null is no yes, even where the value is null too."""
    return result if result is None or type(result) is bool else holds(result, value)


def _satisfied(result: Value, value: Value) -> bool | None:
    """A cell that does not mention ``?``: a condition if it gives a truth value that the value cannot equal."""
    return result if type(result) is bool and type(value) is not bool else holds(result, value)


def _disjunction(runs: list[Callable[[Value, Scope], bool | None]]) -> Callable[[Value, Scope], bool | None]:
    def run(value: Value, scope: Scope) -> bool | None:
        result: bool | None = False
        for one in runs:
            passed = one(value, scope)
            if passed is True:
                return True
            if passed is None:
                result = None
        return result

    return run


def _together(tests: Sequence[Test]) -> tuple[Value, ...] | None:
    return _joined([test.constants for test in tests])


def _joined(parts: list[tuple[Value, ...] | None]) -> tuple[Value, ...] | None:
    joined: list[Value] = []
    for part in parts:
        if part is None:
            return None
        joined.extend(part)
    return tuple(joined)
