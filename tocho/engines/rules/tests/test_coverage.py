"""Gaps, overlaps and idle rows, against every combination of values tried one by one."""

import itertools
import random
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tocho.engines.rules import edits
from tocho.engines.rules.api import compile_table
from tocho.engines.rules.coverage import Coverage, coverage_of
from tocho.engines.rules.grid import Grid, GridColumn, GridRow, write_grid
from tocho.engines.rules.pieces import Domain

TAX = GridColumn("input", "税の種類", "tax", "string", words=(("car", "車"), ("house", "家")))
COPIES = GridColumn("input", "通数", "copies", "number")
FEE = GridColumn("output", "手数料", "fee", "number")
DOMAINS = {"copies": Domain("[1..10]", whole=True), "tax": Domain('"car", "house"')}


def found(*rows: tuple[str, str], policy: str = "UNIQUE", domains: dict[str, Domain] | None = None) -> Coverage:
    grid = Grid("t", "手数料", policy, (TAX, COPIES, FEE), tuple(GridRow((*row, str(n))) for n, row in enumerate(rows)))
    return coverage_of(grid, domains=DOMAINS if domains is None else domains)


def messages(coverage: Coverage) -> list[str]:
    return [finding.message for finding in coverage.findings]


def test_a_gap_is_a_sentence_with_an_example_and_the_row_that_fills_it() -> None:
    coverage = found(('"house"', "-"), ('"car"', "< 3"), ('"car"', "> 3"))
    assert messages(coverage) == ["「税の種類」が車、「通数」が3のとき、どの規則にも当たりません。"]
    assert coverage.findings[0].cells == ('"car"', "3")
    assert coverage.findings[0].example == (("税の種類", "car"), ("通数", 3))


def test_what_the_form_cannot_give_is_no_gap() -> None:
    rows = [('"house"', "-"), ('"car"', "[1..10]")]
    assert found(*rows).findings == ()
    assert messages(found(*rows, domains={})) == [
        "「税の種類」が家以外、「通数」が1未満か10超のとき、どの規則にも当たりません。",
        "「税の種類」が車か家以外、「通数」が1以上10以下のとき、どの規則にも当たりません。",
    ]


def test_overlaps_have_an_example() -> None:
    assert messages(found(("-", "<= 3"), ("-", ">= 3"))) == [
        "規則1と同時に当てはまる入力があります（UNIQUE は一つだけ）。例: 税の種類が車、通数が3。"
    ]
    assert len(found(("-", "<= 3"), ("-", ">= 3"), policy="ANY").findings) == 1
    assert found(("-", "<= 3"), ("-", ">= 3"), policy="PRIORITY").findings == ()


def test_rows_that_are_never_reached_are_named() -> None:
    coverage = found(("-", "<= 5"), ("-", "> 5"), ('"car"', "3"), policy="FIRST")
    assert [(finding.kind, finding.rows) for finding in coverage.findings] == [("hidden", (3,))]
    assert [f.kind for f in found(("-", "-"), ("-", "> 10")).findings] == ["never"]


def test_collecting_tables_and_defaults_have_no_gaps() -> None:
    assert found(('"car"', "1"), policy="COLLECT").findings == ()
    grid = Grid("t", "t", "FIRST", (COPIES, GridColumn("output", "料", "fee", default="0")), (GridRow(("1", "2")),))
    assert coverage_of(grid).findings == ()


CELLS: Any = st.sampled_from(["-", "1", "< 3", ">= 3", "[2..4]", "(1..3)", "not(2)", "2, 4"])
KINDS: Any = st.sampled_from(["-", '"car"', '"house"', 'not("car")'])


@given(st.lists(st.tuples(KINDS, CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(["UNIQUE", "FIRST"]))
@settings(max_examples=250, deadline=None)
def test_findings_agree_with_trying_everything(rows: list[tuple[str, str, str]], policy: str) -> None:
    other = GridColumn("input", "人数", "people", "number")
    grid = Grid("t", "t", policy, (TAX, COPIES, other, FEE), tuple(GridRow((*row, "1")) for row in rows))
    domains = {**DOMAINS, "copies": Domain("[1..5]", whole=True), "people": Domain("[1..5]", whole=True)}
    coverage = coverage_of(grid, domains=domains)
    assert coverage.complete
    collecting = Grid("t", "t", "COLLECT", (*grid.columns[:3], FEE), grid.rows)
    fired = compile_table(write_grid(collecting))
    cases = list(itertools.product(["car", "house"], range(1, 6), range(1, 6)))
    matching = [[f.number for f in fired.decide({"tax": a, "copies": b, "people": c}).fired] for a, b, c in cases]
    gaps = [finding for finding in coverage.findings if finding.kind == "gap"]
    assert bool(gaps) == any(not numbers for numbers in matching)
    overlaps = {finding.rows for finding in coverage.findings if finding.kind == "overlap"}
    pairs = {(b, a) for numbers in matching for a, b in itertools.combinations(numbers, 2)}
    assert overlaps == (pairs if policy == "UNIQUE" else set())
    if policy == "FIRST":
        used = {numbers[0] for numbers in matching if numbers}
        idle = {finding.rows[0] for finding in coverage.findings if finding.kind in ("hidden", "never")}
        assert idle == {*range(1, len(rows) + 1)} - used
    for finding in gaps:  # a row for each gap closes them all
        grid = edits.add_row(grid, inputs=finding.cells)
    assert not [f for f in coverage_of(grid, domains=domains).findings if f.kind == "gap"]


def test_a_hundred_rules_of_six_columns_take_a_blink() -> None:
    chance = random.Random(7)
    columns = [GridColumn("input", f"n{n}", f"n{n}", "number" if n % 2 else "string") for n in range(6)]

    def cell(place: int) -> str:
        low, high = chance.randint(0, 50), chance.randint(50, 99)
        numbers = ["-", f"> {low}", f"<= {high}", f"[{low}..{high}]"]
        return chance.choice(numbers if place % 2 else ["-", '"a"', '"b", "c"', 'not("d")', f'"g{low}"'])

    rows = [GridRow((*(cell(place) for place in range(6)), "1")) for _n in range(100)]
    grid = Grid("t", "t", "FIRST", (*columns, FEE), tuple(rows))
    start = time.process_time()
    coverage_of(grid)
    assert time.process_time() - start < 1
