"""No built-in function and no operator ever breaks, whatever values it meets: FEEL answers null instead."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tocho.engines.rules.api import YearsMonths, compile_expression
from tocho.engines.rules.feel.code import UNCHANGING
from tocho.engines.rules.feel.compiler import OPERATORS
from tocho.engines.rules.feel.functions import BUILTINS
from tocho.engines.rules.feel.functions.conversion import feel_text
from tocho.engines.rules.feel.functions.times import parse_duration, property_of
from tocho.engines.rules.feel.values import Function, Range, negate

SCALARS = st.one_of(
    st.none(), st.booleans(), st.text(max_size=8), st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.datetimes(timezones=st.just(UTC)), st.times(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False), st.integers(-40, 40).map(Decimal),
    st.integers(-10**6, 10**6).map(YearsMonths),
    st.sampled_from(["2020-02-29", "10:00:00", "P1M", "PT1.5S", "1,000", "(a)b*", "$1", "i", ",", "."]),
)  # fmt: skip
VALUES: Any = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=4),
    st.dictionaries(st.text(max_size=3), SCALARS, max_size=2),
    st.builds(Range, SCALARS, SCALARS),
    st.just(Function(("a", "b"), lambda a, b: None)),
)
KINDS = UNCHANGING | {list, dict, Function}


@given(st.sampled_from(sorted(BUILTINS)), st.data())
@settings(max_examples=1500, deadline=None)
def test_built_in_functions_take_anything(name: str, data: st.DataObject) -> None:
    builtin = BUILTINS[name]
    most = builtin.most if builtin.most is not None else 4
    arguments = data.draw(st.lists(VALUES, min_size=builtin.least, max_size=most))
    result = builtin.run(*arguments)
    assert type(result) in KINDS
    if isinstance(result, Decimal):
        assert result.is_finite()


@given(st.sampled_from(sorted(OPERATORS)), VALUES, VALUES)
@settings(max_examples=1000, deadline=None)
def test_operators_take_anything(sign: str, a: Any, b: Any) -> None:
    assert type(OPERATORS[sign](a, b)) in KINDS
    assert type(negate(a)) in KINDS
    assert isinstance(feel_text(a), str)
    assert all(type(property_of(a, name)) in KINDS for name in ("year", "hour", "days", "months", "weekday"))


SHAPES = [
    "a in (b, > c)", "a[b]", "a[item = b].x", "if a then b else c", "for x in a return x", "{k: a}.k = b", "a.b(c)",
    "some x in a satisfies x > b", "a.b.c", "a between b and c", "sort(a, function(x, y) x < y)",
]  # fmt: skip


@given(st.sampled_from(SHAPES), VALUES, VALUES, VALUES)
@settings(max_examples=1000, deadline=None)
def test_scopes_may_hold_anything(text: str, a: Any, b: Any, c: Any) -> None:
    assume(not isinstance(a, Range) or " in a " not in text)  # looping over a wide range is refused
    assert type(compile_expression(text)({"a": a, "b": b, "c": c})) in KINDS


@given(st.one_of(st.timedeltas(), st.integers(-1000, 1000).map(YearsMonths)))
def test_durations_are_read_as_they_are_written(duration: timedelta | YearsMonths) -> None:
    assert parse_duration(feel_text(duration)) == duration


@given(st.one_of(st.dates(), st.datetimes(), st.times()))
def test_moments_are_read_as_they_are_written(moment: date | datetime | time) -> None:
    name = {date: "date", time: "time", datetime: "date and time"}[type(moment)]
    assert compile_expression(f"{name}(text)")({"text": moment.isoformat()}) == moment
