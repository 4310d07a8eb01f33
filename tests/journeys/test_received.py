"""A document arrives, is shown to the chief, and a request for disclosure is answered from what is kept."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, address, axe, fits, shot
from tocho.core.ledger.api import SYSTEM
from tocho.modules.records import actions
from tocho.modules.records.models import Classification

Window = Callable[..., Page]


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"received-{name}")


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def kept(city: City) -> None:
    """A file with a document that somebody will ask for."""
    at = timezone.now()
    kind = Classification.objects.create(
        code="C01", title="契約", retention="y5", valid_from=date(2015, 4, 1), categories=[]
    )
    file = actions.open_file(unit=TAX, classification_id=kind.pk, title="契約つづり", actor=SYSTEM, at=at)
    filing = actions.Filing("other", "清掃の委託契約について", timezone.localdate(at), file_id=file.pk, number="1号")
    actions.enter_document(filing, actor=SYSTEM, at=at)


def receive(tab: Page) -> str:
    tab.goto("/desk/records/received/new/")
    tab.get_by_label("件名").fill("開示請求書")
    tab.get_by_label("差出人").fill("見本 太郎")
    tab.get_by_label("郵送").check()
    press(tab, "収受する")
    expect(tab.get_by_text("収受しました。")).to_be_visible()
    stop(tab, "detail")
    return address(tab)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_arrives_is_shown_and_answered(window: Window, city: City, kept: None, width: int) -> None:
    tab = window(width=width, user=city.officer)
    here = receive(tab)
    tab.locator("summary").filter(has_text="供覧する").click()
    tab.get_by_label(city.chief.display_name, exact=False).check()
    press(tab, "供覧する")
    expect(tab.get_by_text("1人に供覧しました。")).to_be_visible()
    chief = window(width=width, user=city.chief)
    chief.goto("/desk/")
    chief.get_by_role("link", name="開示請求書").click()
    press(chief, "見ました")
    expect(chief.get_by_text("見たことを記録しました。")).to_be_visible()
    tab.goto(here)
    tab.get_by_role("link", name="開示請求として受け付ける").click()
    tab.get_by_label("請求された公文書").fill("清掃の委託契約")
    press(tab, "受け付ける")
    expect(tab.get_by_text("受け付けました。文書をさがしてください。")).to_be_visible()
    answer(tab)


def answer(tab: Page) -> None:
    """Look for it, judge it, decide."""
    tab.get_by_role("link", name="文書をさがす").click()
    tab.get_by_label("件名・文書番号・本文の言葉").fill("委託")
    tab.locator("#filters").get_by_role("button", name="さがす", exact=True).click()
    tab.get_by_label("清掃の委託契約について").check()
    stop(tab, "search")
    press(tab, "選んだ文書を加える")
    expect(tab.get_by_text("1件の文書を加えました。", exact=False)).to_be_visible()
    tab.get_by_role("link", name="決める", exact=True).click()
    tab.get_by_label("一部開示", exact=True).check()
    tab.get_by_label("非開示の根拠", exact=False).select_option("3")
    press(tab, "決める")
    expect(tab.get_by_text("3号　事業活動情報")).to_be_visible()
    stop(tab, "request")
    tab.get_by_role("link", name="決定を記録する").click()
    press(tab, "記録する")
    expect(tab.get_by_text("決定済")).to_be_visible()
