"""A superior with a full inbox: read, decide, next by keyboard alone; several at once on a phone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import PHONE, axe, fits, shot
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision, Step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
TITLES = (
    "納税証明書の交付について", "徴収事務研修の実施について", "窓口用の番号札の購入について",
    "滞納整理強化月間の実施について", "口座振替の案内の印刷について", "納税相談会の会場の借上げについて",
)  # fmt: skip


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, name)


def wait_for_superior(city: City) -> list[Decision]:
    """Drafts of one office, on their way to the same superior; one of them weighty."""
    at = timezone.now()
    drafter = Actor(user_id=city.officer.id, post_id=org.posts_of(city.officer.id, at=at)[0].id)
    found = []
    for number, title in enumerate(TITLES, start=1):
        content = {"title": title, "body": f"{title}、別紙のとおり実施してよろしいか。", "outcome": "approve"}
        facts = {"amount": number * 40_000, "importance": "ordinary"}
        draft = actions.Draft(category="certificate", facts=facts, content=content, subject=None, unit=TAX)
        made = actions.create_draft(draft, drafter=drafter, at=at)
        found.append(actions.circulate_draft(decision_id=made.id, actor=drafter, at=at))
    weighty = found[-1]
    Decision.objects.filter(id=weighty.id).update(facts={"amount": 240_000, "importance": "important"})
    return found


def waiting_count(city: City) -> int:
    return Step.objects.filter(state="active", kind="line_review").count()


def read_decide_next(tab: Page) -> None:
    """Two matters by keys alone, without going back to the list."""
    tab.goto("/desk/decisions/inbox/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("決裁の受信箱")
    stop(tab, "inbox")
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_be_hidden()
    tab.keyboard.press("j")
    tab.keyboard.press("o")
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLES[0])
    stop(tab, "inbox-matter")
    tab.keyboard.press("a")
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLES[1])
    tab.keyboard.press("n")
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLES[2])
    tab.keyboard.press("a")
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLES[3])
    tab.keyboard.press("u")
    expect(tab.get_by_role("heading", level=1)).to_have_text("決裁の受信箱")


def several_by_keys(tab: Page) -> None:
    """Two more are chosen and confirmed once."""
    for _ in range(2):
        tab.keyboard.press("j")
        tab.keyboard.press("x")
    tab.keyboard.press("e")
    expect(tab.get_by_role("heading", level=1)).to_have_text("2件をまとめて処理する")
    stop(tab, "inbox-together")
    tab.keyboard.press("a")
    expect(tab.get_by_text("2件は済みました")).to_be_visible()
    stop(tab, "inbox-done")
    tab.keyboard.press("u")
    expect(tab.get_by_role("heading", level=1)).to_have_text("決裁の受信箱")


def all_on_a_phone(tab: Page) -> None:
    """Without JavaScript: everything that may be is chosen; what must be opened stays."""
    tab.goto("/desk/decisions/inbox/")
    expect(tab.get_by_role("link", name=TITLES[-1])).to_be_visible()
    shot(tab, "inbox-plain")
    tab.get_by_role("link", name="まとめて処理できるものをすべて選ぶ").click()
    tab.get_by_role("button", name="選んだ事案をまとめて処理する").click()
    expect(tab.get_by_role("heading", name="1件をまとめて処理する")).to_be_visible()
    shot(tab, "inbox-together-plain")
    tab.get_by_role("button", name="1件を承認・決定する").click()
    expect(tab.get_by_text("1件は済みました")).to_be_visible()


def test_read_decide_next_and_several_at_once(city: City, window: Window) -> None:
    wait_for_superior(city)
    desk = window(user=city.deputy)
    read_decide_next(desk)
    several_by_keys(desk)
    phone = window(user=city.deputy, width=PHONE)
    phone.goto("/desk/decisions/inbox/")
    expect(phone.get_by_role("link", name=TITLES[-1])).to_be_visible()
    stop(phone, "inbox")
    phone.goto("/desk/")
    expect(phone.get_by_role("link", name="決裁の受信箱").last).to_be_visible()
    expect(phone.get_by_label("担当", exact=True)).to_be_hidden()
    stop(phone, "desk")
    all_on_a_phone(window(user=city.deputy, width=PHONE, javascript=False))
    assert waiting_count(city) == 1


def test_an_absence_and_who_may_act_meanwhile(city: City, window: Window) -> None:
    for width in (PHONE, 1280):
        tab = window(user=city.chief, width=width)
        tab.goto("/desk/")
        tab.goto("/desk/standing-in/")
        expect(tab.get_by_role("heading", level=1)).to_have_text("不在・代理")
        expect(tab.get_by_text("伊藤 由美").first).to_be_visible()
        stop(tab, "standing-in")
    tab.get_by_label("休暇").check()
    tab.get_by_role("button", name="登録する").click()
    expect(tab.get_by_text("不在を登録しました。")).to_be_visible()
    expect(tab.get_by_text("いまは不在として登録されています")).to_be_visible()
    stop(tab, "standing-in-away")


def test_what_a_revision_changed_and_the_sheet_of_paper(city: City, window: Window) -> None:
    at = timezone.now()
    decision = wait_for_superior(city)[0]
    step = decision.steps.get(state="active")
    actions.approve_step(
        decision_id=decision.id, step_id=step.id, actor=Actor(user_id=city.deputy.id), opinion="至急願います。", at=at
    )
    changed = {"body": f"{TITLES[0]}、手数料を改めたうえで実施してよろしいか。", "why": "協議をうけた手数料の訂正"}
    drafter = Actor(user_id=city.officer.id)
    actions.revise_draft(decision_id=decision.id, step_id=None, changes=changed, is_major=True, actor=drafter, at=at)
    for width in (PHONE, 1280):
        tab = window(user=city.officer, width=width)
        tab.goto(f"/desk/decisions/{decision.id}/")
        tab.get_by_role("link", name="改訂を比べる").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("改訂1から改訂2への変更")
        stop(tab, "revision-compare")
        tab.goto(f"/desk/decisions/{decision.id}/history/")
        expect(tab.get_by_text("至急願います。")).to_be_visible()
        stop(tab, "decision-history")
        tab.goto(f"/desk/decisions/{decision.id}/print/")
        expect(tab.get_by_role("heading", level=1)).to_have_text("起案書")
        stop(tab, "decision-print")


def test_drafting_from_a_template_keeps_what_is_typed(city: City, window: Window) -> None:
    tab = window(user=city.officer)
    tab.goto("/desk/decisions/templates/new/")
    tab.get_by_label("定型の名前").fill("証明書の交付")
    tab.get_by_label("件名").fill("納税証明書の交付について")
    tab.get_by_label("起案文").fill("納税証明書を交付してよろしいか。")
    stop(tab, "draft-template-form")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("定型を保存しました。")).to_be_visible()
    stop(tab, "draft-templates")
    tab.get_by_role("link", name="証明書の交付", exact=True).click()
    expect(tab.get_by_label("件名")).to_have_value("納税証明書の交付について")
    tab.get_by_label("件名").fill("納税証明書の窓口での交付について")
    expect(tab.get_by_role("status").filter(has_text="途中保存しました")).to_be_visible()
    stop(tab, "draft-typed")
    tab.goto("/desk/decisions/new/")
    expect(tab.get_by_label("件名")).to_have_value("納税証明書の窓口での交付について")
    tab.get_by_role("button", name="起案して経路を確かめる").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("納税証明書の窓口での交付について")
    for width in (PHONE, 1280):
        found = window(user=city.officer, width=width)
        found.goto("/desk/decisions/?q=交付してよろしいか")
        expect(found.get_by_role("link", name="第1号")).to_be_visible()
        stop(found, "decision-search")
