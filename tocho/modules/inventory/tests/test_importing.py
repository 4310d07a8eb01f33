"""A file becomes part of the inventory whole or not at all, and says everything that is wrong with it."""

from datetime import date

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.lib.csvfile import csv_chunks, excel_file
from tocho.modules.inventory import actions
from tocho.modules.inventory.actions import ImportRefused
from tocho.modules.inventory.models import EntryVersion, ImportRun, ProcedureEntry
from tocho.modules.inventory.queries.listing import file_columns, file_rows

from .factories import AT, CULTURE, SECTION, TODAY, World, make_entry, make_world, move, read, table, take, upload

pytestmark = pytest.mark.django_db
HEAD = ("手続ID", "手続名", "総手続件数", "手続類型", "担当部署コード")
FIRST = ("A-1", "納税証明書の交付", "1,200", "1 申請等", SECTION)
SECOND = ("A-2", "自動車税の減免", "", "申請等", "")


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_file_is_read_confirmed_and_written_by_one_act(world: World) -> None:
    run = take(table(HEAD, FIRST, SECOND), world.tax, once="1")
    assert (run.state, run.new_count, run.encoding) == ("applied", 2, "utf-8")
    first, second = ProcedureEntry.objects.order_by("code")
    assert (first.volume, first.kind, first.unit, first.state) == (1200, "1", SECTION, "surveyed")
    assert (second.volume, second.unit) == (None, "R02-0600")
    written = ledger.entries_of(Subject("inventory_import", run.id))
    assert [entry.kind.rsplit("_")[-1] for entry in written] == ["started", "confirmed", "inventory.imported"]
    assert written[-1].data["new"] == 2
    assert {version.effective_on for version in EntryVersion.objects.all()} == {TODAY}


def test_every_error_is_listed_by_row_and_column_and_nothing_is_written(world: World) -> None:
    wrong = ("A-3", "", "多い", "9", "R99")
    run = read(upload(table(HEAD, FIRST, wrong, FIRST, ("A-4", "届出", "1", "3", CULTURE)), world.tax, once="1"))
    found = {(line.row, line.column) for line in run.lines.filter(outcome="error")}
    assert found == {(3, "総手続件数"), (3, "手続類型"), (4, "手続ID"), (5, "担当部署コード")}
    assert (run.state, run.error_count, ProcedureEntry.objects.count()) == ("refused", 4, 0)
    assert all(line.reason for line in run.lines.filter(outcome="error"))
    with pytest.raises(ImportRefused):
        actions.confirm_import(run_id=run.id, actor=Actor(), at=AT)


def test_what_is_wrong_with_the_whole_row_is_told_when_its_cells_are_right(world: World) -> None:
    run = read(upload(table(HEAD, ("", "", "5", "1", "R99")), world.tax, once="1"))
    assert {line.column for line in run.lines.all()} == {"手続ID", "手続名", "担当部署コード"}


@pytest.mark.parametrize(
    ("content", "words"),
    [(table(("名前",), ("x",)), "見出し"), (table(HEAD), "見出しの下に行がありません")],
)
def test_files_that_are_no_inventory_are_refused_as_a_whole(world: World, content: bytes, words: str) -> None:
    run = read(upload(content, world.tax, once="1"))
    assert run.state == "refused"
    assert words in run.problem


def test_the_same_file_again_changes_nothing(world: World) -> None:
    content = table(HEAD, FIRST, SECOND)
    take(content, world.tax, once="1")
    run = take(content, world.tax, once="2")
    assert (run.new_count, run.changed_count, run.unchanged_count) == (0, 0, 2)
    assert EntryVersion.objects.count() == 2


def test_what_will_change_is_shown_before_it_does(world: World) -> None:
    take(table(HEAD, FIRST), world.tax, once="1")
    run = read(upload(table(HEAD, (*FIRST[:2], "1300", *FIRST[3:]), SECOND), world.tax, once="2"))
    assert [line.changes for line in run.lines.filter(outcome="changed")] == [{"volume": [1200, 1300]}]
    assert run.lines.filter(outcome="new").count() == 1
    assert ProcedureEntry.objects.get().volume == 1200


@pytest.mark.parametrize("form", ["utf-8", "cp932", "xlsx"])
def test_export_and_import_are_each_others_inverse(world: World, form: str) -> None:
    make_entry("A-1", world.tax, volume=7, fee_channels=["1-1", "2-3"], is_common="✕", name="=届出", starts=20204)
    move(make_entry("A-2", world.tax, authority="national", kind_note="一\n二"), world.tax, "state_request")
    rows = list(file_rows(ProcedureEntry.objects.all(), on=TODAY))
    if form == "xlsx":
        content = excel_file(file_columns(), rows).read()
    else:
        content = b"".join(csv_chunks(file_columns(), rows, encoding=form, guard=True))
    run = read(upload(content, world.tax, once="1"))
    assert (run.unchanged_count, run.changed_count, run.error_count, run.encoding) == (2, 0, 0, form)


def test_states_move_on_the_page_not_by_file(world: World) -> None:
    make_entry("A-1", world.tax)
    run = read(upload(table(("手続ID", "手続名", "状態"), ("A-1", "手続 A-1", "分析済")), world.tax, once="1"))
    assert [line.column for line in run.lines.all()] == ["状態"]


def test_a_bureau_imports_its_own_entries_only_the_reform_team_all(world: World) -> None:
    content = table(HEAD, ("A-1", "届出", "1", "1", CULTURE))
    assert "生活文化局" in read(upload(content, world.tax, once="1")).lines.get().reason
    assert read(upload(content, world.planner, once="2")).state == "checked"


def test_nothing_is_changed_before_what_is_recorded(world: World) -> None:
    make_entry("A-1", world.tax)
    run = read(upload(table(("手続ID", "手続名"), ("A-1", "新しい名")), world.tax, once="1", on=date(2020, 11, 1)))
    assert "2020-11-20" in run.lines.get().reason


def test_what_was_confirmed_is_compared_again_when_the_inventory_moved_on(world: World) -> None:
    run = read(upload(table(HEAD, FIRST), world.tax, once="1"))
    actions.confirm_import(run_id=run.id, actor=Actor(user_id=world.tax.id), at=AT)
    make_entry("A-1", world.tax)
    actions.apply_import(run_id=run.id, at=AT)
    run.refresh_from_db()
    assert (run.state, ProcedureEntry.objects.get().name) == (ImportRun.State.READING, "手続 A-1")
    assert (read(run).state, run.changed_count, run.new_count) == ("checked", 1, 0)


def test_twice_sent_confirmed_and_run_is_once(world: World) -> None:
    content = table(HEAD, FIRST)
    run = read(upload(content, world.tax, once="1"))
    assert upload(content, world.tax, once="1").id == run.id
    for _again in range(2):
        actions.confirm_import(run_id=run.id, actor=Actor(user_id=world.tax.id), at=AT)
        actions.apply_import(run_id=run.id, at=AT)
        actions.read_import(run_id=run.id, at=AT)
    assert EntryVersion.objects.count() == 1
    with pytest.raises(ImportRefused):
        actions.discard_import(run_id=run.id, actor=Actor(), at=AT)


def test_live_entries_come_with_their_ground_or_not_at_all(world: World) -> None:
    head = ("手続ID", "手続名", "状態", "外部システム名", "外部システムのアドレス", "公開を確認した職")
    bare = read(upload(table(head, ("A-1", "申告", "公開中", "eLTAX", "", "")), world.tax, once="1"))
    assert [line.column for line in bare.lines.all()] == ["状態"]
    row = ("A-1", "申告", "公開中", "eLTAX", "https://www.eltax.lta.go.jp/", "主税局 総務課長")
    assert take(table(head, row), world.tax, once="2").new_count == 1
