"""A working copy of the authority table done to a version that came between; new kinds of matter, consultation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tocho.core.ledger.api import Actor
from tocho.core.ledger.models import LedgerEntry
from tocho.engines.rules.api import GridColumn, edits, read_grid, write_grid
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import AuthorityChange, AuthorityTable
from tocho.modules.decisions.queries.routes import find_authority, words_of
from tocho.modules.decisions.rules.authority import with_consults, with_kind
from tocho.ui.testing import Pages

from .factories import AT, Office, make_office
from .test_pages_authority import TODAY, TOMORROW, table
from .test_pages_sheets import Editor, editor

__all__ = ["editor", "table"]

pytestmark = pytest.mark.django_db
LATER = TOMORROW + timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def between(table: AuthorityTable) -> AuthorityTable:
    """A version of tomorrow: certificates are decided by the division's chief."""
    grid = read_grid(table.xml)
    row = next(at for at, row in enumerate(grid.rows) if row.id == "certificate_2")
    place = [column.text for column in grid.columns].index("decider_rank")
    xml = write_grid(edits.with_texts(grid, {(row, place): "5"}), table.xml)
    return AuthorityTable.objects.create(name="別表の改正", xml=xml, digest="between", effective_from=TOMORROW)


def send(editor: Editor) -> AuthorityChange:
    return actions.send_sheet(
        sheet_id=editor.sheet.id, effective_from=LATER, why="見直し", actor=Actor(user_id=editor.user.id), at=AT
    )


def test_what_another_change_says_is_kept_when_merged(editor: Editor, between: AuthorityTable, page: Pages) -> None:
    editor.press(**{editor.cell("facility_use_4", "decider_rank"): "部長"})
    with pytest.raises(Refused, match="もとにした表と違います"):
        send(editor)
    assert "「別表の改正」に合わせる" in page.get(editor.url, user=editor.user)
    editor.press(f"merge:{between.id}")
    sheet = editor.sheet
    assert (sheet.base_id, sheet.conflicts, sheet.since) == (between.id, [], sheet.revision)
    assert [editor.text(rule, "decider_rank") for rule in ("certificate_2", "facility_use_4")] == ["5", "5"]
    shown = page.get(editor.url, user=editor.user, queries=16)
    assert "に合わせる" not in shown
    assert "規則2の「決定権者」" not in shown  # no change of ours any more
    assert send(editor).base_id == between.id
    assert LedgerEntry.objects.filter(kind="authority.sheet_merged").count() == 1


def test_what_both_changed_is_looked_at_before_it_is_sent(editor: Editor, between: AuthorityTable, page: Pages) -> None:
    cell = {editor.cell("certificate_2", "decider_rank"): "局長"}
    editor.press(f"merge:{between.id}", **cell)  # what was just typed is not lost
    shown = page.get(editor.url, user=editor.user)
    assert "規則2の「決定権者」: この案「局長」、合わせる表「部長」。この案のままにしました。" in shown
    assert editor.text("certificate_2", "decider_rank") == "6"
    with pytest.raises(Refused, match="重なった所"):
        send(editor)
    editor.press("looked")
    assert "重なった所" not in page.get(editor.url, user=editor.user)
    assert send(editor).base_id == between.id


def test_nothing_made_from_the_earlier_version_is_brought_back(editor: Editor, between: AuthorityTable) -> None:
    editor.press(**{editor.cell("facility_use_4", "decider_rank"): "部長"})
    old = editor.sheet.revision
    editor.press(f"merge:{between.id}")
    merged = editor.sheet.xml
    assert "これより前の変更はありません" in editor.press("undo", status=422)
    assert "その改訂はありません" in editor.press("back:1", status=422)
    behind = editor.press(status=422, revision=old, **{editor.cell("certificate_2", "decider_rank"): "知事"})
    assert "合わせ直しました" in behind
    assert editor.sheet.xml == merged
    assert editor.press("merge:0", status=400).status == 400


def test_two_working_copies_do_not_become_one(editor: Editor, between: AuthorityTable, page: Pages) -> None:
    Editor(page, editor.user, between)
    assert "すでにあります" in editor.press(f"merge:{between.id}", status=422)
    assert editor.sheet.base_id != between.id


def test_a_new_kind_of_matter_is_added_on_the_page(editor: Editor, page: Pages) -> None:
    shown = page.get(editor.url, user=editor.user)
    assert "種類を加える" in shown
    assert "名前を入力" in editor.press("kind_add", status=422)
    assert "すでにあります" in editor.press("kind_add", status=422, new_kind="証明")
    editor.press("kind_add", new_kind="　後援名義の 使用承認 ", new_code="support")
    grid = read_grid(editor.sheet.xml)
    assert dict(grid.columns[0].words)["support"] == "後援名義の 使用承認"
    assert grid.rows[-1].cells[:3] == ('"support"', "-", "-")
    row = grid.rows[-1].id
    assert "課長代理（3）から知事（8）" in page.get(f"{editor.url}?row={len(grid.rows)}", user=editor.user)
    editor.press(**{editor.cell(row, "decider_rank"): "部長", editor.cell(row, "reviews"): "文書審査",
                    editor.cell(row, "deputies"): "なし", editor.cell(row, "item"): "別表"})  # fmt: skip
    change = send(editor)
    AuthorityTable.objects.create(name="新", xml=change.xml, digest="new", effective_from=TODAY)
    assert ("support", "後援名義の 使用承認") in words_of(TODAY)["category"]
    _table, authority = find_authority(category="support", facts={}, on=TODAY)
    assert (authority.decider_rank, authority.reviews) == (5, ("legal_review",))


def test_a_column_of_whom_to_consult_is_added_on_the_page(editor: Editor, page: Pages) -> None:
    editor.press("consults_add")
    grid = read_grid(editor.sheet.xml)
    place = [column.text for column in grid.columns].index("consults")
    assert {row.cells[place] for row in grid.rows} == {"[]"}
    assert "協議の列を加える" not in page.get(editor.url, user=editor.user)
    editor.press(**{f"c-1-{place}": "主税局 徴収部 計画課"})
    assert read_grid(editor.sheet.xml).rows[1].cells[place] == '["T-01-01-02"]'
    assert not AuthorityChange.objects.exists()
    assert send(editor).base_id == editor.sheet.base_id


def test_kinds_have_a_word_and_a_code_of_their_own(table: AuthorityTable) -> None:
    grid = read_grid(table.xml)
    first = with_kind(grid, word="甲")
    second = with_kind(first, word="乙")
    codes = [code for code, _word in second.columns[0].words][-2:]
    assert codes == ["kind_9", "kind_10"]
    assert second.columns[0].allowed.endswith('"kind_9", "kind_10"')
    for code in ("Kind", "1a", "a" * 41, "certificate", "a-b"):
        with pytest.raises(Refused, match="符号"):
            with_kind(grid, word="甲", code=code)
    everything = edits.add_row(grid, 0, ["-", "-", "-"])
    assert with_kind(everything, word="甲").rows[0].cells[0] == '"kind_9"'
    assert with_consults(with_consults(grid)) == with_consults(grid)
    bare = replace(grid, columns=(GridColumn("input", "x", "x"), *grid.columns[1:]))
    with pytest.raises(Refused, match="category"):
        with_kind(bare, word="甲")
