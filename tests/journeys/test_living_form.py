"""A question that comes and goes with an answer of the same page: at once in a browser with JavaScript, else when the
page comes back; the fee follows what is typed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import PHONE
from tests.journeys.test_main_job import shot_only, stop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]


def to_details(tab: Page) -> None:
    tab.goto("/procedures/nozei-shomei/")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    tab.get_by_role("radio", name=re.compile("自動車税")).check()
    tab.get_by_role("radio", name=re.compile("令和7年度")).check()
    tab.get_by_role("radio", name="個人").check()
    tab.get_by_role("button", name="次へ", exact=True).click()
    tab.get_by_label("登録番号（ナンバー）").fill("品川 300 あ 12-34")


def test_with_javascript_it_appears_and_the_fee_follows(window: Window, city: City) -> None:
    tab = window(width=PHONE)
    to_details(tab)
    where = tab.get_by_label("提出先")
    expect(where).to_be_hidden()
    tab.get_by_role("radio", name=re.compile("一般用")).check()
    expect(where).to_be_visible()
    expect(tab.locator("#fee")).to_contain_text("400円")
    where.fill("銀行")
    tab.context.set_offline(True)  # the rule table of the fee is computed in the browser, while it is typed
    tab.get_by_label("通数").fill("３")
    expect(tab.locator("#fee")).to_contain_text("1,200円")
    tab.get_by_label("通数").fill("three")
    expect(tab.locator("#fee")).to_contain_text("計算中")
    tab.get_by_label("通数").fill("３")
    tab.get_by_label("通数").blur()
    expect(tab.locator("#fee")).to_contain_text("1,200円")
    tab.context.set_offline(False)
    stop(tab, "living-form")
    tab.get_by_role("radio", name=re.compile("車検用")).check()
    expect(where).to_be_hidden()
    expect(tab.locator("#fee")).to_contain_text("無料")
    tab.get_by_role("radio", name=re.compile("一般用")).check()
    expect(where).to_have_value("銀行")
    tab.get_by_role("button", name="次へ", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("申請する方")


def test_without_javascript_the_page_comes_back_with_it(window: Window, city: City) -> None:
    tab = window(width=PHONE, javascript=False)
    to_details(tab)
    expect(tab.get_by_label("提出先")).to_be_hidden()
    tab.get_by_role("radio", name=re.compile("一般用")).check()
    tab.get_by_label("通数").fill("３")
    tab.get_by_role("button", name="次へ", exact=True).click()
    expect(tab.get_by_text("質問が増えました")).to_be_visible()
    expect(tab.get_by_label("提出先")).to_be_visible()
    expect(tab.locator("#fee")).to_contain_text("1,200円")
    expect(tab.get_by_label("登録番号（ナンバー）")).to_have_value("品川 300 あ 12-34")
    shot_only(tab, "living-form")
    tab.get_by_role("button", name="次へ", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("申請する方")
