"""A shop street gets a subsidy: examined twice, granted, reported on from a phone, and examined again."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import CULTURE, TAX, City
from tests.journeys.conftest import PHONE, axe, fits, settled, shot
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org import api as org
from tocho.modules.designer.definitions import shape
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.modules.procedures.tests.test_rounds import ANSWERS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
PDF = {"name": "ryoshusho.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def press(tab: Page, name: str | re.Pattern[str]) -> None:
    tab.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
    settled(tab)


def applied(second: str = TAX) -> Application:
    """The ready shape in use by the tax office, and an application under its first examination; ``second``: the section
    of the round after it."""
    source: dict[str, Any] = deepcopy(shape("subsidy") or {})
    source["facts"] |= {"key": "hojo", "office": TAX, "category": "certificate", "notices": {}}
    source["facts"]["rounds"][1]["unit"] = second
    source["notices"] = {}
    version = actions.publish_version(source=source, actor=SYSTEM, at=timezone.now())
    made = actions.start_application(version=version, user_id=None, language="ja", at=timezone.now())
    actions.save_answers(application_id=made.id, answers=ANSWERS, at=timezone.now())
    return actions.submit_application(application_id=made.id, at=timezone.now())


def pass_on(tab: Page, case: Application) -> None:
    tab.goto(f"/desk/cases/{case.id}/")
    expect(tab.get_by_text("1 / 3")).to_be_visible()
    shot(tab, "rounds-case")
    tab.get_by_role("link", name=re.compile("次の審査へ")).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("次の審査へ")
    tab.get_by_label("審査の所見").fill("要件に合っている。見積りの額も妥当。")
    axe(tab)
    shot(tab, "rounds-pass-on")
    press(tab, "次の審査へ回す")
    expect(tab.get_by_text("2 / 3")).to_be_visible()
    expect(tab.get_by_text("見積りの額も妥当").first).to_be_visible()


def decide(window: Window, city: City, tab: Page) -> None:
    tab.get_by_role("link", name=re.compile("起案する")).first.click()
    settled(tab)
    press(tab, "起案して回付する")
    link = tab.get_by_role("link", name=re.compile(r"第\d+号")).first
    expect(link).to_be_visible()
    for person in (city.deputy, city.reviewer, city.chief):
        desk = window(user=person)
        desk.goto(link.get_attribute("href") or "")
        press(desk, re.compile("決定する|承認して"))
        expect(desk.get_by_role("status").first).to_be_visible()
    expect(desk.get_by_text("決定しました")).to_be_visible()


def report(tab: Page, case: Application) -> None:
    tab.goto(f"/applications/open/{access_token(case)}/")
    expect(tab.get_by_role("heading", name="報告をお願いします")).to_be_visible()
    axe(tab)
    shot(tab, "rounds-status")
    tab.get_by_role("link", name="報告する").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("報告する")
    tab.locator("[name='finished_on']").fill("令和2年11月19日")
    tab.get_by_label("行ったことと成果").fill("案内板を三か所に立てた。")
    tab.locator("[name='actual_cost']").fill("600000")
    tab.locator("input[type='file']").set_input_files(PDF)
    axe(tab)
    assert fits(tab)
    shot(tab, "rounds-report")
    press(tab, "報告を送る")
    expect(tab.get_by_text("報告を受け取りました").first).to_be_visible()


def test_a_subsidy_in_three_rounds(window: Window, city: City) -> None:
    case = applied()
    officer = window(user=city.officer)
    pass_on(officer, case)
    decide(window, city, officer)
    report(window(width=PHONE), case)
    officer.goto(f"/desk/cases/{case.id}/")
    expect(officer.get_by_text("3 / 3")).to_be_visible()
    expect(officer.get_by_text("案内板を三か所に立てた。")).to_be_visible()
    axe(officer)
    shot(officer, "rounds-settlement")
    case.refresh_from_db()
    assert (case.state, case.computed["settled"]) == ("examining", 400000)


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_the_first_office_reads_on_while_another_section_examines(window: Window, city: City, width: int) -> None:
    case = applied(CULTURE)
    post = org.posts_of(city.officer.id, at=timezone.now())[0]
    actor = Actor(user_id=city.officer.id, post_id=post.id)
    actions.pass_on(application_id=case.id, finding="要件に合う", actor=actor, at=timezone.now())
    tab = window(user=city.officer, width=width)
    tab.goto("/desk/cases/")
    expect(tab.get_by_role("cell", name="地域活動推進課")).to_be_visible()
    axe(tab)
    shot(tab, "rounds-elsewhere-list")
    tab.get_by_role("link", name=case.receipt_number or "").click()
    expect(tab.get_by_text("いまは、ほかの課が担当しています")).to_be_visible()
    expect(tab.get_by_text("起案する")).to_have_count(0)
    axe(tab)
    assert fits(tab)
    shot(tab, "rounds-elsewhere")


def edit_the_report(tab: Page) -> None:
    """The form of the report opens in the builder beside the application's own."""
    tab.get_by_role("navigation", name="草案の部分").get_by_role("link", name="フォーム").click()
    tab.get_by_role("navigation", name="この手続の様式").get_by_role("link", name="実績報告").click()
    expect(tab.get_by_text("の前に、申請者が報告として書く")).to_be_visible()
    axe(tab)
    assert fits(tab)
    shot(tab, "rounds-report-form")
    tab.locator("#label-0").fill("来た人の数")
    tab.locator("#kind-0").select_option("number")
    settled(tab).locator("form:has(#label-0)").get_by_role("button", name="追加").click()
    expect(tab.locator("[name='label__ja']")).to_have_value("来た人の数")
    press(tab, "保存する")
    expect(tab.get_by_role("link", name="来た人の数")).to_be_visible()


def try_all_rounds(tab: Page) -> None:
    """The try-out goes on through every round, as officer and as applicant."""
    tab.get_by_role("navigation", name="草案の部分").get_by_role("link", name="試す").click()
    press(tab, "見本の答えで終わりまで")
    expect(tab.get_by_text("1 / 3")).to_be_visible()
    press(tab, "次の審査へ回してみる")
    expect(tab.get_by_text("2 / 3")).to_be_visible()
    press(tab, "承認してみる")
    expect(tab.get_by_text("3 / 3")).to_be_visible()
    press(tab, "報告を書いてみる")
    expect(tab.get_by_text("申請者として報告を書く")).to_be_visible()
    axe(tab)
    shot(tab, "rounds-try-report")
    press(tab, "見本の答えで終わりまで")
    expect(tab.get_by_text("申請者：報告した")).to_be_visible()
    press(tab, "承認してみる")
    expect(tab.get_by_text("これで終わりです")).to_be_visible()
    axe(tab)
    assert fits(tab)
    shot(tab, "rounds-tried")


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_rounds_are_built_in_the_designer(window: Window, city: City, width: int) -> None:
    tab = window(user=city.officer, width=width)
    tab.goto("/desk/designer/new/?start=shape:subsidy")
    tab.get_by_label("手続の名前").fill("商店街の補助金")
    tab.get_by_label("アドレスに使う名前").fill("shotengai")
    tab.get_by_label("担当する課").first.select_option(TAX)
    press(tab, "この形で作る")
    expect(tab.get_by_text("何回かの審査")).to_be_visible()
    axe(tab)
    assert fits(tab)
    shot(tab, "rounds-facts")
    edit_the_report(tab)
    tab.get_by_role("navigation", name="草案の部分").get_by_role("link", name="流れ").click()
    expect(tab.locator("#reading")).to_contain_text("次の審査をはじめる")
    shot(tab, "rounds-process")
    try_all_rounds(tab)
    tab.goto("/desk/designer/")
    expect(tab.get_by_text("商店街の補助金").first).to_be_visible()
    axe(tab)
    shot(tab, "rounds-designs")
