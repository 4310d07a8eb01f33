"""A resident registers without JavaScript and enters when it opens; the office writes an event and sees who comes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, address, axe, fits, shot
from tocho.modules.events.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]


def stop(tab: Page, name: str) -> None:
    shot(tab, f"events-{name}")
    assert fits(tab)


def test_a_resident_registers_without_javascript_and_comes_in_time(window: Window, city: City) -> None:
    call_command("load_events", verbosity=0)
    with_script = window(width=PHONE)
    for path, name in (("/events/", "list"), ("/events/?show=recorded", "recorded")):
        with_script.goto(path)
        axe(with_script)
        stop(with_script, name)
    wide = window(width=DESK)
    wide.goto("/events/")
    axe(wide)
    stop(wide, "list")
    tab = window(width=PHONE, javascript=False)
    tab.goto("/events/")
    tab.get_by_role("link", name=re.compile("納税証明書のオンライン申請")).click()
    stop(tab, "detail")
    wide.goto(address(tab))
    axe(wide)
    stop(wide, "detail")
    tab.get_by_role("link", name="申し込む", exact=True).click()
    tab.get_by_label("名前").fill("山田 花子")
    tab.get_by_label("メールアドレス").fill("hanako@mail.example")
    stop(tab, "register")
    tab.get_by_role("button", name="申し込む").click()
    expect(tab.get_by_text("申し込みました").first).to_be_visible()
    stop(tab, "registered")
    wide.goto(address(tab))
    axe(wide)
    now = timezone.now()
    Event.objects.filter(key="tax-online").update(starts_at=now, ends_at=now + timedelta(hours=1))
    tab.reload()
    expect(tab.get_by_text("入り口が開いています")).to_be_visible()
    stop(tab, "live")


def test_an_office_holds_an_event(window: Window, city: City) -> None:
    call_command("load_events", verbosity=0)
    tab = window(width=DESK, user=city.officer)
    tab.goto("/desk/events/")
    axe(tab)
    stop(tab, "desk-list")
    tab.get_by_role("link", name="新しい催し").first.click()
    axe(tab)
    stop(tab, "desk-new")
    past = Event.objects.get(key="past-reform")
    coming = Event.objects.get(key="tax-online")
    for event, page, name in (
        (past, "", "desk-past"), (coming, "", "desk-coming"), (coming, "people/", "desk-people"),
        (coming, "cancel/", "desk-cancel"), (past, "attendance/", "desk-attendance"),
        (past, "recording/", "desk-recording"),
    ):  # fmt: skip
        tab.goto(f"/desk/events/{event.id}/{page}")
        axe(tab)
        stop(tab, name)
