"""A decision is cancelled by a new one: the earlier one is found while typing, or on a page without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import PHONE, axe, fits, shot
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
TITLES = ("納税証明書の様式の制定について", "徴収事務研修の実施について", "納税相談会の会場の借上げについて")
LATER = "納税証明書の様式の制定の取消しについて"


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, name)


def decide_some(city: City) -> list[Decision]:
    """Matters of the office, drafted, reviewed and decided."""
    at = timezone.now()
    drafter = Actor(user_id=city.officer.id, post_id=org.posts_of(city.officer.id, at=at)[0].id)
    found = []
    for title in TITLES:
        content = {"title": title, "body": f"{title}、別紙のとおりとしてよろしいか。", "outcome": "approve"}
        facts = {"amount": 40_000, "importance": "ordinary"}
        draft = actions.Draft(category="certificate", facts=facts, content=content, subject=None, unit=TAX)
        made = actions.create_draft(draft, drafter=drafter, at=at)
        actions.circulate_draft(decision_id=made.id, actor=drafter, at=at)
        while step := made.steps.filter(state="active", kind__in=["line_review", "legal_check", "decide"]).first():
            actions.approve_step(decision_id=made.id, step_id=step.id, actor=_holder(step.post_id, at), at=at)
        found.append(made)
    return found


def _holder(post: int, at: Any) -> Actor:
    return Actor(user_id=org.holders([post], at=at)[post].user_id)


def fill(tab: Page) -> None:
    tab.get_by_label("事案の種類").select_option(label="証明")
    tab.get_by_label("件名").fill(LATER)
    tab.get_by_label("起案文").fill("様式の制定を取り消してよろしいか。")


def test_an_earlier_decision_is_found_while_typing(city: City, window: Window) -> None:
    decide_some(city)
    for width in (PHONE, 1280):
        tab = window(user=city.officer, width=width)
        tab.goto("/desk/decisions/new/")
        fill(tab)
        tab.get_by_text("前の決定を取り消す・変更する起案のとき").click()
        tab.get_by_label("前の決定をさがす").fill("様式")
        expect(tab.get_by_role("radio", name=TITLES[0])).to_be_visible()
        expect(tab.get_by_role("radio", name=TITLES[1])).to_have_count(0)
        stop(tab, "earlier-found")
    tab.get_by_label("前の決定をさがす").fill("第2号")
    expect(tab.get_by_role("radio", name=TITLES[1])).to_be_visible()
    tab.get_by_role("button", name="起案して経路を確かめる").click()
    expect(tab.get_by_text("前の決定を1つ選んでください")).to_be_visible()
    expect(tab.get_by_label("件名").first).to_have_value(LATER)
    stop(tab, "earlier-unanswered")
    tab.get_by_label("前の決定をさがす").fill("制定")
    tab.get_by_role("radio", name=TITLES[0]).check()
    tab.get_by_role("button", name="起案して経路を確かめる").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(LATER)
    expect(tab.get_by_text("取消しの対象")).to_be_visible()
    stop(tab, "earlier-drafted")


def test_an_earlier_decision_is_found_without_javascript(city: City, window: Window) -> None:
    decide_some(city)
    tab = window(user=city.officer, width=PHONE, javascript=False)
    tab.goto("/desk/decisions/new/")
    tab.get_by_text("前の決定を取り消す・変更する起案のとき").click()
    tab.get_by_role("link", name="さがすページを開く").click()
    tab.get_by_label("番号・件名・決定した日").fill("研修")
    tab.get_by_role("button", name="さがす").click()
    expect(tab.get_by_role("link", name=TITLES[1])).to_be_visible()
    shot(tab, "earlier-search-plain")
    tab.get_by_role("link", name=TITLES[1]).click()
    expect(tab.get_by_role("radio", name=TITLES[1])).to_be_checked()
    fill(tab)
    tab.get_by_role("button", name="起案して経路を確かめる").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(LATER)
