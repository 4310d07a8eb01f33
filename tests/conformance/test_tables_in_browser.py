"""A rule table decides the same on the server and in the browser: shared vectors, random tables, the city's fees."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.browser_feel import ROOT, UNSURE, Browser
from tests.conformance.test_feel_in_browser import decode, plain
from tocho.engines.rules.api import TableError, compile_table, encode, portable_table
from tocho.engines.rules.tests.factories import dmn, literal, requires, rule, table

VECTORS = json.loads(Path(__file__).with_name("table_vectors.json").read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.close()


def xml_of(vector: dict[str, Any], *more: str, needs: str = "") -> str:
    """The DMN file that a vector stands for."""
    kind = f' aggregation="{vector["aggregation"]}"' if vector.get("aggregation") else ""
    values = vector.get("values", "").replace('"', "&quot;")
    default = vector.get("default", "").replace('"', "&quot;")
    inside = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    inside += f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    output = f'<output name="fee" label="手数料">{inside}</output>'
    rules = [rule(*cells) for cells in vector["rules"]]
    inputs = [one.replace('"', "&quot;") for one in vector["inputs"]]
    made = table(inputs, rules, policy=f'hitPolicy="{vector["policy"]}"{kind}', outputs=output, needs=needs)
    return dmn(*more, made)


OFFERED = ("a", "b", "c", "d", "kind", "copies", "purpose")
CASES = [(one, case) for one in VECTORS for case in one["cases"]]


def on_the_server(xml: str, scope: dict[str, Any]) -> Any:
    try:
        return encode(compile_table(xml, offered=OFFERED).decide(scope).value)
    except TableError:
        return UNSURE  # the table contradicts itself: the server says so


def test_the_vectors_hold_on_the_server() -> None:
    scopes = [{key: decode(value) for key, value in case["given"].items()} for _one, case in CASES]
    found = [on_the_server(xml_of(one), scope) for (one, _case), scope in zip(CASES, scopes, strict=True)]
    wrong = [
        (one["what"], case, value) for (one, case), value in zip(CASES, found, strict=True)
        if plain(value) != plain(case["result"])
    ]  # fmt: skip
    assert wrong == []


def test_the_vectors_hold_in_the_browser(browser: Browser) -> None:
    trees = [portable_table(xml_of(one), offered=OFFERED) for one, _case in CASES]
    assert [one["what"] for (one, _case), tree in zip(CASES, trees, strict=True) if tree is None] == []
    asked = [{"tree": tree, "scope": case["given"]} for tree, (_one, case) in zip(trees, CASES, strict=True)]
    wrong = [
        (one["what"], case, value) for (one, case), value in zip(CASES, browser.answers(asked), strict=True)
        if plain(value) != plain(case["result"])
    ]  # fmt: skip
    assert wrong == []


def test_the_vectors_speak_of_every_hit_policy() -> None:
    policies = {"UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"}
    assert {one["policy"] for one in VECTORS} == policies
    assert {one.get("aggregation", "") for one in VECTORS} == {"", "SUM", "MIN", "MAX", "COUNT"}


def test_required_decisions_come_first_and_declared_inputs_are_read(browser: Browser) -> None:
    declared = '<inputData id="i" name="copies"><variable name="copies" typeRef="number"/></inputData>'
    price = table(["kind"], [rule('"a"', "400"), rule("-", "300")], policy='hitPolicy="FIRST"', name="price")
    xml = dmn(declared, price, literal("fee", "price * copies", needs=requires("price")))
    tree = portable_table(xml, offered=OFFERED)
    given_values = [{"kind": "a", "copies": "3"}, {"kind": "b", "copies": {"n": "2"}}, {"kind": "b"}]
    found = browser.answers([{"tree": tree, "scope": one} for one in given_values])
    assert [plain(one) for one in found] == [{"n": "1200"}, {"n": "600"}, None]


@pytest.mark.parametrize(
    "xml",
    [
        dmn(table(["a"], [rule("-", "1", "2", outputs=2)], outputs='<output name="x"/><output name="y"/>')),
        dmn(table(["a:time"], [rule("-", "1")])),
        dmn(table(["a"], [rule("-", "a ** 2")])),
        dmn(table(["a"], [rule("{x: 1}.x", "1")])),
        dmn(table(["a"], [rule("-", "1")] * 4001, policy='hitPolicy="FIRST"')),
    ],
    ids=["two outputs", "time of day", "power", "context", "large"],
)
def test_what_only_the_server_decides_is_left_to_it(xml: str) -> None:
    assert portable_table(xml, offered=OFFERED) is None


def test_a_table_that_contradicts_itself_is_left_to_the_server(browser: Browser) -> None:
    for policy in ("UNIQUE", "ANY"):
        one = {"policy": policy, "inputs": ["a"], "rules": [["> 0", "1"], ["> 1", "2"]]}
        tree = portable_table(xml_of(one), offered=OFFERED)
        assert browser.answers([{"tree": tree, "scope": {"a": {"n": "5"}}}]) == [UNSURE]


@pytest.mark.parametrize("path", sorted(ROOT.glob("city/procedures/*/rules/fee.dmn")), ids=lambda path: path.parts[-3])
def test_the_fees_of_the_city_are_computed_in_the_browser(path: Path) -> None:
    assert portable_table(path.read_bytes(), offered=("today", "fee")) is not None


# --- random tables

CELLS = st.sampled_from(
    ["-", "", "> 0", "<= 2", "[1..3)", "1", "2,3", "not(2)", "not(1,3)", '"x"', '"x","y"', 'not("y")', "true", "null",
     "a", "> b", "? > 1 and ? < 4", "? != null", "b = 1", "not(? > 2)", "[1, 2]"]
)  # fmt: skip
OUTPUTS = st.sampled_from(["0", "100", "100 * a", "b", '"x"', "null", "", "if a > 1 then 5 else 6", "-3.25"])
SETS = st.sampled_from(
    [("UNIQUE", ""), ("FIRST", ""), ("ANY", ""), ("PRIORITY", ""), ("COLLECT", ""), ("RULE ORDER", ""),
     ("OUTPUT ORDER", ""), ("COLLECT", "SUM"), ("COLLECT", "MIN"), ("COLLECT", "MAX"), ("COLLECT", "COUNT")]
)  # fmt: skip
VALUE: Any = st.one_of(st.none(), st.integers(-1, 5).map(Decimal), st.sampled_from(["x", "y", "1"]), st.booleans())


@st.composite
def tables(draw: Any) -> tuple[str, dict[str, Any]]:
    policy, aggregation = draw(SETS)
    rules = draw(st.lists(st.tuples(CELLS, CELLS, OUTPUTS), min_size=1, max_size=6))
    vector = {
        "policy": policy, "aggregation": aggregation, "inputs": [draw(st.sampled_from(["a", "a:number"])), "b"],
        "rules": [list(one) for one in rules], "default": draw(st.sampled_from(["", "7", "a"])),
        "values": '100, "x", 0' if policy in ("PRIORITY", "OUTPUT ORDER") else "",
    }  # fmt: skip
    return xml_of(vector), draw(st.fixed_dictionaries({"a": VALUE, "b": VALUE}))


@given(st.lists(tables(), min_size=15, max_size=30))
@settings(max_examples=40, deadline=None)
def test_random_tables_decide_the_same_in_both(browser: Browser, drawn: list[tuple[str, dict[str, Any]]]) -> None:
    trees = [portable_table(xml, offered=OFFERED) for xml, _scope in drawn]
    assert None not in trees
    cases = [
        {"tree": tree, "scope": {key: encode(value) for key, value in scope.items()}}
        for tree, (_xml, scope) in zip(trees, drawn, strict=True)
    ]
    for (xml, scope), found in zip(drawn, browser.answers(cases), strict=True):
        assert plain(found) == plain(on_the_server(xml, scope)), (xml, scope)
