"""The tables tab: what is typed is saved, undone, exchanged with Excel and tried."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.engines.rules.api import GridRow, coverage_of, csv_of, edits, excel_of, faults_of, read_grid, write_grid
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer import actions
from tocho.modules.designer.definitions.names import names_of
from tocho.modules.designer.models import Design
from tocho.modules.designer.rules.tables import TABLE_KINDS, new_grid
from tocho.modules.procedures.api import read_folder
from tocho.ui.testing import Page, Pages

from .factories import AT, by

pytestmark = pytest.mark.django_db
CITY = settings.BASE_DIR / "city/procedures/nozei-shomei"


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def design(office: Office) -> Design:
    source = read_folder(CITY)
    source["facts"]["office"] = UNIT
    return actions.start_design(source=source, unit=UNIT, actor=by(office.drafter), at=AT)


class Editor:
    """A person who edits the fee table: posts what the page shows, with changes and a button."""

    def __init__(self, page: Pages, office: Office, design: Design) -> None:
        self.page, self.user, self.design = page, office.drafter, design
        self.url = f"/desk/designer/{design.id}/tables/fee/"

    def get(self, query: str = "") -> Page:
        return self.page.get(self.url + query, user=self.user)

    def press(self, do: str = "save", **cells: str) -> Page:
        self.design.refresh_from_db()
        data = {"base": self.design.revision, "revision": self.design.revision, "table": "fee", "do": do}
        return self.page.post(self.url, {**data, **{k.replace("_", "-"): v for k, v in cells.items()}}, user=self.user)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        self.design.refresh_from_db()
        return [row.cells[:3] for row in read_grid(self.design.source["rules"]["fee"]).rows]


@pytest.fixture
def editor(page: Pages, office: Office, design: Design) -> Editor:
    return Editor(page, office, design)


def test_tables_lists_what_there_is(page: Pages, office: Office, design: Design) -> None:
    shown = page.get(f"/desk/designer/{design.id}/tables/", user=office.drafter)
    assert "手数料" in shown
    assert "問題なし" in shown
    assert page.get(f"/desk/designer/{design.id}/tables/?name=fee", user=office.drafter).status == 302


def test_table_shows_cells_in_words(editor: Editor) -> None:
    shown = editor.get()
    assert 'value="はい"' in shown.html
    assert "0超" in shown
    assert 'value="true"' in editor.get("?feel=1").html


def test_table_saves_what_was_typed_in_words(editor: Editor) -> None:
    assert editor.press(c_1_1="10以上", c_1_2="1,500円").status == 302
    assert editor.rows[1] == ("-", ">= 10", "1500")


def test_table_shows_a_fault_beside_its_cell(editor: Editor) -> None:
    editor.press(c_1_2="400 * copie")
    shown = editor.get()
    assert "copies" in shown.text.split("調べた結果")[0]
    assert "もれや重なりはまだ調べていません" in shown


@pytest.mark.parametrize(
    ("do", "rows"),
    [
        ("row_copy:0", 3), ("row_add:1", 3), ("row_delete:0", 1), ("row_up:1", 2), ("column_copy:1", 2),
        ("column_add:input", 2), ("column_add:note", 2), ("column_left:1", 2),
    ],
)  # fmt: skip
def test_table_buttons_change_and_undo_brings_back(editor: Editor, do: str, rows: int) -> None:
    before = editor.design.source["rules"]["fee"]
    editor.press(do)
    editor.design.refresh_from_db()
    after = editor.design.source["rules"]["fee"]
    assert len(editor.rows) == rows
    assert after != before
    editor.press("undo")
    editor.design.refresh_from_db()
    assert read_grid(editor.design.source["rules"]["fee"]) == read_grid(before)


def test_undo_goes_back_step_by_step(editor: Editor) -> None:
    first = editor.rows
    editor.press(c_1_2="1")
    editor.press(c_1_2="2")
    editor.press("undo")
    assert editor.rows[1][2] == "1"
    editor.press("undo")
    assert editor.rows == first
    assert "これより前の変更はありません" in editor.press("undo")
    editor.press("back:3")
    assert editor.rows[1][2] == "2"


def test_a_gap_is_shown_and_filled(editor: Editor) -> None:
    editor.press(c_1_1="3以上")
    shown = editor.get()
    assert "「車検用か」がいいえ、「通数」が1以上3未満のとき、どの規則にも当たりません。" in shown
    fill = next(line for line in shown.html.split('value="') if line.startswith("fill:")).split('"')[0]
    editor.press(fill)
    assert editor.rows[2] == ("false", "[1..3)", "")


def test_two_people_do_not_overwrite_each_other(editor: Editor, office: Office) -> None:
    stale = editor.design.revision
    editor.press(c_1_2="1")
    data = {"base": stale, "revision": stale, "table": "fee", "do": "save", "c-1-2": "999"}
    refused = editor.page.post(editor.url, data, user=editor.user)
    assert refused.status == 422
    assert ">999</textarea>" in refused.html  # nothing typed is lost
    assert editor.rows[1][2] == "1"
    again = {**data, "revision": refused.fields["revision"], "base": refused.fields["base"]}
    editor.page.post(editor.url, again, user=editor.user)
    assert editor.rows[1][2] == "999"


def test_table_try_says_which_rule_fires_and_why(editor: Editor) -> None:
    query = "?try-purpose=general&try-copies=3&table=fee"
    shown = editor.get(query)
    assert "「手数料」の規則2（1通400円（見本の値））により、手数料は1,200。" in shown
    fragment = editor.page.get(editor.url + "try/" + query, user=editor.user, htmx=True)
    assert "規則2を見る" in fragment
    assert editor.page.get(editor.url + "try/" + query, user=editor.user).location.endswith("#try")


def test_table_cell_says_what_it_means(editor: Editor) -> None:
    def ask(text: str, column: int) -> Page:
        data = {"text": text, "column": column, "table": "fee"}
        return editor.page.post(editor.url + "cell/", data, user=editor.user, htmx=True)

    assert "&gt;= 10" in ask("10以上", 1).html
    assert "<em>" in ask("> ", 1).html
    assert editor.page.post(editor.url + "cell/", {"column": 99}, user=editor.user).status == 400


@pytest.mark.parametrize("kind", ["xlsx", "csv", "sjis", "dmn"])
def test_table_file_is_downloaded(editor: Editor, kind: str) -> None:
    answer = editor.get(f"file/?format={kind}")
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]


def upload(editor: Editor, data: bytes, name: str = "fee.xlsx") -> Page:
    return editor.page.post(editor.url + "upload/", {"file": SimpleUploadedFile(name, data)}, user=editor.user)


def test_table_upload_shows_what_changes_before_it_is_saved(editor: Editor) -> None:
    grid = read_grid(editor.design.source["rules"]["fee"])
    changed = edits.with_texts(grid, {(1, 2): "500 * copies"})
    changed = edits.add_row(changed, inputs=["-", "5以下"])
    shown = upload(editor, excel_of([changed]))
    assert "規則2の「手数料」: 400 * copies → 500 * copies" in shown
    assert "規則3（新しい）" in shown
    assert editor.rows[1][2] == "400 * copies"  # nothing saved yet
    editor.page.post(editor.url + "upload/", {k: shown.fields[k] for k in ("source", "revision")}, user=editor.user)
    assert editor.rows[1:] == [("-", "> 0", "500 * copies"), ("-", "<= 5", "")]
    assert "変わる所はありません" in upload(editor, csv_of(read_grid(write_grid(edits.understood(changed)))), "fee.csv")


def test_table_upload_takes_nothing_with_a_fault(editor: Editor) -> None:
    grid = read_grid(editor.design.source["rules"]["fee"])
    bad = edits.with_texts(grid, {(0, 1): "> ", (1, 2): "400 * kopies"})
    shown = upload(editor, excel_of([bad]))
    assert shown.status == 422
    assert "シート「1 手数料」 11行目 C列" in shown
    assert "12行目 D列" in shown
    assert upload(editor, b"rubbish").status == 422


def test_table_column_brings_the_words_of_a_question(editor: Editor) -> None:
    address = editor.url + "columns/1/"
    assert editor.page.get(address, user=editor.user).status == 200
    data = {"label": "税の種類", "source": "tax_kind", "kind": "number", "revision": editor.design.revision}
    assert editor.page.post(address, data, user=editor.user).status == 302
    editor.design.refresh_from_db()
    column = read_grid(editor.design.source["rules"]["fee"]).columns[1]
    assert (column.text, column.kind, dict(column.words)["car"]) == ("tax_kind", "string", "自動車税（種別割）")
    assert editor.page.post(address, {**data, "words": "なし"}, user=editor.user).status == 422


def test_tables_can_be_added_and_removed(page: Pages, office: Office, design: Design) -> None:
    address = f"/desk/designer/{design.id}/tables/"
    assert page.post(address, {"kind": "condition", "name": "割引"}, user=office.drafter).status == 422
    made = page.post(address, {"kind": "condition", "name": "discount"}, user=office.drafter)
    assert made.location.endswith("/tables/discount/")
    assert page.get(made.location, user=office.drafter).status == 200
    assert page.get(made.location + "remove/", user=office.drafter).status == 200
    design.refresh_from_db()
    page.post(made.location + "remove/", {"revision": design.revision}, user=office.drafter)
    design.refresh_from_db()
    assert "discount" not in design.source["rules"]


@pytest.mark.parametrize("kind", [each.key for each in TABLE_KINDS])
def test_every_new_table_is_without_faults(design: Design, kind: str) -> None:
    names = names_of(design.source, table=kind)
    grid = new_grid(kind, "mine", names)

    assert [f for f in faults_of(grid, names=[name.key for name in names]) if f.is_error] == []
    assert coverage_of(grid).findings == ()


def test_a_file_that_is_no_table_can_be_taken_out(editor: Editor) -> None:
    actions.save_part(
        design_id=editor.design.id, part="rules/fee", value="<nonsense", revision=1, actor=by(editor.user), at=AT
    )
    assert "表の形で開けません" in editor.get()
    assert editor.page.get(f"/desk/designer/{editor.design.id}/tables/", user=editor.user).status == 200


@pytest.mark.parametrize("path", ["", "cell/", "upload/", "columns/0/", "remove/"])
def test_others_may_not_change_a_table(page: Pages, office: Office, editor: Editor, path: str) -> None:
    assert page.post(editor.url + path, {}).status == 302
    assert page.post(editor.url + path, {}, user=office.stranger).status == 404
    assert page.get(editor.url.replace("fee", "none") + "file/", user=office.drafter).status == 404


def test_a_design_in_review_is_shown_and_not_changed(editor: Editor) -> None:
    Design.objects.filter(id=editor.design.id).update(state="in_review")
    assert "保存する" not in editor.get()
    refused = editor.press(c_1_2="1")
    assert refused.status == 422
    assert "直せません" in refused


def test_rows_keep_their_ids_when_they_move(editor: Editor) -> None:
    editor.press("row_down:0")
    rows: tuple[GridRow, ...] = read_grid(Design.objects.get(id=editor.design.id).source["rules"]["fee"]).rows
    assert [row.id for row in rows] == ["fee-r2", "fee-r1"]
