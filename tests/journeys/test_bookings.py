"""A room that a rule grants at once, and a course whose waiting list moves up when somebody gives a seat back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, look_again_until, settled
from tests.journeys.test_main_job import stop
from tocho.modules.bookings.models import Slot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]


def start(tab: Page, key: str) -> None:
    tab.goto(f"/procedures/{key}/")
    tab.get_by_role("button", name="申請をはじめる").first.click()


def go_on(tab: Page, button: str = "次へ") -> None:
    settled(tab).get_by_role("button", name=button, exact=True).click()
    settled(tab)


def fill_name(tab: Page, given: str) -> None:
    values = {"family": "山田", "given": given, "family_kana": "ヤマダ", "given_kana": "ハナコ"}
    for part, text in values.items():
        tab.locator(f"[name='applicant_name-{part}']").fill(text)
    tab.locator("[name='applicant_phone']").fill("03-5321-1111")
    tab.locator("[name='applicant_email']").fill("hanako@mail.example")


def ask_for_room(tab: Page, *, slot: int = 3, look: Callable[[Page, str], None] | None = None) -> None:
    """Everything up to the last page of the application, where it is sent."""
    start(tab, "shisetsu-riyo")
    tab.get_by_role("radio", name=re.compile("^会議室A")).check()
    tab.get_by_label("使う人数").fill("１２")
    tab.get_by_role("radio", name="会議・打合せ").check()
    tab.get_by_label("催しの名前と内容").fill("防災についての勉強会")
    tab.get_by_role("radio", name="いいえ").check()
    go_on(tab)
    tab.get_by_label("日と時間").select_option(index=slot)
    if look:
        look(tab, "room-time")
    go_on(tab)
    fill_name(tab, "花子")
    tab.locator("[name='applicant_address-postal_code']").fill("163-8001")
    tab.get_by_role("button", name=re.compile("住所")).first.click()
    expect(tab.locator("[name='applicant_address-city']")).to_have_value("新宿区")
    tab.locator("[name='applicant_address-rest']").fill("2-8-1")
    go_on(tab)


def test_a_room_is_granted_by_rule(window: Window, city: City, worker: None) -> None:
    tab = window(width=PHONE)
    ask_for_room(tab, look=stop)
    go_on(tab, "申請する")
    look_again_until(tab, "通知を開く")
    expect(tab.get_by_text("予約済み")).to_be_visible()
    stop(tab, "room-granted")


def join_course(tab: Page, given: str, name: str) -> None:
    start(tab, "koza-uketsuke")
    tab.get_by_role("radio", name=re.compile("防災講座")).check()
    stop(tab, f"{name}-choice")
    go_on(tab)
    tab.get_by_role("radio", name=re.compile("防災講座")).first.check()
    tab.get_by_role("radio", name=re.compile("会場で参加する")).check()
    stop(tab, f"{name}-time")
    go_on(tab)
    fill_name(tab, given)
    go_on(tab)
    go_on(tab)
    go_on(tab, "申請する")
    expect(tab.get_by_text(re.compile(r"\d{4}-\d{7}-\d"))).to_be_visible()


def test_the_waiting_list_of_a_course_moves_up(window: Window, city: City, worker: None) -> None:
    Slot.objects.filter(resource__key="course-disaster").update(capacity=1)
    Slot.objects.filter(resource__key="course-disaster", starts_at__lt=timezone.now() + timedelta(days=1)).delete()
    first, second = window(width=PHONE), window(width=DESK)
    join_course(first, "花子", "course")
    look_again_until(first, "通知を開く")
    join_course(second, "太郎", "course-full")
    expect(second.get_by_text("キャンセル待ち").first).to_be_visible()
    stop(second, "course-waiting")
    first.get_by_role("link", name="予約を取り消す").click()
    stop(first, "course-cancel")
    first.get_by_role("button", name="予約を取り消す").click()
    expect(first.get_by_text("予約を取り消しました").first).to_be_visible()
    expect(first.get_by_role("link", name="通知を開く")).to_have_count(0)
    stop(first, "course-cancelled")
    look_again_until(second, "通知を開く")
    stop(second, "course-promoted")
