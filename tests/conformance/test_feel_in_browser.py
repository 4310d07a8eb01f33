"""A condition means the same on the server and in the browser: shared vectors, and random expressions."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.browser_feel import UNSURE, Browser
from tocho.engines.rules.api import RuleError, YearsMonths, compile_expression, portable_expression
from tocho.engines.rules.feel.portable import bind, encode

VECTORS = json.loads(Path(__file__).with_name("feel_vectors.json").read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.close()


def decode(value: Any) -> Any:
    """What ``encode`` wrote."""
    if not isinstance(value, dict):
        return value
    if "l" in value:
        return [decode(item) for item in value["l"]]
    readers: dict[str, Any] = {"n": Decimal, "d": date.fromisoformat, "m": YearsMonths}
    (word, content), *_ = value.items()
    return readers[word](content)


def plain(value: Any) -> Any:
    """Numbers without trailing zeros and the sign of zero, which no comparison sees."""
    if isinstance(value, dict) and "n" in value:
        number = Decimal(value["n"])
        return {"n": format(number.normalize() if number else Decimal(0), "f")}
    if isinstance(value, dict) and "l" in value:
        return {"l": [plain(item) for item in value["l"]]}
    return value


def test_the_vectors_hold_on_the_server() -> None:
    wrong = []
    for vector in VECTORS:
        found = compile_expression(vector["text"])({name: decode(value) for name, value in vector["given"].items()})
        if plain(encode(found)) != plain(vector["result"]):
            wrong.append((vector["text"], encode(found), vector["result"]))
    assert wrong == []


def test_the_vectors_hold_in_the_browser(browser: Browser) -> None:
    cases = [{"tree": portable_expression(one["text"]), "scope": one["given"]} for one in VECTORS]
    assert [one["text"] for one, case in zip(VECTORS, cases, strict=True) if case["tree"] is None] == []
    found = zip(VECTORS, browser.answers(cases), strict=True)
    wrong = [(one["text"], value, one["result"]) for one, value in found if plain(value) != plain(one["result"])]
    assert wrong == []


def test_values_known_beforehand_may_be_written_into_the_tree(browser: Browser) -> None:
    for one in VECTORS:
        tree = bind(
            portable_expression(one["text"]) or [], {name: decode(value) for name, value in one["given"].items()}
        )
        assert plain(browser.answers([{"tree": tree, "scope": {}}])[0]) == plain(one["result"])


@pytest.mark.parametrize(
    "text", ["a ** 2", "for x in a return x", "some x in a satisfies x", "{a: 1}.a", 'duration("PT5H")', "a[1]",
             'matches(a, "x")', "string(a)", "now"]
)  # fmt: skip
def test_what_the_browser_cannot_compute_is_left_to_the_server(text: str) -> None:
    assert portable_expression(text) is None or text == "now"


# --- random expressions

NUMBERS = st.one_of(
    st.integers(-20, 20).map(Decimal), st.decimals(-(10**6), 10**6, places=2), st.decimals(-1, 1, places=9)
)
WORDS = st.sampled_from(["", "a", "b", "ab", "東京", "𠮷", "ｱ", "2020-01-01"])
DATES = st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.dates(date(2019, 12, 1), date(2020, 4, 1))
VALUE: Any = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS, DATES, st.lists(NUMBERS | WORDS, max_size=3))
SCOPES = st.fixed_dictionaries(dict.fromkeys("abcd", VALUE))
LITERALS = st.one_of(
    st.sampled_from(
        ["null", "true", "false", "a", "b", "c", "d", '"a"', '"東京"', "0", "1", "-2", "0.1", "400", "1000000"]
    ),
    st.sampled_from(['date("2020-02-29")', 'duration("P1M")', 'duration("P40D")', 'duration("-P2Y")', "[1, 2]", "[]"]),
)


def _larger(inner: Any) -> Any:
    def made(template: str, *parts: Any) -> Any:
        return st.tuples(*(parts or [inner] * template.count("{}"))).map(lambda found: template.format(*found))

    operator = st.sampled_from(["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or"])
    one = st.sampled_from(
        ["not", "string length", "upper case", "count", "abs", "floor", "ceiling", "round half up", "round half down",
         "round up", "round down", "date", "day of week", "sum", "min", "max", "all", "any"]
    )  # fmt: skip
    two = st.sampled_from(
        ["contains", "starts with", "ends with", "substring before", "substring after", "list contains", "modulo",
         "decimal", "floor", "round half up", "string join", "substring", "years and months duration", "sum", "max"]
    )  # fmt: skip
    field = st.sampled_from(["year", "month", "day", "weekday", "years", "months", "days"])
    return st.one_of(
        made("({} {} {})", inner, operator, inner), made("{}({})", one, inner), made("{}({}, {})", two, inner, inner),
        made("(if {} then {} else {})"), made("({} in [{}..{}))"), made("({} in ({}, < {}))"), made("({} in {})"),
        made("({} between {} and {})"), made("[{}, {}]"), made("({}).{}", inner, field), made("-({})"),
        made("({} instance of number)"), made("({} and {} or {})"),
    )  # fmt: skip


EXPRESSIONS = st.recursive(LITERALS, _larger, max_leaves=12)


@given(st.lists(st.tuples(EXPRESSIONS, SCOPES), min_size=20, max_size=40))
@settings(max_examples=60, deadline=None)
def test_random_expressions_mean_the_same_in_both(browser: Browser, drawn: list[tuple[str, dict[str, Any]]]) -> None:
    cases, texts = [], []
    for text, scope in drawn:
        try:
            tree = portable_expression(text)
        except RuleError:
            continue  # a constant that is no value: refused before anything is published
        if tree is not None:
            cases.append({"tree": tree, "scope": {name: encode(value) for name, value in scope.items()}})
            texts.append((text, scope, encode(compile_expression(text)(scope))))
    for (text, scope, expected), found in zip(texts, browser.answers(cases), strict=True):
        if found != UNSURE and expected is not NotImplemented:
            assert plain(found) == plain(expected), (text, scope)
