"""A section surveys its procedures, mends a slip, brings one to the phone, and the public roadmap moves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, look_again_until, shot
from tocho.lib.csvfile import Value, excel_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
HEAD = (
    *("手続ID", "手続名", "法令名", "手続類型", "総手続件数", "状態", "権限区分", "主要手続"),
    *("担当部署コード", "着手時期", "完了時期"),
)
PLAN = ("都の権限", "〇", TAX, "2020年度第2四半期", "2020年度第4四半期")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def survey(volume: Value) -> bytes:
    rows = [
        ("TKY-0037", "納税証明書の交付", "東京都都税条例", "1 申請等", volume, "試行中", *PLAN),
        ("TKY-0048", "自動車税種別割の減免の申請", "東京都都税条例", "1 申請等", 70_000, "調査済", *PLAN),
    ]
    return excel_file(HEAD, rows).read()


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"inventory-{name}")


def choose(tab: Page, content: bytes) -> None:
    tab.get_by_label("ファイル").set_input_files({"name": "調査票.xlsx", "mimeType": EXCEL, "buffer": content})
    tab.get_by_role("button", name="内容を確かめる").click()


def import_survey(tab: Page) -> None:
    tab.goto("/desk/inventory/")
    stop(tab, "empty")
    tab.get_by_role("link", name="ファイルを取り込む").first.click()
    stop(tab, "upload")
    choose(tab, survey("たくさん"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("誤りが1件あるので、まだ取り込めません")
    expect(tab.get_by_role("row", name="総手続件数")).to_contain_text("0以上の整数")
    stop(tab, "errors")
    tab.get_by_role("link", name="直したファイルを選ぶ").click()
    choose(tab, survey(60_491))
    expect(tab.get_by_role("heading", level=1)).to_have_text("取り込むと、2件が加わり、0件が変わります")
    stop(tab, "preview")
    tab.get_by_role("button", name="この内容で取り込む").click()
    tab.get_by_role("dialog").get_by_role("button", name="この内容で取り込む").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("2件が加わり、0件が変わりました")
    tab.get_by_role("link", name="手続の一覧へ").click()
    stop(tab, "list")


def go_live(tab: Page) -> None:
    tab.get_by_role("link", name="納税証明書の交付").click()
    stop(tab, "entry")
    tab.get_by_role("link", name="公開中にする").click()
    tab.get_by_label("理由").fill("利用者の試行を終え、公開した")
    tab.get_by_role("button", name="公開中にする").click()
    expect(tab.get_by_text("公開された版が要ります").first).to_be_visible()
    stop(tab, "refused")
    tab.get_by_label("この都庁で公開されている手続").select_option(label="納税証明書の交付")
    tab.get_by_role("button", name="公開中にする").click()
    expect(tab.get_by_text("「納税証明書の交付」を公開中にしました。")).to_be_visible()
    expect(tab.get_by_text("試行中 → 公開中")).to_be_visible()
    stop(tab, "live")


@pytest.mark.usefixtures("worker")
def test_a_section_surveys_its_procedures_and_the_roadmap_moves(window: Window, city: City) -> None:
    desk, anyone = window(width=DESK, user=city.chief), window(width=PHONE)
    import_survey(desk)
    anyone.goto("/roadmap/")
    expect(anyone.get_by_role("heading", level=1)).to_contain_text("主要2手続のうち0手続がデジタル化済み")
    go_live(desk)
    anyone.goto("/roadmap/")
    expect(anyone.get_by_role("heading", level=1)).to_contain_text("主要2手続のうち1手続がデジタル化済み")
    stop(anyone, "roadmap")


@pytest.mark.usefixtures("worker")
def test_without_scripts_one_looks_again_by_hand(window: Window, city: City) -> None:
    tab = window(width=PHONE, javascript=False, user=city.chief)
    tab.goto("/desk/inventory/imports/")
    choose(tab, survey(60_491))
    look_again_until(tab, "この内容で取り込む")
    tab.get_by_role("button", name="この内容で取り込む").click()
    look_again_until(tab, "手続の一覧へ")
    tab.get_by_role("link", name="手続の一覧へ").click()
    expect(tab.get_by_role("link", name="納税証明書の交付")).to_be_visible()
