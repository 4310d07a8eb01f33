"""The authority table edited in the browser: in words, with faults beside the cells, sent as a proposal."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.ledger.models import LedgerEntry
from tocho.engines.rules.api import edits, read_grid, write_grid
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import AuthorityChange, AuthoritySheet, AuthorityTable
from tocho.modules.decisions.queries.authority import read_sheet
from tocho.ui.testing import Page, Pages

from .factories import AT, Office, make_office
from .test_pages_authority import LIST, TODAY, TOMORROW, second, table

__all__ = ["second", "table"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


class Editor:
    """A person who edits a working copy: posts what the page shows, with changes and a button."""

    def __init__(self, page: Pages, user: User, table: AuthorityTable) -> None:
        self.page, self.user = page, user
        self.url = page.post(f"{LIST}{table.id}/edit/", {}, user=user).location
        self.grid = read_grid(table.xml)

    @property
    def sheet(self) -> AuthoritySheet:
        return AuthoritySheet.objects.get(id=int(self.url.rstrip("/").rpartition("/")[2]))

    def cell(self, rule: str, column: str) -> str:
        row = next(at for at, row in enumerate(read_grid(self.sheet.xml).rows) if row.id == rule)
        return f"c-{row}-{[one.text for one in self.grid.columns].index(column)}"

    def text(self, rule: str, column: str) -> str:
        row = next(row for row in read_grid(self.sheet.xml).rows if row.id == rule)
        return row.cells[[one.text for one in self.grid.columns].index(column)]

    def press(self, do: str = "save", status: int | None = None, revision: int = 0, **cells: str) -> Page:
        number = revision or self.sheet.revision
        data = {"base": number, "revision": number, "table": self.grid.id, "do": do, **cells}
        more = {} if status is None else {"status": status}
        return self.page.post(self.url, data, user=self.user, **more)


@pytest.fixture
def editor(page: Pages, office: Office, table: AuthorityTable) -> Editor:
    return Editor(page, office.reviewer, table)


def test_cells_are_in_words_and_stay_as_they_are(page: Pages, editor: Editor) -> None:
    shown = page.get(editor.url, user=editor.user, queries=15)
    for words in ("文書審査", "課長代理", "なし", "100万円以上", "重要、異例・先例"):
        assert f'value="{words}"' in shown.html or f">{words}</textarea>" in shown.html, words
    posted = dict(re.findall(r'<input id="(c-[\d-]+)"[^>]* value="([^"]*)"', shown.html))
    posted |= dict(re.findall(r'<textarea id="(c-[\d-]+)"[^>]*>([^<]*)</textarea>', shown.html))
    assert len(posted) == len(editor.grid.rows) * len(editor.grid.columns)
    editor.press(**posted)
    assert [row.cells for row in read_grid(editor.sheet.xml).rows] == [row.cells for row in editor.grid.rows]


def test_what_is_said_in_words_is_kept_as_feel(editor: Editor) -> None:
    given = {
        editor.cell("certificate_2", "decider_rank"): "部長",
        editor.cell("certificate_2", "deputies"): "課長、課長代理",
        editor.cell("certificate_2", "reviews"): "なし",
        editor.cell("facility_use_3", "amount"): "3百万円以上",
    }
    assert editor.press(**given).status == 302
    found = [editor.text("certificate_2", name) for name in ("decider_rank", "deputies", "reviews")]
    assert found == ["5", "[4, 3]", "[]"]
    assert editor.text("facility_use_3", "amount") == ">= 3000000"
    shown = editor.page.get(editor.url, user=editor.user)
    assert "規則2の「決定権者」: 課長 → 部長" in shown
    assert "もと: 課長" in shown


def test_faults_stand_beside_the_cell_and_nothing_is_lost(editor: Editor) -> None:
    given = {
        editor.cell("certificate_2", "decider_rank"): "主事",
        editor.cell("certificate_2", "reviews"): "文書審さ",
        editor.cell("facility_use_4", "deputies"): "部長",
    }
    editor.press(**given)
    shown = editor.page.get(editor.url, user=editor.user)
    assert "課長代理（3）から知事（8）までの職層" in shown
    assert "「文書審さ」という職務か組織が" in shown
    assert "決定権者より下の職層を順に" in shown
    assert 'value="文書審さ"' in shown.html
    assert "まだ調べていません" in shown
    sent = f"{editor.url}send/"
    values = {"effective_from": "2030-04-01", "why": "見直し"}
    assert "直す所が残っています" in editor.page.post(sent, values, user=editor.user, status=422)
    assert not AuthorityChange.objects.exists()


def test_a_cell_says_at_once_what_it_means(editor: Editor) -> None:
    place = [one.text for one in editor.grid.columns].index("deputies")
    ask = f"{editor.url}cell/"

    def said(text: str) -> str:
        asked = {"column": place, "text": text}
        return editor.page.post(ask, asked, user=editor.user, htmx=True).text

    assert "[5, 4]" in said("部長、課長")
    assert "「部長、課長」のように" in said("部長と")
    assert editor.page.post(ask, {"column": 99, "text": ""}, user=editor.user, status=400).status == 400


def test_rows_are_added_copied_moved_deleted_and_undone(editor: Editor) -> None:
    first = [row.id for row in editor.grid.rows]
    editor.press("row_copy:1")
    assert len(read_grid(editor.sheet.xml).rows) == len(first) + 1
    editor.press("row_up:2")
    editor.press("row_delete:0")
    assert len(read_grid(editor.sheet.xml).rows) == len(first)
    for _press in range(3):
        editor.press("undo")
    assert [row.id for row in read_grid(editor.sheet.xml).rows] == first
    assert "これより前の変更はありません" in editor.press("undo", status=422)
    editor.press("back:2")
    assert len(read_grid(editor.sheet.xml).rows) == len(first) + 1
    assert editor.press("row_add:26").location.endswith("?row=27#r27")
    for press in ("row_copy:999", "column_delete:0", "fly:1", "row_up:x"):
        assert editor.press(press, status=400).status == 400


def test_a_gap_is_shown_and_filled(editor: Editor) -> None:
    editor.press(**{editor.cell("certificate_2", "importance"): "重要"})
    shown = editor.page.get(editor.url, user=editor.user)
    assert "どの規則にも当たりません" in shown
    fill = re.search(r'value="(fill:[^"]*)"', shown.html)
    assert fill is not None
    editor.press(fill[1].replace("&quot;", '"').replace("&gt;", ">"))
    assert len(read_grid(editor.sheet.xml).rows) == len(editor.grid.rows) + 1


def test_a_second_window_of_the_same_person_is_told(editor: Editor) -> None:
    editor.press(**{editor.cell("certificate_2", "decider_rank"): "部長"})
    late = editor.press(status=422, revision=1, **{editor.cell("certificate_2", "decider_rank"): "局長"})
    assert "別の画面でこの表が保存されました" in late
    assert 'value="局長"' in late.html
    assert editor.text("certificate_2", "decider_rank") == "5"


def test_sent_it_is_a_proposal_and_its_correction_takes_its_place(editor: Editor, second: User) -> None:
    editor.press(**{editor.cell("certificate_2", "decider_rank"): "部長"})
    day = timezone.localdate() + timedelta(days=40)
    values = {"effective_from": str(day), "why": "部長に上げる"}
    address = editor.page.post(f"{editor.url}send/", values, user=editor.user).location
    assert editor.page.post(f"{editor.url}send/", values, user=editor.user).location == address
    change = AuthorityChange.objects.get()
    assert (change.base_id, change.effective_from, change.why) == (editor.sheet.base_id, day, "部長に上げる")
    assert "直せません" not in editor.page.get(editor.url, user=editor.user)
    assert 'value="save"' not in editor.page.get(editor.url, user=editor.user).html
    editor.url = editor.page.post(f"{address}edit/", {}, user=editor.user).location
    send = editor.page.get(f"{editor.url}send/", user=editor.user)
    assert f'value="{day}"' in send.html
    editor.press(**{editor.cell("certificate_2", "deputies"): "課長"})
    editor.page.post(f"{editor.url}send/", values, user=editor.user)
    change.refresh_from_db()
    assert change.withdrawn_at is not None
    assert AuthorityChange.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_what_another_put_in_force_meanwhile_is_not_lost(
    page: Pages, office: Office, table: AuthorityTable, second: User
) -> None:
    def proposed(user: User, rule: str) -> AuthorityChange:
        editor = Editor(page, user, table)
        editor.press(**{editor.cell(rule, "decider_rank"): "局長", editor.cell(rule, "deputies"): "なし"})
        actor = Actor(user_id=user.id)
        return actions.send_sheet(sheet_id=editor.sheet.id, effective_from=TOMORROW, why="見直し", actor=actor, at=AT)

    mine, theirs = proposed(office.reviewer, "certificate_2"), proposed(second, "course_1")
    actions.enact_authority(change_id=mine.id, actor=Actor(user_id=second.id), at=AT)
    with pytest.raises(Refused, match="もとにした表と違います"):
        actions.enact_authority(change_id=theirs.id, actor=Actor(user_id=office.reviewer.id), at=AT)
    with pytest.raises(Refused, match="もとにした表と違います"):
        actions.propose_authority(
            actions.Proposal(theirs.xml, TOMORROW, "もう一度", base_id=table.id), actor=Actor(user_id=second.id), at=AT
        )


def test_who_may_do_what(page: Pages, office: Office, table: AuthorityTable, editor: Editor, second: User) -> None:
    assert page.post(f"{LIST}{table.id}/edit/", {}, user=office.drafter).status == 403
    assert page.get(editor.url, user=office.drafter).status == 403
    read = page.get(editor.url, user=second)
    assert "さんの下書きです" in read
    assert 'value="save"' not in read.html
    assert editor.page.post(editor.url, {"do": "save"}, user=second).status == 403
    assert page.get(f"{editor.url}send/", user=second).status == 403
    assert page.post(f"{editor.url}discard/", {}, user=second).status == 403
    assert page.get(f"{LIST}sheets/0/", user=second).status == 404
    assert page.get(f"{editor.url}cell/", user=editor.user).status == 405


def test_begun_once_and_thrown_away(page: Pages, editor: Editor, table: AuthorityTable) -> None:
    assert page.post(f"{LIST}{table.id}/edit/", {}, user=editor.user).location == editor.url
    assert "下書き" in page.get(LIST, user=editor.user)
    page.post(f"{editor.url}discard/", {}, user=editor.user)
    page.post(f"{editor.url}discard/", {}, user=editor.user)
    assert page.post(f"{LIST}{table.id}/edit/", {}, user=editor.user).location != editor.url
    assert "破棄しています" in editor.press(status=422, **{"c-0-0": "証明"})
    kinds = LedgerEntry.objects.filter(kind__startswith="authority.sheet").values_list("kind", flat=True)
    assert list(kinds) == ["authority.sheet_begun", "authority.sheet_discarded", "authority.sheet_begun"]
    sheet = AuthoritySheet.objects.first()
    assert sheet is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthoritySheet.objects.update(discarded_at=None)


def test_taken_away_as_excel_and_csv(page: Pages, editor: Editor) -> None:
    assert page.get(f"{editor.url}file/", user=editor.user).content.startswith(b"PK")
    assert page.get(f"{editor.url}file/?format=csv", user=editor.user).content.startswith(b"\xef\xbb\xbf")
    assert page.get(f"{editor.url}file/?format=exe", user=editor.user, status=400).status == 400


def test_a_long_table_is_shown_in_parts(page: Pages, editor: Editor) -> None:
    grid = editor.grid
    for _copy in range(5):
        for at in range(24):
            grid = edits.copy_row(grid, at)
    actor = Actor(user_id=editor.user.id)
    xml = write_grid(grid, editor.sheet.xml)
    actions.save_sheet(sheet_id=editor.sheet.id, xml=xml, revision=1, actor=actor, at=AT)
    last = len(grid.rows)
    shown = page.get(f"{editor.url}?row={last}", user=editor.user)
    assert f'id="r{last}"' in shown.html
    assert 'id="r1"' not in shown.html
    place = [one.text for one in grid.columns].index("decider_rank")
    editor.press(**{f"c-0-{place}": "主事"})
    assert "見えていない規則に誤りがあります" in page.get(f"{editor.url}?row={last}", user=editor.user)


def test_no_text_of_a_table_runs_as_a_formula(editor: Editor, office: Office) -> None:
    place = len(editor.grid.columns) - 1
    evil = '=HYPERLINK("http://evil.example","x")'
    editor.press(**{f"c-0-{place}": evil, f"c-1-{place}": "+1 はだめ"})
    data = editor.page.get(f"{editor.url}file/?format=csv", user=editor.user).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in data
    assert ",-," in data
    back = read_grid(read_sheet(data.encode("utf-8-sig"), editor.sheet.xml, on=TODAY))
    assert [row.cells[place] for row in back.rows[:2]] == [evil, "+1 はだめ"]


def test_a_file_that_is_too_large_is_not_read(page: Pages, office: Office, table: AuthorityTable) -> None:
    for data, words in ((b"x" * 5_000_001, "上限5MB"), ("a,b\n" * 100_000, "ここには「表」とあるはずです")):
        body = data if isinstance(data, bytes) else data.encode()
        values = {"file": SimpleUploadedFile("t.csv", body), "effective_from": "2030-04-01", "why": "見直し"}
        assert words in page.post(f"{LIST}{table.id}/", values, user=office.reviewer, status=422)
    assert not AuthorityChange.objects.exists()
