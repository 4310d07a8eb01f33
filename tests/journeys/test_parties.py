"""A corporation opens a service: its agent applies, officers pledge, the city forwards, the office decides."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import WELFARE, City
from tests.journeys.conftest import DESK, PHONE, look_again_until, shot
from tests.journeys.test_main_job import shot_only, stop
from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.notify.models import Message
from tocho.core.org.models import OrgUnit, Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.mandates import actions as powers
from tocho.modules.mandates.actions import Agent, Principal, Scope
from tocho.modules.procedures import actions
from tocho.modules.procedures.definitions import read_folder
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import documents_of

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


def people_of_the_office() -> tuple[User, tuple[User, ...]]:
    """The officer of the section, and those who review and decide for it."""
    section = OrgUnit.objects.get(code=WELFARE)
    general = make_unit("R02-1200-01", "総務部", parent=OrgUnit.objects.get(code="R02-1200"))
    affairs = make_unit("R02-1200-01-01", "総務課", parent=general)
    deputy = make_post(section, "課長代理", Rank.DEPUTY_SECTION_CHIEF)
    legal = make_post(affairs, "課長代理", Rank.DEPUTY_SECTION_CHIEF, serves_as="legal_review")
    chief = make_post(section, "課長", Rank.SECTION_CHIEF)
    deciders = (
        make_officer("mori", deputy, "森 みどり"),
        make_officer("hara", legal, "原 直人"),
        make_officer("kubo", chief, "久保 明"),
    )
    return make_officer("nagai", make_post(section, "主事"), "永井 健"), deciders


def check_documents(tab: Page, case: Application) -> None:
    """The officer accepts one with the keyboard and returns another with a reason."""
    tab.goto(f"/desk/cases/{case.id}/")
    stop(tab, "parties-case")
    tab.goto(f"/desk/cases/{case.id}/documents/")
    tab.keyboard.press("j")
    tab.keyboard.press("a")
    expect(tab.locator("#document-articles-applicant").get_by_text("確認済み")).to_be_visible()
    row = tab.locator("#document-floor_plan-applicant")
    row.locator("summary", has_text="返却").click()
    row.get_by_label("直してほしいこと").fill("部屋の面積が書かれていません。")
    row.get_by_role("button", name="返却に入れる").click()
    expect(tab.get_by_role("link", name="1点を返却する")).to_be_visible()
    stop(tab, "parties-case-documents")
    tab.get_by_role("link", name="1点を返却する").click()
    tab.get_by_role("button", name="返却する").click()
    expect(tab.get_by_text("書類を返却しました")).to_be_visible()


def give_again(tab: Page, case: Application, folder: Path) -> None:
    """The agent gives what was returned, and sends it."""
    tab.goto(f"/applications/{case.public_id}/")
    stop(tab, "parties-status")
    tab.goto(f"/applications/{case.public_id}/documents/")
    card = tab.locator("#document-floor_plan-applicant")
    paper = folder / "平面図.pdf"
    paper.write_bytes(b"%PDF-1.7\n% with the areas\n%%EOF\n")
    card.locator("input[type=file]").set_input_files([paper])
    expect(card.get_by_text("第2版")).to_be_visible()
    tab.get_by_role("button", name="出し直した書類を送る").click()
    expect(tab.get_by_text("書類を受け取りました")).to_be_visible()


def accept_all(case: Application, officer: User) -> None:
    """The officer accepts what is left; the page was walked before."""
    brief = documents_of(Application.objects.get(id=case.id), office=True)
    for row in brief.unchecked if brief else ():
        place = {"key": row.key, "party": row.item.party, "seen": row.item.turn}
        actor = Actor(user_id=officer.id)
        actions.judge_document(application_id=case.id, reason=None, actor=actor, at=timezone.now(), **place)


def decide(window: Window, officer: Page, case: Application, deciders: tuple[User, ...]) -> None:
    """The draft says who took part; it goes its way to the decision."""
    officer.goto(f"/desk/cases/{case.id}/draft/")
    for words in ("行政書士 松本 一郎（登録番号 12345678）", "桜井 和子", "町田市の意見"):
        expect(officer.get_by_text(words).first).to_be_visible()
    stop(officer, "parties-draft")
    officer.get_by_role("button", name="起案して回付する").click()
    expect(officer.get_by_text("起案し、回付しました")).to_be_visible()
    link = officer.get_by_role("link", name=re.compile(r"第\d+号")).first.get_attribute("href") or ""
    for person in deciders:
        tab = window(width=DESK, user=person)
        tab.goto(link)
        expect(tab.get_by_text("行政書士 松本 一郎（登録番号 12345678）").first).to_be_visible()
        tab.get_by_role("button", name=re.compile("決定する|承認して")).click()
        expect(tab.get_by_role("status").first).to_be_visible()
    stop(tab, "parties-decided")


def read_notice(tab: Page, case: Application) -> None:
    """The notice is made, signed and sent; the agent opens it."""
    tab.goto(f"/applications/{case.public_id}/")
    look_again_until(tab, "通知を開く")
    tab.get_by_role("link", name="通知を開く").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("指定障害福祉サービス事業者指定通知書")
    stop(tab, "parties-notice")


def test_a_corporation_its_agent_its_officers_the_city_and_the_office(
    city: City, window: Window, tmp_path: Path, worker: None
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
    officer, deciders = people_of_the_office()
    desk = window(width=DESK, user=officer)
    check_documents(desk, application)
    own = window(width=DESK, user=company)
    own.goto(f"/applications/{application.public_id}/documents/")
    stop(own, "parties-returned")
    give_again(tab, application, tmp_path)
    accept_all(application, officer)
    decide(window, desk, application, deciders)
    read_notice(tab, application)


PLAN = {"key": "floor_plan", "title": "事業所の平面図", "via": True}
SURVEY = {"key": "survey", "title": "現地確認の記録", "party": "municipality"}


def share() -> None:
    """The same procedure as two other governments have it: officers sign after the submission, the municipality works
    beside the office and gives a record of its own."""
    source = read_folder(Path(settings.BASE_DIR) / "city/procedures/shogai-shitei")
    facts = source["facts"]
    facts["cosign"] |= {"when": "after", "days": 10, "roles": facts["cosign"]["roles"][:1]}
    facts["via"]["mode"] = "parallel"
    facts["documents"] = [PLAN, SURVEY]
    actions.publish_version(source=source, actor=SYSTEM, at=timezone.now())


def give_plainly(tab: Page, card: str, folder: Path, name: str) -> None:
    """One document by a plain form."""
    paper = folder / name
    paper.write_bytes(b"%PDF-1.7\n%%EOF\n")
    place = tab.locator(card)
    place.locator("input[type=file]").set_input_files([paper])
    place.get_by_role("button", name="アップロードする").click()
    expect(tab.locator(card).get_by_text(name)).to_be_visible()


def apply_plainly(tab: Page, folder: Path) -> Application:
    tab.goto("/procedures/shogai-shitei/")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("どのサービスを始めますか")
    application = Application.objects.get()
    actions.save_answers(application_id=application.id, answers=ANSWERS, at=timezone.now())
    tab.goto(f"/applications/{application.public_id}/documents/")
    give_plainly(tab, "#document-floor_plan-applicant", folder, "平面図.pdf")
    tab.get_by_role("link", name="内容の確認へ").click()
    tab.locator("summary", has_text="署名をお願いする").click()
    tab.get_by_label("氏名").fill("桜井 和子")
    tab.get_by_label("メールアドレス").fill("kazuko@mail.example")
    tab.get_by_role("button", name="この人に決める").click()
    expect(tab.get_by_text("桜井 和子さんを加えました")).to_be_visible()
    shot_only(tab, "parties-named")
    tab.get_by_role("link", name="内容の確認へ").click()
    tab.get_by_role("button", name="申請する").click()
    expect(tab.get_by_text("署名をお待ちしています").first).to_be_visible()
    shot_only(tab, "parties-signing")
    return application


def pledge_plainly(tab: Page) -> None:
    tab.goto(link_to("kazuko@mail.example"))
    tab.get_by_role("button", name="確認番号を送る").click()
    expect(tab.get_by_text("確認番号を送りました")).to_be_visible()
    code = re.search(r"(\d{6})", Message.objects.filter(template="procedures/signing_code").latest("id").subject)
    tab.get_by_label("役職").fill("理事長")
    tab.get_by_label("生年月日").fill("1970-04-01")
    tab.get_by_label("上の内容をすべて読み").check()
    tab.get_by_label("確認番号").fill(code.group(1) if code else "")
    shot_only(tab, "parties-pledge")
    tab.get_by_role("button", name="同意して署名する").click()
    expect(tab.get_by_text("署名しました", exact=True)).to_be_visible()


def test_signed_after_and_shared_without_javascript(city: City, window: Window, tmp_path: Path) -> None:
    call_command("load_partners", verbosity=0)
    share()
    tab = window(width=PHONE, javascript=False)
    application = apply_plainly(tab, tmp_path)
    pledge_plainly(window(width=PHONE, javascript=False))
    actions.mark_fee_collected(application_id=application.id, at=timezone.now())
    clerk = window(width=DESK, javascript=False, user=User.objects.get(username="machida_inoue"))
    clerk.goto(f"/desk/transits/{application.id}/")
    expect(clerk.get_by_text("都と並行")).to_be_visible()
    give_plainly(clerk, "#document-survey-municipality", tmp_path, "現地確認.pdf")
    shot_only(clerk, "parties-shared")
    clerk.get_by_role("radio", name="支障なし").check()
    clerk.get_by_role("button", name="意見を付けて進達する").click()
    expect(clerk.get_by_text("意見を付けて都に送りました")).to_be_visible()
    officer, _deciders = people_of_the_office()
    desk = window(width=DESK, javascript=False, user=officer)
    desk.goto(f"/desk/cases/{application.id}/documents/")
    expect(desk.get_by_text("現地確認.pdf")).to_be_visible()
    for title in ("事業所の平面図", "現地確認の記録"):
        desk.get_by_role("button", name=f"{title}を確認済みにする").click()
        expect(desk.get_by_role("button", name=f"{title}を確認済みにする")).to_have_count(0)
    shot_only(desk, "parties-checked")
    tab.goto(f"/applications/{application.public_id}/documents/")
    expect(tab.get_by_text("事業所の平面図").first).to_be_visible()
    expect(tab.get_by_text("現地確認")).to_have_count(0)
