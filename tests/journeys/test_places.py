"""Where a refund goes and where a place is: an account found by the bank's name, a mark by hand and by key."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, fits, shot
from tests.journeys.test_main_job import stop
from tocho.modules.procedures.tests.factories import FORM, make_version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
FIELDS = [
    {
        "key": "account",
        "type": "bank_account",
        "label": "振込先の口座",
        "required": True,
        "help": "還付に使います。",
    },
    {"key": "spot", "type": "map_point", "label": "木がある場所", "required": True},
    {"key": "reading", "type": "text", "format": "hiragana", "label": "よみがな"},
]


@pytest.fixture
def procedure(city: City) -> None:
    """A procedure that asks for an account and a place."""
    steps = [{"key": "where", "title": "口座と場所", "fields": FIELDS}, FORM["steps"][1]]
    make_version(key="keyaki", office=TAX, form={**FORM, "steps": steps, "computed": []})


def start(tab: Page) -> None:
    tab.goto("/procedures/keyaki/")
    tab.get_by_role("button", name="申請をはじめる").first.click()


def test_account_and_place_with_javascript(window: Window, procedure: None) -> None:
    tab = window(width=PHONE, geolocation={"latitude": 35.7, "longitude": 139.4}, permissions=["geolocation"])
    start(tab)
    stop(tab, "places")
    tab.get_by_label("銀行").first.fill("みずほ")
    tab.get_by_label("支店").first.fill("東京営業部")
    tab.get_by_label("預金の種類").select_option("普通")
    tab.get_by_label("口座番号").fill("１２３４５６７")
    tab.get_by_label("口座名義").fill("やまだ　はなこ")
    tab.get_by_role("button", name="現在地を使う").click()
    expect(tab.get_by_label("緯度")).to_have_value("35.70000")
    tab.locator("[data-map] svg").focus()
    tab.keyboard.press("ArrowUp")
    expect(tab.get_by_label("緯度")).to_have_value("35.70200")
    tab.locator("[data-map] svg").click(position={"x": 100, "y": 60})
    expect(tab.get_by_label("緯度")).not_to_have_value("35.70200")
    stop(tab, "places-filled")
    for width in (320, DESK):
        tab.set_viewport_size({"width": width, "height": 900})
        assert fits(tab)
        shot(tab, "places-filled")
    tab.get_by_role("button", name="次へ", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).not_to_have_text("口座と場所")


def test_account_and_place_without_javascript(window: Window, procedure: None) -> None:
    tab = window(width=PHONE, javascript=False)
    start(tab)
    tab.get_by_label("銀行").first.fill("みず")
    tab.get_by_label("口座名義").fill("山田")
    tab.get_by_role("button", name="次へ", exact=True).click()
    shot(tab, "places-wrong-no-script")
    expect(tab.get_by_text("「みず」で始まる銀行がいくつかあります").first).to_be_visible()
    tab.get_by_label("ゆうちょの記号").fill("10180")
    tab.get_by_label("ゆうちょの番号").fill("12345671")
    tab.get_by_label("口座名義").fill("ヤマダハナコ")
    tab.get_by_label("区市町村", exact=True).select_option("小笠原村")
    tab.get_by_role("button", name="次へ", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).not_to_have_text("口座と場所")
