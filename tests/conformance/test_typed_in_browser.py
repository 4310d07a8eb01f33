"""What was typed into a question that others of its page depend on is read the same by the server and the browser."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.browser_feel import Browser
from tests.conformance.test_feel_in_browser import plain
from tocho.engines.forms.kinds import Given, make_kind
from tocho.engines.rules.api import encode

TODAY = Given(today=date(2026, 11, 25))
SPECS: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "max_length": 8},
    "number": {"type": "number", "min": -5, "max": 1200, "digits": 2, "unit": "通"},
    "whole": {"type": "number"},
    "money": {"type": "money", "max": 5000},
    "date": {"type": "date", "min": "1900-01-01", "max": "today"},
    "choice": {"type": "choice", "choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
    "several": {"type": "multichoice", "max_choices": 1, "choices": [{"value": "a", "label": "A"}]},
    "yes_no": {"type": "yes_no"},
    "declaration": {"type": "declaration"},
}
KINDS = {name: make_kind({"key": "q", "label": "問", **spec}) for name, spec in SPECS.items()}
LINES: dict[str, str] = {  # what is typed, one after the other
    "text": "| |東京　都|ＡＢＣ１２３|ｶﾞｷﾞ|か\u3099|123456789|𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷|a\u202eb|\u200bx|\ufa19",
    "number": "1,200|１２００通|-5|−5|-6|1.005|0.10|.5|5.|+3|千|1 000|¥3|3円|",
    "whole": "1.0|1.5|999999999999999|1000000000000000|12345678901234567890123456",
    "money": "￥１，２００円|5001|-1|０",
    "date": "2020-11-20|2020/1/2|令和2年11月20日|R2.11.20|r2.1.1|平成31年4月30日|平成31年5月1日|令和元年5月1日|"
    "令和元年4月30日|昭和64年1月7日|大正元年7月30日|明治45年7月29日|明治6年1月1日|20201120|2020-02-30|2026-11-25|"
    "2026-11-26|1899-12-31|令和0年1月1日|S 60 . 4 . 1|２０２０年１１月２０日|きのう|昭和100年1月1日",
}
CHOSEN = [("choice", ["a"]), ("choice", []), ("choice", [""]), ("several", ["a"]), ("several", [])]
TICKED = [("yes_no", ["yes"]), ("yes_no", ["no"]), ("yes_no", []), ("declaration", ["on"]), ("declaration", [])]
TYPED = [*((name, [text]) for name, line in LINES.items() for text in line.split("|")), *CHOSEN, *TICKED]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.close()


def on_the_server(name: str, typed: list[str]) -> Any:
    kind = KINDS[name]
    raw: Any = typed if name == "several" else bool(typed) if name == "declaration" else next(iter(typed), None)
    found = kind.clean_inputs({"": raw}, required=False, given=TODAY).value
    return encode(None if found is None else kind.feel(found))


def in_the_browser(browser: Browser, cases: list[tuple[str, list[str]]]) -> list[Any]:
    return browser.answers([{"spec": KINDS[name].reading(TODAY), "typed": typed} for name, typed in cases])


def test_what_people_type_is_read_the_same(browser: Browser) -> None:
    found = zip(TYPED, in_the_browser(browser, TYPED), strict=True)
    wrong = [
        (case, value, on_the_server(*case)) for case, value in found if plain(value) != plain(on_the_server(*case))
    ]
    assert wrong == []


ANYTHING = st.text(st.sampled_from("0123456789０９.,-−ー年月日令和平成RH元円¥ 　aＡｱﾞが神𠮷\u200b\u202e"), max_size=14)


CASES = st.tuples(st.sampled_from(sorted(LINES)), ANYTHING)


@given(st.lists(CASES, min_size=30, max_size=60))
@settings(max_examples=40, deadline=None)
def test_anything_typed_is_read_the_same(browser: Browser, drawn: list[tuple[str, str]]) -> None:
    cases = [(name, [text]) for name, text in drawn]
    for case, value in zip(cases, in_the_browser(browser, cases), strict=True):
        assert plain(value) == plain(on_the_server(*case)), case
