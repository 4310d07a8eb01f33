"""An officer writes a notice from blocks and sees it as it will be sent; without JavaScript too."""

import pytest
from playwright.sync_api import expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tests.journeys.test_designer_tables import Windows, design
from tocho.modules.designer.models import Design
from tocho.modules.designer.rules.letters import read_letter

__all__ = ["design"]


def test_write_a_notice_and_see_it(window: Windows, city: City, design: Design) -> None:
    tab = window(user=city.officer)
    tab.goto(f"/desk/designer/{design.id}/notices/")
    tab.get_by_role("link", name="納税証明書の不交付について").click()
    expect(tab.get_by_alt_text("通知の見本 1ページ")).to_be_visible()
    before = tab.get_by_alt_text("通知の見本 1ページ").get_attribute("src")
    tab.get_by_label("文", exact=True).fill("{税目}の証明書は、次の理由により交付しないことに決定しました。")
    tab.get_by_label("行の見出し").first.fill("税目")
    tab.get_by_label("入る項目").first.select_option("display.tax_kind")
    expect(tab.get_by_alt_text("通知の見本 1ページ")).not_to_have_attribute("src", before or "")
    tab.get_by_label("文", exact=True).fill("この絵文字\U0001f9ffは印刷できません。")
    expect(tab.get_by_text("印刷できる字形がありません")).to_be_visible()
    tab.get_by_label("文", exact=True).fill("{税目}の証明書は、交付しないことに決定しました。")
    expect(tab.get_by_text("印刷できる字形がありません")).to_have_count(0)
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("保存しました。")).to_be_visible()
    expect(tab.get_by_alt_text("通知の見本 1ページ")).to_be_visible()
    design.refresh_from_db()
    letter = read_letter(design.source["notices"]["rejection"])
    assert letter is not None
    assert letter[1].text == "{税目}の証明書は、交付しないことに決定しました。"
    axe(tab)
    shot(tab, "designer-notice")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_write_a_notice_without_javascript(window: Windows, city: City, design: Design, width: int) -> None:
    tab = window(user=city.officer, width=width, javascript=False)
    tab.goto(f"/desk/designer/{design.id}/notices/")
    assert fits(tab)
    shot(tab, "designer-notices")
    tab.get_by_label("受付票・お知らせ").check()
    tab.get_by_label("通知の名前").fill("receipt")
    tab.get_by_role("button", name="作る").click()
    expect(tab.get_by_label("題名", exact=True)).to_have_value("受付票・お知らせ")
    tab.get_by_label("題名", exact=True).fill("受付票")
    tab.get_by_label("ブロックを足す").select_option("points")
    tab.get_by_role("button", name="足す").click()
    tab.get_by_label("箇条書き", exact=True).fill("当日お持ちください。\n印刷しなくてもかまいません。")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_label("箇条書き", exact=True)).to_have_value("当日お持ちください。\n印刷しなくてもかまいません。")
    expect(tab.get_by_label("題名", exact=True)).to_have_value("受付票")
    assert fits(tab)
    shot(tab, "designer-notice-plain")
