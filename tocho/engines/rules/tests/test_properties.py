"""What must hold for any text, any truth values and any table."""

import operator
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tocho.engines.rules.api import RuleError, TableError, compile_expression, compile_table
from tocho.engines.rules.feel.parser import parse_expression, parse_tests
from tocho.engines.rules.tests.factories import dmn, rule, table

TRUTH: Any = st.sampled_from([True, False, None])
PIECES = st.sampled_from(
    ["@", "1", "age", '"a"', "+", "-", "(", ")", "[", "]", "..", ",", "and", "not", "in", "if", "then", "else", ".",
     "<=", "for", "return", "{", "}", ":", "date", "string length", "?", "some", "satisfies", "**", "between",
     "instance of"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map(" ".join))


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_any_text_is_an_expression_or_a_rule_error(text: str) -> None:
    for parse in (parse_expression, parse_tests):
        with suppress(RuleError):
            parse(text)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_expression_gives_a_value_or_a_rule_error(text: str) -> None:
    with suppress(RuleError):
        compile_expression(text)({"age": 3})


@given(TRUTH, TRUTH)
def test_and_or_not_are_kleenes_logic(a: bool | None, b: bool | None) -> None:
    context = {"a": a, "b": b}
    weight = {False: 0, None: 1, True: 2}
    value = {number: truth for truth, number in weight.items()}
    assert compile_expression("a and b")(context) is value[min(weight[a], weight[b])]
    assert compile_expression("a or b")(context) is value[max(weight[a], weight[b])]
    assert compile_expression("not(a)")(context) is value[2 - weight[a]]


@given(st.decimals(-(10**9), 10**9, places=3), st.decimals(-(10**9), 10**9, places=3), st.integers(-(10**9), 10**9))
def test_ranges_agree_with_comparisons(low: Decimal, high: Decimal, value: int) -> None:
    context = {"v": value, "low": low, "high": high}
    for closed, signs in {"[..]": ("<=", "<="), "(..)": ("<", "<"), "[..)": ("<=", "<"), "(..]": ("<", "<=")}.items():
        inside = compile_expression(f"v in {closed[0]}low..high{closed[-1]}")(context)
        assert inside is compile_expression(f"low {signs[0]} v and v {signs[1]} high")(context)


# --- tables against the same cells as plain Python reads them: each a text and a check

Check = Callable[[Any], bool]
Cell = tuple[str, Check]
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
}  # fmt: skip
NUMBERS = st.integers(0, 9)


def known(check: Check) -> Check:
    """The check, failed by null."""
    return lambda value: value is not None and check(value)


def interval(ends: tuple[str, int, int, str]) -> Cell:
    opening, low, high, closing = ends
    above, below = SIGNS[">=" if opening == "[" else ">"], SIGNS["<=" if closing == "]" else "<"]
    return f"{opening}{low}..{high}{closing}", known(lambda value: above(value, low) and below(value, high))


def comparison(pair: tuple[str, int]) -> Cell:
    return f"{pair[0]} {pair[1]}", known(lambda value: SIGNS[pair[0]](value, pair[1]))


NUMBER_CELLS: Any = st.one_of(
    st.just(("-", lambda value: True)),
    st.tuples(st.sampled_from(sorted(SIGNS)), NUMBERS).map(comparison),
    st.tuples(st.sampled_from("[("), NUMBERS, NUMBERS, st.sampled_from("])")).map(interval),
    st.lists(NUMBERS, min_size=1, max_size=3).map(lambda ns: (", ".join(map(str, ns)), lambda value: value in ns)),
    st.lists(NUMBERS, min_size=1, max_size=3).map(lambda ns: (f"not({ns})", lambda value: value not in ns)),
    NUMBERS.map(lambda n: (f"!= {n}", lambda value: value != n)),
    NUMBERS.map(lambda n: (f"? * 2 > {n}", known(lambda value: value * 2 > n))),
    NUMBERS.map(lambda n: (f"<= limit - {n}", known(lambda value: value <= 7 - n))),
)
TEXT_CELLS: Any = st.sampled_from(
    [
        ("-", lambda value: True),
        ('"a"', lambda value: value == "a"),
        ('"a", "b"', lambda value: value in ("a", "b")),
        ('not("a")', lambda value: value is None or (isinstance(value, str) and value != "a")),
        ('> "a"', lambda value: isinstance(value, str) and value > "a"),
        ('["b", "c"]', lambda value: value in ("b", "c")),
        ('starts with(?, "a")', lambda value: isinstance(value, str) and value.startswith("a")),
        ("null", lambda value: value is None),
    ]
)
VALUES = st.one_of(st.none(), st.integers(-1, 10), st.decimals(0, 9, places=1))
WORDS = st.one_of(st.none(), st.sampled_from(["", "a", "aa", "b", "c", "z"]), st.just(5))


@given(st.lists(st.tuples(NUMBER_CELLS, TEXT_CELLS), min_size=1, max_size=12), VALUES, WORDS)
@settings(max_examples=300, deadline=None)
def test_table_decides_as_its_cells_read(cells: list[tuple[Cell, Cell]], number: Any, word: Any) -> None:
    inputs = "".join(f'<inputData name="{name}"/>' for name in ("n", "t", "limit"))
    rules = [rule(a[0], b[0], str(index)) for index, (a, b) in enumerate(cells)]
    matching = [index for index, (a, b) in enumerate(cells) if a[1](number) and b[1](word)]
    context = {"n": number, "t": word, "limit": 7}
    collected = compile_table(dmn(inputs, table(["n", "t"], rules, policy='hitPolicy="COLLECT"'))).decide(context)
    assert collected.value == matching
    first = compile_table(dmn(inputs, table(["n", "t"], rules, policy='hitPolicy="FIRST"'))).decide(context)
    assert first.value == (matching[0] if matching else None)
    unique = compile_table(dmn(inputs, table(["n", "t"], rules)))
    try:
        assert unique.decide(context).value == (matching[0] if matching else None)
        assert len(matching) <= 1
    except TableError:
        assert len(matching) > 1
