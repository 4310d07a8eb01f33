"""An officer edits a fee table as in a spreadsheet: with the keyboard, with Excel, and without JavaScript."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, axe, fits, late, settled, shot
from tocho.core.ledger.api import Actor
from tocho.engines.rules.api import read_grid
from tocho.modules.designer.actions import start_design
from tocho.modules.designer.models import Design
from tocho.modules.procedures.api import read_folder

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
Windows = Callable[..., Page]


@pytest.fixture
def design(city: City) -> Design:
    source = read_folder(settings.BASE_DIR / "city/procedures/nozei-shomei")
    return start_design(source=source, unit=source["facts"]["office"], actor=Actor(user_id=city.officer.id), at=AT)


def rows(design: Design) -> list[tuple[str, ...]]:
    design.refresh_from_db()
    return [row.cells[:3] for row in read_grid(design.source["rules"]["fee"]).rows]


def test_edit_a_fee_table_with_the_keyboard(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/tables/")
    tab.get_by_role("link", name="手数料", exact=True).click()
    cell = tab.get_by_label("規則2の通数")
    cell.click()
    cell.fill("1～5")
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#m-c-1-1 code")).to_have_text("[1..5]")  # what was understood
    expect(tab.get_by_label("規則2の手数料")).to_be_focused()
    tab.keyboard.press("Control+Enter")  # a rule below, and the cursor in it
    expect(tab.get_by_label("規則3の手数料")).to_be_focused()
    tab.keyboard.type("350 * copies")
    tab.get_by_label("規則3の通数").fill("6以上")
    tab.keyboard.press("Alt+ArrowUp")
    expect(tab.get_by_label("規則2の通数")).to_have_value("6以上")
    expect(tab.get_by_label("規則2の通数")).to_be_focused()
    tab.keyboard.press("Control+s")
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    assert rows(design)[1:] == [("-", ">= 6", "350 * copies"), ("-", "[1..5]", "400 * copies")]
    tab.get_by_label("使いみち（purpose）").select_option("general")
    tab.get_by_label("通数（copies）").fill("10")
    tab.get_by_role("button", name="当てはめる").click()
    expect(tab.get_by_text("手数料は3,500。")).to_be_visible()
    axe(tab)
    shot(tab, "designer-table")


def test_what_is_typed_while_an_answer_is_late_stays(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/tables/fee/")
    with late(tab, re.compile("/tables/fee/$")):
        tab.get_by_label("規則2を上へ").click()
        tab.get_by_label("規則2の通数").fill("7以上")  # in the rule that moves
        tab.get_by_label("規則1の通数").fill("1～3")
        tab.get_by_label("通数（copies）").fill("12")
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    expect(tab.get_by_label("規則1の通数")).to_have_value("7以上")
    expect(tab.get_by_label("規則2の通数")).to_have_value("1～3")
    expect(tab.get_by_text("保存していない変更があります")).to_be_visible()
    settled(tab)
    with late(tab, re.compile("/tables/fee/try/")):
        tab.get_by_role("button", name="保存する").click()
        tab.get_by_label("通数（copies）").fill("13")  # the try-out follows the table
        expect(tab.get_by_text("保存していない変更があります")).to_be_hidden()
    settled(tab)
    expect(tab.get_by_label("通数（copies）")).to_have_value("13")
    assert [row[1] for row in rows(design)] == [">= 7", "[1..3]"]


def test_fill_a_gap_and_undo(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/tables/fee/")
    tab.get_by_label("規則2の通数").fill("3以上")
    tab.get_by_label("規則2の手数料").fill("400 * copie")
    tab.keyboard.press("Tab")
    expect(tab.locator("#m-c-1-2 em")).to_contain_text("copies")  # before anything is saved
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("赤い欄を直してください")).to_be_visible()
    tab.get_by_label("規則2の手数料").fill("400 * copies")
    tab.get_by_role("button", name="保存する").click()
    gap = tab.get_by_text("「車検用か」がいいえ、「通数」が1以上3未満のとき、どの規則にも当たりません。")
    expect(gap).to_be_visible()
    tab.get_by_role("button", name="この場合の規則を追加").click()
    expect(tab.get_by_label("規則3の通数")).to_have_value("1以上3未満")
    tab.get_by_role("button", name="車検用かの列を削除").click()
    expect(tab.get_by_label("使いみち（purpose）")).to_have_count(0)  # the try-out follows the table
    tab.get_by_role("button", name="元に戻す").click()
    expect(tab.get_by_label("使いみち（purpose）")).to_be_visible()
    tab.get_by_role("button", name="元に戻す").click()
    expect(gap).to_be_visible()
    assert len(rows(design)) == 2
    axe(tab)  # last, as it leaves traces in the page that the policy would block when htmx copies them
    shot(tab, "designer-table-gap")


def test_bring_a_table_back_from_excel(window: Windows, city: City, design: Design, tmp_path: Path) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/tables/fee/")
    with tab.expect_download() as waiting:
        tab.get_by_role("link", name="この表（CSV）").click()
    path = tmp_path / "fee.csv"
    path.write_text(Path(waiting.value.path()).read_text(encoding="utf-8-sig").replace("400 *", "500 *"))
    tab.get_by_label("Excel か CSV のファイル").set_input_files(path)
    tab.get_by_role("button", name="変わる所を見る").click()
    expect(tab.get_by_text("規則2の「手数料」: 400 * copies → 500 * copies")).to_be_visible()
    axe(tab)
    shot(tab, "designer-table-upload")
    tab.get_by_role("button", name="この内容で保存する").click()
    tab.wait_for_url("**/tables/fee/")
    assert rows(design)[1][2] == "500 * copies"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_edit_a_table_without_javascript(window: Windows, city: City, design: Design, width: int) -> None:
    tab = window(user=city.officer, width=width, javascript=False)
    tab.goto(f"/desk/designer/{design.id}/tables/")
    shot(tab, "designer-tables")
    tab.get_by_role("link", name="手数料", exact=True).click()
    tab.get_by_label("規則2の手数料").fill("450 * copie")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("赤い欄を直してください")).to_be_visible()
    shot(tab, "designer-table-faults")
    tab.get_by_label("規則2の手数料").fill("450 * copies")
    tab.get_by_label("規則1を下へ").click()
    expect(tab.get_by_label("規則1の手数料")).to_have_value("450 * copies")
    assert rows(design)[0][2] == "450 * copies"
    shot(tab, "designer-table-plain")
    assert fits(tab)
    tab.get_by_role("link", name="通数", exact=True).click()
    shot(tab, "designer-column")
    tab.get_by_label("見出し").fill("何通か")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_role("link", name="何通か")).to_be_visible()
    tab.goto(f"/desk/designer/{design.id}/tables/")
    assert fits(tab)
