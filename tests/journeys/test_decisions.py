"""A matter of the office's own: drafted, consulted, objected to, revised, decided by a deputy, reviewed afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import PHONE, axe, fits, shot
from tocho.core.ledger.api import Actor
from tocho.core.org.actions import register_absence
from tocho.core.org.models import AbsenceReason
from tocho.modules.decisions.models import Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
TITLE = "納税証明書の様式の変更について"


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, name)


def draft(tab: Page) -> str:
    """起案 on the desk; the address of the decision."""
    tab.goto("/desk/decisions/new/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("起案する")
    tab.get_by_label("事案の種類").select_option(label="証明")
    tab.get_by_label("件名").fill(TITLE)
    tab.get_by_label("起案文").fill("令和9年4月から様式を改めてよろしいか。")
    tab.get_by_label("協議する課").fill("生活文化局 都民生活部 地域活動推進課")
    stop(tab, "decision-draft-form")
    tab.get_by_role("button", name="起案して経路を確かめる").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(tab.get_by_text("まだ回付していません")).to_be_visible()
    stop(tab, "decision-drafted")
    address = tab.url
    tab.get_by_role("link", name="回付する").click()
    tab.get_by_role("button", name="回付する").click()
    expect(tab.get_by_text("回付しました。")).to_be_visible()
    return address


def approve(tab: Page, address: str, *, button: str = "承認して次へ回す") -> None:
    tab.goto(address)
    tab.get_by_role("button", name=button).click()
    expect(tab.get_by_text("承認し、次の人に回付しました。")).to_be_visible()


def object_to(tab: Page, address: str) -> None:
    tab.goto(address)
    expect(tab.get_by_role("button", name="承認して次へ回す")).to_be_visible()
    stop(tab, "decision-consulted")
    tab.get_by_role("link", name="異議を述べる").click()
    tab.get_by_role("button", name="異議を述べる").click()
    expect(tab.get_by_text("異議の内容と理由を入力してください").first).to_be_visible()
    tab.get_by_label("異議の内容と理由").fill("窓口の周知が間に合わない。半年あとにできないか。")
    stop(tab, "decision-object")
    tab.get_by_role("button", name="異議を述べる").click()
    expect(tab.get_by_text("異議を述べ、次の人に回付しました。")).to_be_visible()


def revise(tab: Page, address: str) -> None:
    tab.goto(address)
    expect(tab.get_by_text("異議があります")).to_be_visible()
    stop(tab, "decision-objected")
    tab.get_by_role("link", name="改訂する").click()
    tab.get_by_label("起案文").fill("令和9年10月から様式を改めてよろしいか。")
    tab.get_by_label("改訂の理由").fill("協議をうけ、開始を半年遅らせる")
    stop(tab, "decision-revise")
    tab.get_by_role("button", name="改訂する").click()
    expect(tab.get_by_text("改訂しました。")).to_be_visible()
    expect(tab.get_by_text("前の改訂の内容")).to_be_visible()


def deputise(tab: Page, address: str) -> None:
    tab.goto(address)
    expect(tab.get_by_text("決定権者が不在です")).to_be_visible()
    stop(tab, "decision-decider-away")
    tab.get_by_role("link", name="代決する").click()
    tab.get_by_label("急ぐ理由").fill("きょうが印刷の発注期限のため")
    stop(tab, "decision-deputise")
    tab.get_by_role("button", name="代決する").click()
    expect(tab.get_by_text("代決しました。")).to_be_visible()


def clear(tab: Page, address: str) -> None:
    tab.goto("/desk/decisions/post-reviews/")
    expect(tab.get_by_role("rowheader").filter(has_text="第1号")).to_be_visible()
    shot(tab, "decision-post-reviews")
    tab.goto(address)
    tab.get_by_role("link", name="後閲する").click()
    tab.get_by_label("意見").fill("了承した。")
    tab.get_by_role("button", name="後閲する").click()
    expect(tab.get_by_text("後閲しました。")).to_be_visible()


def test_objected_revised_decided_by_a_deputy_and_reviewed_afterwards(city: City, window: Window) -> None:
    drafter = window(user=city.officer)
    address = draft(drafter)
    deputy, reviewer = window(user=city.deputy, width=PHONE), window(user=city.reviewer)
    consulted = window(user=city.stranger, width=PHONE)
    approve(deputy, address)
    object_to(consulted, address)
    revise(drafter, address)
    for tab in (deputy, consulted, reviewer):
        approve(tab, address)
    now = timezone.now()
    register_absence(
        user_id=city.chief.id, starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=2),
        reason=AbsenceReason.TRAVEL, actor=Actor(user_id=city.chief.id), at=now - timedelta(minutes=1),
    )  # fmt: skip
    deputise(deputy, address)
    drafter.goto(address)
    expect(drafter.get_by_text("後閲 残り1件")).to_be_visible()
    stop(drafter, "decision-deputised")
    chief = window(user=city.chief, javascript=False, width=PHONE)
    clear(chief, address)
    drafter.goto(address)
    drafter.get_by_role("link", name="完結にする").click()
    drafter.get_by_role("button", name="完結にする").click()
    expect(drafter.get_by_text("完結にしました。")).to_be_visible()
    stop(drafter, "decision-completed")
    decision = Decision.objects.get(title=TITLE)
    assert (decision.state, decision.revision, decision.medium) == ("completed", 2, "electronic")
