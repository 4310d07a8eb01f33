"""A corporation opens a service: its agent applies, officers pledge, the city forwards, the office returns."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import WELFARE, City
from tests.journeys.conftest import DESK, PHONE, shot
from tests.journeys.test_main_job import stop
from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.ledger.api import Actor
from tocho.core.notify.models import Message
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.modules.mandates import actions as powers
from tocho.modules.mandates.actions import Agent, Principal, Scope
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
KEYS = ["articles", "business_plan", "floor_plan", "photos", "rules", "complaints", "staff_roster", "service_manager"]
SIGNERS = (
    ("officer", "桜井 和子", "kazuko@mail.example"),
    ("manager", "上野 次郎", "ueno@mail.example"),
)
PLACE = {"postal_code": "194-8520", "prefecture": "東京都", "city": "町田市", "town": "森野", "rest": "2-2-22"}
ANSWERS = {
    "service": "work_b",
    "capacity": 20,
    "starts_on": "2027-04-01",
    "place_name": "さくら作業所",
    "place_address": PLACE,
    "tenure": "owned",
    "company_name": "社会福祉法人さくら会",
    "corporate_number": "8000020130001",
    "applicant_address": PLACE,
    "officer_count": 1,
    "applicant_name": {"family": "桜井", "given": "和子", "family_kana": "サクライ", "given_kana": "カズコ"},
    "applicant_phone": "042-722-3111",
    "applicant_email": "sakura@mail.example",
}


def make_mandate() -> tuple[User, User]:
    """The corporation has given its agent the power to apply."""
    company = make_resident("sakura@mail.example", name="社会福祉法人さくら会")
    agent = make_resident("matsumoto@mail.example", name="松本 一郎")
    today = timezone.localdate()
    row = powers.offer_mandate(
        principal=Principal(str(company), "company", company.email, user_id=company.id),
        agent=Agent(str(agent), agent.email, "scrivener", "12345678"),
        scope=Scope(["shogai-shitei"], today, today + timedelta(days=365)),
        actor=Actor(user_id=company.id),
        at=timezone.now(),
    )
    powers.accept_mandate(mandate_id=row.id, user_id=agent.id, at=timezone.now())
    return company, agent


def begin(tab: Page) -> Application:
    tab.goto("/procedures/shogai-shitei/")
    tab.get_by_role("radio", name=re.compile("さくら会の代理人")).check()
    stop(tab, "parties-start")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    application = Application.objects.get()
    return actions.save_answers(application_id=application.id, answers=ANSWERS, at=timezone.now())


def give_all(tab: Page, folder: Path) -> None:
    """Every document that is asked for, several at once where several are taken."""
    tab.get_by_role("heading", name="提出する書類").wait_for()
    shot(tab, "parties-documents-empty")
    stop(tab, "parties-documents-empty")
    paper = folder / "書類.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF\n")
    for row in KEYS:
        card = tab.locator(f"#document-{row}-applicant")
        card.locator("input[type=file]").set_input_files([paper])
        expect(card.get_by_text("提出済み")).to_be_visible()
    stop(tab, "parties-documents")


def ask_signers(tab: Page) -> None:
    for role, name, email in SIGNERS:
        form = tab.locator("form", has=tab.locator(f"input[value={role}]"))
        tab.locator("details", has=form).locator("summary").click()
        form.get_by_label("氏名").fill(name)
        form.get_by_label("メールアドレス").fill(email)
        form.get_by_role("button", name="メールで依頼する").click()
        expect(tab.get_by_text(f"{name}さんに署名をお願いしました")).to_be_visible()
    stop(tab, "parties-signers")


def link_to(email: str) -> str:
    mail = Message.objects.filter(template="procedures/signing_asked", to_email=email).latest("id")
    return re.search(r"(/sign/\S+)", mail.body).group(1)  # type: ignore[union-attr]


def pledge(window: Window) -> None:
    """An officer without account signs with the mailed code; the manager, signed in, with the account."""
    tab = window(width=PHONE)
    tab.goto(link_to("kazuko@mail.example"))
    stop(tab, "parties-pledge")
    tab.get_by_role("button", name="確認番号を送る").click()
    code = re.search(r"(\d{6})", Message.objects.filter(template="procedures/signing_code").latest("id").subject)
    tab.get_by_label("役職").fill("理事長")
    tab.get_by_label("生年月日").fill("1970-04-01")
    tab.get_by_label("上の内容をすべて読み").check()
    tab.get_by_label("確認番号").fill(code.group(1) if code else "")
    tab.get_by_role("button", name="同意して署名する").click()
    expect(tab.get_by_text("署名しました", exact=True)).to_be_visible()
    manager = window(width=PHONE, user=make_resident("ueno@mail.example", name="上野 次郎"))
    manager.goto(link_to("ueno@mail.example"))
    manager.get_by_label("上の内容をすべて読み").check()
    manager.get_by_role("button", name="同意して署名する").click()
    expect(manager.get_by_text("署名しました", exact=True)).to_be_visible()


def forward(window: Window, case: Application) -> None:
    tab = window(width=DESK, user=User.objects.get(username="machida_inoue"))
    tab.goto("/desk/")
    tab.get_by_role("link", name=re.compile(str(case.receipt_number))).first.click()
    tab.get_by_role("radio", name="支障なし").check()
    stop(tab, "parties-municipality")
    tab.get_by_role("button", name="意見を付けて進達する").click()
    expect(tab.get_by_text("意見を付けて都に送りました")).to_be_visible()


def check_documents(window: Window, case: Application) -> None:
    """The officer accepts one with the keyboard and returns another with a reason."""
    post = make_post(OrgUnit.objects.get(code=WELFARE), "主事")
    tab = window(width=DESK, user=make_officer("nagai", post, "永井 健"))
    tab.goto(f"/desk/cases/{case.id}/")
    stop(tab, "parties-case")
    tab.goto(f"/desk/cases/{case.id}/documents/")
    tab.keyboard.press("j")
    tab.keyboard.press("a")
    expect(tab.locator("#document-articles-applicant").get_by_text("確認済み")).to_be_visible()
    row = tab.locator("#document-floor_plan-applicant")
    row.locator("summary", has_text="返却する").click()
    row.get_by_label("直してほしいこと").fill("部屋の面積が書かれていません。")
    row.get_by_role("button", name="返却に入れる").click()
    stop(tab, "parties-case-documents")
    tab.get_by_role("link", name="1点を返却する").click()
    tab.get_by_role("button", name="返却する").click()
    expect(tab.get_by_text("書類を返却しました")).to_be_visible()


def test_a_corporation_its_agent_its_officers_the_city_and_the_office(
    city: City, window: Window, tmp_path: Path
) -> None:
    call_command("load_partners", verbosity=0)
    company, agent = make_mandate()
    tab = window(width=PHONE, user=agent)
    application = begin(tab)
    tab.goto(f"/applications/{application.public_id}/documents/")
    give_all(tab, tmp_path)
    tab.get_by_role("link", name="内容の確認へ").click()
    ask_signers(tab)
    pledge(window)
    tab.goto(f"/apply/{application.public_id}/review/")
    tab.get_by_role("button", name="申請する").click()
    tab.get_by_text("受付番号をコピー").wait_for()
    actions.mark_fee_collected(application_id=application.id, at=timezone.now())
    application.refresh_from_db()
    assert application.state == "forwarding"
    forward(window, application)
    check_documents(window, application)
    tab.goto(f"/applications/{application.public_id}/")
    stop(tab, "parties-status")
    own = window(width=DESK, user=company)
    own.goto(f"/applications/{application.public_id}/documents/")
    stop(own, "parties-returned")
