"""An office corrects a notice it has sent: changed, previewed, reviewed, sealed; the recipient gets the new one."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, address, axe, fits, shot
from tocho.core.jobs.testing import wait_until
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import decided, new_notice

Window = Callable[..., Page]


@pytest.fixture
def sent(city: City, worker: None) -> Notice:
    """A notice of fact that the worker has sealed."""
    notice = new_notice(unit=TAX, profile="organisation", decision_id=None, at=timezone.now())
    wait_until(lambda: Notice.objects.filter(id=notice.id, state="released").exists())
    return notice


def stop(tab: Page, name: str, width: int) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"corrected-{name}-{width}")


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def agree(tab: Page, name: str) -> None:
    press(tab, name)
    tab.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_notice_is_corrected_and_the_old_one_leads_to_it(
    window: Window, city: City, sent: Notice, width: int
) -> None:
    tab = window(width=width, user=city.officer)
    tab.goto(f"/desk/notices/{sent.id}/")
    tab.get_by_role("link", name="通知を訂正する").click()
    tab.get_by_label("未納額").fill("1,000円")
    tab.get_by_label("訂正の理由").fill("金額の誤り")
    press(tab, "訂正後の見本を見る")
    expect(tab.get_by_role("img", name="見本の1ページ目")).to_be_visible()
    expect(tab.get_by_label("未納額")).to_have_value("1,000円")
    stop(tab, "preview", width)
    agree(tab, "この内容で訂正する")
    expect(tab.get_by_text("公印審査を待っています")).to_be_visible()
    reviewer = window(width=width, user=city.reviewer)
    reviewer.goto(address(tab))
    reviewer.get_by_role("link", name="公印審査をする").click()
    expect(reviewer.get_by_role("heading", name="署名する通知")).to_be_visible()
    expect(reviewer.get_by_role("img", name="見本の1ページ目")).to_be_visible()
    stop(reviewer, "review", width)
    agree(reviewer, "審査を終えて、署名する")
    expect(reviewer.get_by_text("審査を終えました")).to_be_visible()
    wait_until(lambda: Notice.objects.filter(id=sent.id, state="superseded").exists())
    tab.goto(f"/desk/notices/{sent.id}/")
    expect(tab.get_by_text("訂正後の通知")).to_be_visible()
    stop(tab, "old", width)
    tab.goto(f"/notices/{sent.token}/")
    tab.get_by_role("link", name="新しい文書を開く").click()
    expect(tab.get_by_role("link", name="PDFをダウンロードする")).to_be_visible()


def test_a_disposition_leads_to_the_draft_of_its_change(window: Window, city: City, worker: None) -> None:
    decided(unit=TAX)
    notice = new_notice(unit=TAX, at=timezone.now())
    wait_until(lambda: Notice.objects.filter(id=notice.id, state="released").exists())
    tab = window(width=DESK, user=city.officer)
    tab.goto(f"/desk/notices/{notice.id}/correct/")
    expect(tab.get_by_text("先に、もとの決定を変更する決定が要ります")).to_be_visible()
    stop(tab, "decide", DESK)
    tab.get_by_role("link", name="変更の決定を起案する").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("起案")
