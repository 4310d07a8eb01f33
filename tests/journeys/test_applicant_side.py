"""The applicant's side: ask the office, be answered, read it — on a phone, and without scripts."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, address, sign_in
from tests.journeys.test_main_job import attach_and_review, fill_certificate, fill_person, shot_only, stop
from tocho.core.org.tests.factories import make_user
from tocho.modules.consultations.tests.factories import book, make_slot, make_theme
from tocho.modules.messages.models import Phrase
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
Look = Callable[[Page, str], None]


def submit(tab: Page, look: Look) -> Application:
    tab.goto("/procedures/nozei-shomei/")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    fill_certificate(tab, purpose="車検")
    fill_person(tab, look)
    attach_and_review(tab, look)
    tab.get_by_role("button", name="申請する").click()
    expect(tab.get_by_text("申請を受け付けました").first).to_be_visible()
    return Application.objects.latest("id")


def ask(tab: Page, words: str) -> None:
    tab.get_by_text("担当に質問する").click()
    tab.get_by_label("メッセージを書く").fill(words)
    tab.get_by_role("button", name="送る").click()
    expect(tab.get_by_text(words)).to_be_visible()


def answer(tab: Page, case: Application, look: Look) -> None:
    tab.goto("/desk/")
    look(tab, "desk-question")
    tab.get_by_role("link", name="質問：").first.click()
    tab.get_by_label("メッセージを書く").fill("山田様")
    tab.get_by_text("定型文を入れる").click()
    tab.get_by_role("button", name="お礼").click()
    expect(tab.get_by_label("メッセージを書く")).to_have_value("山田様\n\nご連絡ありがとうございます。")
    look(tab, "messages-desk")
    tab.get_by_role("button", name="送る").click()
    expect(tab.get_by_text("申請者に送りました")).to_be_visible()
    tab.goto(f"/desk/cases/{case.id}/")
    look(tab, "case-messages")


@pytest.mark.parametrize(("width", "javascript"), [(PHONE, True), (DESK, False)], ids=["phone", "no-script"])
def test_an_applicant_asks_and_is_answered(window: Window, city: City, width: int, javascript: bool) -> None:
    Phrase.objects.create(unit=TAX, title="お礼", text="ご連絡ありがとうございます。")
    look = stop if javascript else shot_only
    resident = make_user("hanako", "山田 花子", kind="resident")
    tab = window(width=width, javascript=javascript, user=resident)
    case = submit(tab, look)
    ask(tab, "土曜日に受け取れますか。")
    look(tab, "status-asked")
    answer(window(width=DESK if javascript else PHONE, javascript=javascript, user=city.officer), case, look)
    tab.reload()
    expect(tab.get_by_text("ご連絡ありがとうございます。")).to_be_visible()
    look(tab, "status-answered")


def test_my_page_gathers_everything(window: Window, city: City) -> None:
    resident = make_user("hanako", "山田 花子", kind="resident")
    guest = window(width=PHONE)
    case = submit(guest, shot_only)
    link = address(guest)
    guest.get_by_role("link", name="控えを印刷する").click()
    stop(guest, "print-copy")
    sign_in(guest.context, resident, link.split("/applications")[0])
    guest.goto(f"/applications/open/{access_token(case)}/")  # the mailed link, opened while signed in
    stop(guest, "claim")
    guest.get_by_role("button", name="アカウントに入れる").click()
    expect(guest.get_by_text("アカウントに入れました")).to_be_visible()
    guest.goto("/procedures/koza-uketsuke/")
    guest.get_by_role("button", name="申請をはじめる").first.click()
    expect(guest.get_by_role("button", name="次へ")).to_be_visible()
    guest.goto("/my/")
    stop(guest, "my-page")
    guest.get_by_role("link", name="削除").click()
    stop(guest, "draft-discard")
    guest.get_by_role("button", name="削除する").click()
    expect(guest.get_by_text("下書きを削除しました")).to_be_visible()
    wide = window(width=DESK, user=resident)
    wide.goto("/my/")
    stop(wide, "my-page")
    wide.goto(link)
    stop(wide, "status")
    wide.goto(f"{link}print/")
    stop(wide, "print-copy")
    desk = window(width=DESK, user=city.officer)
    desk.goto(f"/desk/cases/{case.id}/")
    desk.get_by_role("link", name="保存期間").click()
    stop(desk, "retention")
    book(make_theme(), make_slot(at=timezone.now()), user=resident, at=timezone.now())
    for tab in (guest, wide):
        tab.goto("/my/data/")
        expect(tab.get_by_text("都税の相談")).to_be_visible()
        expect(tab.get_by_text("徴収課").first).to_be_visible()
        stop(tab, "my-data")
        tab.get_by_role("link", name="アカウントを削除する").click()
        stop(tab, "account-close")


WAYS = pytest.mark.parametrize(("width", "javascript"), [(PHONE, True), (DESK, False)], ids=["phone", "no-script"])


@WAYS
def test_registered_once_filled_in_asked_answered_and_printed(
    window: Window, city: City, settings: Settings, width: int, javascript: bool
) -> None:
    settings.DEMO = True
    look = stop if javascript else shot_only
    tab = window(width=width, javascript=javascript, user=make_user("hanako", "山田 花子", kind="resident"))
    tab.goto("/my/")
    tab.get_by_role("link", name="登録情報").click()
    tab.get_by_role("button", name=re.compile("住民の台帳")).click()
    expect(tab.get_by_text("山田 花子（ヤマダ ハナコ）")).to_be_visible()
    look(tab, "own-data")
    tab.get_by_role("link", name="直す").first.click()
    tab.locator("[name='phone']").fill("03-5321-1111")
    look(tab, "own-data-edit")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("03-5321-1111")).to_be_visible()
    tab.goto("/procedures/nozei-shomei/")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    fill_certificate(tab, purpose="車検")
    expect(tab.locator("[name='applicant_name-family']")).to_have_value("山田")
    expect(tab.locator("[name='applicant_phone']")).to_have_value("03-5321-1111")
    expect(tab.get_by_text("住民台帳（見本）から入れてあります").first).to_be_visible()
    look(tab, "prefilled")
    keep_what_is_new(tab, look)
    case = Application.objects.latest("id")
    ask(tab, "いつ届きますか。")
    Phrase.objects.create(unit=TAX, title="お礼", text="ご連絡ありがとうございます。")
    answer(window(width=DESK, javascript=javascript, user=city.officer), case, look)
    tab.goto("/my/")
    expect(tab.get_by_text("新しいメッセージ")).to_be_visible()
    look(tab, "my-page-asked")
    tab.get_by_role("link", name="読む").click()
    expect(tab.get_by_text("ご連絡ありがとうございます。")).to_be_visible()
    tab.get_by_role("link", name="控えを印刷する").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("申請書（控え）")
    look(tab, "print-copy")


def keep_what_is_new(tab: Page, look: Look) -> None:
    """Type the one value that was not registered, and have it kept; the application is sent."""
    tab.locator("[name='applicant_email']").fill("hanako@mail.example")
    tab.get_by_role("button", name="次へ").click()
    attach_and_review(tab, shot_only)
    tab.get_by_role("checkbox", name=re.compile("メールアドレスを登録情報に保存")).check()
    look(tab, "review-keep")
    tab.get_by_role("button", name="申請する").click()
    expect(tab.get_by_text("申請を受け付けました").first).to_be_visible()
    status = address(tab)
    tab.goto("/my/details/")
    expect(tab.get_by_text("hanako@mail.example")).to_be_visible()
    tab.goto(status)
