"""An officer's day: take work, ask applicants and another section, file for a person at the counter."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.ledger.api import Actor
from tocho.engines.process import api as process
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.tests.factories import make_version, submit


@pytest.fixture
def cases(city: City) -> list[Application]:
    version = make_version(office=TAX)
    return [submit(version, kind="free", at=timezone.now() - timedelta(days=3)) for _number in range(4)]


def look(tab: Page, name: str) -> None:
    assert fits(tab)
    axe(tab)
    shot(tab, name)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_take_and_correct_several_at_once(
    window: Callable[..., Page], city: City, cases: list[Application], width: int
) -> None:
    tab = window(width=width, user=city.officer)
    tab.goto("/desk/")
    for _row in range(2):
        tab.keyboard.press("j")
        tab.keyboard.press("x")
    expect(tab.locator("input[name=task]:checked")).to_have_count(2)
    look(tab, "desk")
    tab.get_by_role("button", name="引き受ける").click()
    expect(tab).to_have_url(re.compile("/desk/tasks/"))
    look(tab, "desk-tasks")
    tab.get_by_role("button", name="引き受ける").click()
    expect(tab.get_by_text("2件を引き受けました")).to_be_visible()
    tab.goto("/desk/cases/?sort=due")
    for number in range(3):
        tab.locator("input[name=case]").nth(number).check()
    look(tab, "cases")
    tab.get_by_role("button", name="補正を求める").click()
    tab.get_by_label("申請者へのお願い").fill("通数を確かめてください。")
    look(tab, "cases-bulk")
    tab.get_by_role("button", name="補正を求める").click()
    expect(tab.get_by_text("3件の案件で、補正を求めるを行いました")).to_be_visible()
    assert Application.objects.filter(state="correction").count() == 3


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_take_a_case_and_hand_it_on(
    window: Callable[..., Page], city: City, cases: list[Application], width: int
) -> None:
    tab = window(width=width, user=city.officer)
    tab.goto(f"/desk/cases/{cases[0].id}/")
    tab.get_by_role("button", name="引き受ける").click()
    expect(tab.get_by_text("この案件を引き受けました")).to_be_visible()
    look(tab, "case-taken")
    tab.get_by_role("link", name="担当を替える").click()
    tab.get_by_label("担当する人").select_option(label="伊藤 由美（課長代理）")
    look(tab, "case-work")
    tab.get_by_role("button", name="担当を替える").click()
    expect(tab.get_by_text("担当を伊藤 由美（課長代理）に替えました")).to_be_visible()
    expect(tab.get_by_role("button", name="引き継ぐ")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_take_several_cases_of_the_list(
    window: Callable[..., Page], city: City, cases: list[Application], width: int
) -> None:
    tab = window(width=width, user=city.officer)
    tab.goto("/desk/cases/")
    for number in range(3):
        tab.locator("input[name=case]").nth(number).check()
    tab.get_by_role("button", name="引き受ける").click()
    expect(tab.get_by_role("heading", name="3件の案件：引き受ける")).to_be_visible()
    look(tab, "cases-take")
    tab.get_by_role("button", name="引き受ける").click()
    expect(tab.get_by_text("3件を引き受けました")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_ask_another_section(window: Callable[..., Page], city: City, cases: list[Application], width: int) -> None:
    tab = window(width=width, user=city.officer)
    tab.goto(f"/desk/cases/{cases[0].id}/opinions/")
    tab.get_by_label("聞きたいこと").fill("この交付に支障はありませんか。")
    tab.get_by_label("照会先の課", exact=False).first.fill("生活文化局 都民生活部 地域活動推進課")
    look(tab, "opinions-ask")
    tab.get_by_role("button", name="意見を聞く").click()
    expect(tab.get_by_text("回答待ち").first).to_be_visible()
    look(tab, "opinions-case")
    other = window(width=width, user=city.stranger)
    other.goto("/desk/opinions/")
    look(other, "opinions-list")
    other.get_by_role("link", name="見本の申請").click()
    other.get_by_label("意見あり").check()
    other.get_by_label("内容").fill("夜間の工事としてください。")
    look(other, "opinions-answer")
    other.get_by_role("button", name="回答する").click()
    expect(other.get_by_text("回答しました")).to_be_visible()
    tab.reload()
    expect(tab.get_by_text("夜間の工事としてください。")).to_be_visible()
    shot(tab, "opinions-answered")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_file_at_the_counter_and_see_where_time_goes(
    window: Callable[..., Page], city: City, cases: list[Application], width: int
) -> None:
    actor = Actor(user_id=city.officer.id)
    for number, case in enumerate(cases):
        (task,) = process.tasks_of(actions.subject_of(case))
        at = timezone.now() - timedelta(days=2, hours=number)
        process.take(task.id, actor=actor, at=at)
        draft = {"outcome": "approve", "reasons": "", "body": ""}
        actions.draft_decision(application_id=case.id, actor=actor, at=at + timedelta(hours=30 + number), **draft)
    tab = window(width=width, user=city.officer)
    tab.goto("/desk/procedures/mihon/times/")
    tab.locator(".process-heat-4").first.wait_for()
    look(tab, "times")
    tab.goto("/desk/counter/")
    tab.locator("#id_procedure").select_option("mihon")
    tab.get_by_label("顔写真のある身分証").check()
    look(tab, "counter")
    tab.get_by_role("button", name="入力をはじめる").click()
    expect(tab.get_by_text("ご本人に代わって入力しています")).to_be_visible()
    look(tab, "counter-step")
