"""Somebody who reads little Japanese: やさしい日本語 and readings over the kanji, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import PHONE, fits, shot
from tests.journeys.test_main_job import stop
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import ProcedureVersion
from tocho.ui import furigana

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]


@pytest.fixture
def readings(city: City) -> None:
    """What set-up and the jobs after a publication have done."""
    call_command("make_readings", verbosity=0)
    for version in ProcedureVersion.objects.all():
        actions.write_readings(version_id=version.id)
    furigana._asked.clear()  # this process may have asked a minute ago, for another test


def switch(tab: Page, name: str) -> None:
    tab.locator(".lang-menu > summary").click()
    tab.get_by_role("button", name=name).click()


def test_easy_japanese_with_readings(window: Window, readings: None) -> None:
    tab = window(width=PHONE)
    tab.goto("/procedures/nozei-shomei/")
    tab.locator(".lang-menu > summary").click()
    stop(tab, "language-menu")
    tab.get_by_role("button", name="やさしい日本語").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("税金を払ったことの証明書")
    expect(tab.locator("html")).to_have_attribute("lang", "ja")
    switch(tab, "漢字にふりがなを付ける")
    expect(tab.locator("ruby", has_text="税金").first).to_be_visible()
    stop(tab, "procedure-easy")
    tab.locator("main form button").first.click()
    expect(tab.locator("legend ruby", has_text="税金").first).to_be_visible()
    stop(tab, "step-easy")
    tab.set_viewport_size({"width": 320, "height": 700})
    assert fits(tab)
    tab.set_viewport_size({"width": 1280, "height": 900})
    shot(tab, "step-easy")


def test_without_javascript(window: Window, readings: None) -> None:
    tab = window(width=PHONE, javascript=False)
    tab.goto("/procedures/koza-uketsuke/")
    switch(tab, "漢字にふりがなを付ける")
    expect(tab.locator("h1 ruby", has_text="講座")).to_be_visible()
    tab.locator(".lang-menu > summary").click()
    tab.locator("button[name=furigana]").click()
    expect(tab.locator("ruby")).to_have_count(0)
    switch(tab, "English")
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("Courses"))
