"""Two who changed the same table: neither loses anything without a word."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tocho.engines.rules import edits
from tocho.engines.rules.grid import Grid, GridColumn, GridRow, read_grid, write_grid
from tocho.engines.rules.merging import merged

CATEGORY = GridColumn("input", "種類", "category", "string", '"a", "b"', words=(("a", "甲"), ("b", "乙")), id="c")
AMOUNT = GridColumn("input", "金額", "amount", "number", id="m")
RANK = GridColumn("output", "決定権者", "rank", "number", id="k")
BASE = Grid(
    "t",
    "別表",
    "FIRST",
    (CATEGORY, AMOUNT, RANK),
    (GridRow(('"a"', "-", "4"), "r1"), GridRow(('"b"', "< 100", "4"), "r2"), GridRow(('"b"', "-", "5"), "r3")),
)


def cell(grid: Grid, row: int, place: int, text: str) -> Grid:
    return edits.with_texts(grid, {(row, place): text})


def ids(grid: Grid) -> list[str]:
    return [row.id for row in grid.rows]


def test_what_only_one_changed_stands() -> None:
    theirs, mine = cell(BASE, 0, 2, "6"), cell(cell(BASE, 1, 1, "< 500"), 2, 2, "7")
    found = merged(BASE, theirs, mine)
    assert found.conflicts == ()
    assert [row.cells for row in found.grid.rows] == [('"a"', "-", "6"), ('"b"', "< 500", "4"), ('"b"', "-", "7")]


def test_what_both_changed_is_told_and_mine_stands() -> None:
    found = merged(BASE, cell(BASE, 0, 2, "6"), cell(BASE, 0, 2, "8"))
    assert found.grid.rows[0].cells[2] == "8"
    assert found.conflicts == ("規則1の「決定権者」: この案「8」、合わせる表「6」。この案のままにしました。",)
    assert merged(BASE, cell(BASE, 0, 2, "6"), cell(BASE, 0, 2, "6")).conflicts == ()


def test_new_rules_of_both_stand_where_they_were_put() -> None:
    """Each began with the same ids, so both new rules have the same one."""
    theirs = edits.add_row(BASE, 1, ['"a"', "> 9"])
    mine = edits.add_row(BASE, None, ['"b"', "> 5"])
    assert theirs.rows[1].id == mine.rows[3].id
    found = merged(BASE, theirs, mine).grid
    assert [row.cells[1] for row in found.rows] == ["-", "> 9", "< 100", "-", "> 5"]
    assert len({*ids(found)}) == 5
    assert merged(BASE, theirs, theirs).grid == theirs


def test_deleted_by_one_is_gone_unless_the_other_changed_it() -> None:
    gone = edits.delete_row(BASE, 1)
    for pair in ((gone, BASE), (BASE, gone)):
        assert ids(merged(BASE, *pair).grid) == ["r1", "r3"]
    changed = cell(BASE, 1, 2, "8")
    for pair in ((gone, changed), (changed, gone)):
        found = merged(BASE, *pair)
        assert sorted(ids(found.grid)) == ["r1", "r2", "r3"]
        assert "一方が消し" in found.conflicts[0]


def test_the_order_is_that_of_who_moved_something() -> None:
    moved, added = edits.move_row(BASE, 0, 1), edits.add_row(BASE, 1)
    for pair in ((moved, added), (added, moved)):
        found = merged(BASE, *pair)
        order = [one for one in ids(found.grid) if one in ids(BASE)]
        assert (order, found.conflicts) == (["r2", "r1", "r3"], ())
        assert len(found.grid.rows) == 4
    found = merged(BASE, moved, edits.move_row(BASE, 2, -1))
    assert ids(found.grid) == ["r2", "r1", "r3"]
    assert "順番" in found.conflicts[0]


def with_kind(code: str, word: str) -> Grid:
    allowed = f'{CATEGORY.allowed}, "{code}"'
    column = replace(CATEGORY, allowed=allowed, words=(*CATEGORY.words, (code, word)))
    return edits.change_column(BASE, 0, column)


def test_new_kinds_and_new_columns_of_both_stand() -> None:
    found = merged(BASE, with_kind("c", "丙"), with_kind("d", "丁"))
    assert found.conflicts == ()
    assert found.grid.columns[0].allowed == '"a", "b", "c", "d"'
    assert dict(found.grid.columns[0].words) == {"a": "甲", "b": "乙", "c": "丙", "d": "丁"}
    told = merged(BASE, with_kind("c", "丙"), with_kind("c", "丁"))
    assert "列「種類」の設定" in told.conflicts[0]
    added = edits.add_column(BASE, GridColumn("output", "協議", "consults", "Any"))
    both = merged(BASE, cell(BASE, 0, 2, "6"), added).grid
    assert [column.text for column in both.columns] == ["category", "amount", "rank", "consults"]
    assert both.rows[0].cells == ('"a"', "-", "6", "")


# --- whatever two people do


@st.composite
def edited(draw: Any) -> Grid:
    grid = BASE
    for _press in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(len(grid.rows) - 1, 0)))
        act = draw(st.sampled_from(["cell", "add", "copy", "delete", "up", "name"]))
        if act == "cell" and grid.rows:
            grid = cell(grid, at, draw(st.integers(0, 2)), draw(st.sampled_from(["4", "5", '"a"', "-"])))
        elif act == "add":
            grid = edits.add_row(grid, at, ['"a"', draw(st.sampled_from(["> 1", "> 2"]))])
        elif act == "name":
            grid = replace(grid, name=draw(st.sampled_from(["別表", "新しい別表"])))
        elif grid.rows:
            change = {"copy": edits.copy_row, "delete": edits.delete_row, "up": lambda g, n: edits.move_row(g, n, -1)}
            grid = change[act](grid, at)
    return grid


@given(edited(), edited())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_is_lost_without_a_word(theirs: Grid, mine: Grid) -> None:
    found = merged(BASE, theirs, mine)
    assert read_grid(write_grid(found.grid)) == found.grid
    assert len({*ids(found.grid)}) == len(found.grid.rows)
    assert merged(BASE, theirs, BASE).grid == theirs
    assert merged(BASE, BASE, mine).grid == mine
    old = {row.id: row.cells for row in BASE.rows}
    stands = [row.cells for row in found.grid.rows]
    for grid in (theirs, mine):
        for row in grid.rows:
            if row.id not in old or not found.conflicts:
                assert row.id not in old or row.cells == old[row.id] or row.id in ids(found.grid)
            if row.id not in old:
                assert row.cells in stands
    if not found.conflicts:
        again = merged(BASE, mine, theirs)
        assert sorted(row.cells for row in again.grid.rows) == sorted(stands)
