"""An office notifies everybody on a list: faults told, any row previewed, 公印審査, made by a worker; then the post."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, address, axe, fits, shot
from tocho.modules.notices.models import Notice

Window = Callable[..., Page]
HEADING = "宛名,郵便番号,住所,メール,電子通知の希望,未納額"
GOOD = f"""{HEADING}
山田 花子,163-8001,東京都新宿区西新宿二丁目8番1号,hanako@example.jp,はい,"3,200円"
田中 一郎,100-0001,東京都千代田区千代田1番1号,,いいえ,500円
佐藤 次郎,160-0022,東京都新宿区新宿三丁目1番,jiro@example.jp,はい,"12,000円"
"""
BAD = GOOD.replace("jiro@example.jp", "jiro").replace("東京都千代田区千代田1番1号", "")


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"notices-{name}")


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def choose(tab: Page, text: str, *, encoding: str = "cp932") -> None:
    content = text.encode(encoding)
    tab.locator("input[name=file]").set_input_files({"name": "名簿.csv", "mimeType": "text/csv", "buffer": content})
    press(tab, "名簿を確かめる")


def write(tab: Page) -> None:
    tab.goto("/desk/notices/batches/new/")
    tab.get_by_label("題名").fill("自動車税種別割のお知らせ")
    tab.get_by_label("本文").fill("自動車税種別割の未納額は{未納額}です。\n12月25日までに納めてください。")
    tab.get_by_label("表に載せる列").fill("未納額")
    tab.get_by_label("部署").select_option(TAX)
    tab.get_by_label("署名").select_option("organisation")


def test_an_office_notifies_everybody_on_a_list(window: Window, city: City, worker: None) -> None:
    tab = window(width=DESK, user=city.officer)
    write(tab)
    choose(tab, BAD)
    expect(tab.get_by_text("名簿に直すところが2件あります").first).to_be_visible()
    stop(tab, "faults")
    choose(tab, GOOD)
    expect(tab.get_by_role("heading", name="自動車税種別割のお知らせ", level=1)).to_be_visible()
    stop(tab, "checked")
    tab.get_by_role("link", name="田中 一郎").click()
    expect(tab.get_by_role("img", name="見本の1ページ目")).to_be_visible()
    stop(tab, "preview")
    tab.go_back()
    press(tab, "公印審査に回す")
    expect(tab.get_by_text("公印審査を待っています")).to_be_visible()
    reviewer = window(width=DESK, user=city.reviewer)
    reviewer.goto(address(tab))
    press(reviewer, "審査を終えて、全員に通知する")
    reviewer.get_by_role("dialog").get_by_role("button", name="審査を終えて、全員に通知する").click()
    expect(reviewer.get_by_text("終わりました")).to_be_visible()
    stop(reviewer, "done")
    assert Notice.objects.filter(kind="batch").count() == 3
    post(tab)


def post(tab: Page) -> None:
    tab.goto("/desk/notices/")
    expect(tab.get_by_role("link", name="郵送するもの 1")).to_be_visible()
    stop(tab, "list")
    tab.get_by_role("link", name="郵送する", exact=True).click()
    stop(tab, "post")
    tab.get_by_role("checkbox").check()
    tab.get_by_label("郵便の種類").select_option("simple")
    tab.get_by_label("お問い合わせ番号").fill("123-45-67890-1")
    press(tab, "選んだものを発送済みにする")
    expect(tab.get_by_text("1通の発送を記録しました。")).to_be_visible()
    tab.goto("/desk/notices/?q=田中")
    tab.get_by_role("link", name="自動車税種別割のお知らせ").click()
    expect(tab.get_by_text("123-45-67890-1")).to_be_visible()
    stop(tab, "detail")
    tab.get_by_role("link", name="到達記録を印刷する").click()
    expect(tab.get_by_role("heading", name="到達記録", level=1)).to_be_visible()
    stop(tab, "proof")


@pytest.mark.parametrize("path", ["", "post/", "batches/", "batches/new/", "labels/"])
def test_the_pages_fit_a_phone(window: Window, city: City, path: str) -> None:
    tab = window(width=PHONE, user=city.officer, javascript=True)
    tab.goto(f"/desk/notices/{path}")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    stop(tab, f"phone-{path.replace('/', '') or 'list'}")
