"""A resident needs a tax certificate: applied on a phone, paid, decided without paper, verified by anyone."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PATIENCE, PHONE, address, axe, count, fits, look_again_until, settled, shot
from tocho.core.jobs.testing import wait_until
from tocho.modules.payments.tests.payer import Double

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
Look = Callable[[Page, str], None]
FIGURES = ("procedures.applications", "decisions.electronic_rate", "procedures.processing_days")


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\x00" + b"\xff" * 180 for _ in range(40)))
    head = struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def stop(tab: Page, name: str) -> None:
    """What every stop of a journey must be: sound for axe, no wider than the screen, worth a picture."""
    axe(tab)
    assert fits(tab), name
    shot(tab, name)


def shot_only(tab: Page, name: str) -> None:
    """A picture of a page without scripts; axe is a script."""
    shot(tab, f"{name}-no-script")


def find_and_start(tab: Page, words: str) -> None:
    tab.goto("/")
    stop(tab, "front")
    tab.get_by_role("searchbox").fill(words)
    tab.get_by_role("button", name="さがす").click()
    stop(tab, "search")
    tab.get_by_role("link", name="納税証明書の交付").first.click()
    stop(tab, "procedure")
    tab.get_by_role("button", name="申請をはじめる").first.click()


def fill_certificate(tab: Page, *, purpose: str) -> None:
    tab.get_by_role("radio", name="自動車税").check()
    tab.get_by_role("radio", name=re.compile("^令和8年度")).check()
    tab.get_by_role("radio", name=re.compile("^個人")).check()
    tab.get_by_role("button", name="次へ").click()
    tab.get_by_label("登録番号").fill("品川３００あ１２－３４")
    tab.get_by_role("radio", name=purpose).check()
    tab.get_by_label("通数").fill("１")
    tab.get_by_role("button", name="次へ").click()


def fill_person(tab: Page, look: Look = stop) -> None:
    values = {
        "applicant_name-family": "山田",
        "applicant_name-given": "花子",
        "applicant_name-family_kana": "やまだ",
        "applicant_name-given_kana": "はなこ",
        "applicant_birthday": "平成2年4月1日",
        "applicant_address-postal_code": "１６３－８００１",
        "applicant_phone": "０３（５３２１）１１１１",
        "applicant_email": "hanako@mail.example",
    }
    for name, value in values.items():
        tab.locator(f"[name='{name}']").fill(value)
    tab.get_by_role("button", name=re.compile("住所")).first.click()
    expect(tab.locator("[name='applicant_address-city']")).to_have_value("新宿区")
    tab.locator("[name='applicant_address-rest']").fill("２－８－１")
    look(tab, "step-person")
    tab.get_by_role("button", name="次へ").click()


def attach_and_review(tab: Page, look: Look = stop) -> None:
    tab.locator("input[type=file]").set_input_files({"name": "免許証.png", "mimeType": "image/png", "buffer": png()})
    for number in range(count(tab.get_by_role("checkbox"))):
        tab.get_by_role("checkbox").nth(number).check()
    tab.get_by_role("button", name="次へ").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("確かめて")
    look(tab, "review")


def apply_for(tab: Page, *, purpose: str) -> str:
    """The whole application on a phone, sent with a double click; the address of its status page."""
    find_and_start(tab, "車の税金")
    fill_certificate(tab, purpose=purpose)
    fill_person(tab)
    attach_and_review(tab)
    tab.get_by_role("button", name="申請する").dblclick()
    expect(tab.get_by_text(re.compile(r"\d{4}-\d{7}-\d"))).to_be_visible()
    stop(tab, "status")
    return address(tab)


def pay_by_card(tab: Page, status: str) -> None:
    tab.get_by_role("link", name="支払う").click()
    tab.get_by_role("radio", name=re.compile("カード")).check()
    stop(tab, "pay-choose")
    tab.get_by_role("button", name="支払いへ進む").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("カードで支払う")
    tab.get_by_role("button", name="400円を支払う").click()
    expect(tab.get_by_text("お支払いが終わりました")).to_be_visible(timeout=PATIENCE)
    stop(tab, "pay-done")
    tab.get_by_role("link", name="手続にもどる").first.click()
    expect(tab).to_have_url(status)
    expect(tab.get_by_text("手数料の納付を確認しました")).to_be_visible()
    expect(tab.get_by_role("link", name="支払う")).to_have_count(0)
    stop(tab, "status-paid")
    tab.get_by_role("link", name="領収書を見る").click()
    expect(tab.get_by_text("400円").first).to_be_visible()
    stop(tab, "receipt")


def review_on_a_phone(window: Window, city: City, link: str) -> None:
    for person in (city.deputy, city.reviewer):
        tab = window(width=PHONE, user=person)
        tab.goto("/desk/")
        tab.get_by_role("link", name=re.compile("納税証明書")).first.click()
        axe(tab)
        assert fits(tab)
        shot(tab, f"decision-{person.username}", whole=False)
        expect(tab).to_have_url(re.compile(re.escape(link)))
        tab.get_by_role("button", name=re.compile("決定する|承認して")).click()
        settled(tab).get_by_role("status").first.wait_for()


def decide_by_keyboard(window: Window, city: City, link: str) -> None:
    tab = window(width=DESK, user=city.chief)
    tab.goto(link)
    stop(tab, "decision-sato")
    expect(tab.get_by_role("link", name=re.compile("別紙.*納税証明書（案）を見る"))).to_be_visible()
    tab.keyboard.press("r")
    expect(tab.get_by_role("heading", level=1)).to_have_text("差し戻す")
    tab.go_back()
    tab.keyboard.press("a")
    expect(tab.get_by_text("決定しました")).to_be_visible()


def request_correction(tab: Page) -> None:
    tab.get_by_role("link", name="補正を求める").click()
    tab.get_by_label("申請者へのお願い").fill("登録番号をもう一度確かめてください。")
    tab.get_by_role("checkbox", name="登録番号（ナンバー）").check()
    stop(tab, "case-correct")
    tab.get_by_role("button", name="補正を求める").click()
    expect(tab.get_by_text("標準処理期間は止まっています")).to_be_visible()


def correct_as_asked(tab: Page, status: str) -> None:
    tab.goto(status)
    stop(tab, "status-correction")
    tab.get_by_role("link", name="直す").first.click()
    tab.get_by_label("登録番号").fill("品川 300 あ 12-35")
    stop(tab, "correct")
    tab.get_by_role("button", name="補正を送る").click()
    expect(tab.get_by_text("補正を受け取りました").first).to_be_visible()


def draft(tab: Page, case: str) -> str:
    """The officer drafts the decision; its address."""
    tab.goto(case)
    expect(tab.get_by_text("補正で変更")).to_be_visible()
    tab.get_by_role("link", name=re.compile("起案する")).click()
    expect(tab.get_by_role("link", name=re.compile("納税証明書（案）"))).to_be_visible()
    stop(tab, "case-draft")
    tab.get_by_role("button", name="起案して回付する").click()
    return settled(tab).get_by_role("link", name=re.compile(r"第\d+号")).first.get_attribute("href") or ""


def figure(tab: Page, key: str) -> str:
    """The first sentence of a public figure."""
    tab.goto(f"/figures/{key}/")
    return settled(tab).get_by_role("heading", level=1).inner_text()


def test_from_a_phone_to_a_verified_certificate_and_a_moved_figure(
    window: Window, city: City, double: Double, worker: None
) -> None:
    anyone = window(width=DESK)
    before = [figure(anyone, key) for key in FIGURES]
    resident = window(width=PHONE)
    status = apply_for(resident, purpose="一般用")
    pay_by_card(resident, status)

    stranger = window(user=city.stranger)
    stranger.goto("/desk/")
    expect(stranger.get_by_text("待っている仕事はありません")).to_be_visible()
    officer = window(width=DESK, user=city.officer)
    officer.goto("/desk/")
    stop(officer, "desk")
    officer.get_by_role("link", name=re.compile("納税証明書")).first.click()
    stop(officer, "case")
    case = address(officer)
    request_correction(officer)
    correct_as_asked(resident, status)
    decision = draft(officer, case)
    review_on_a_phone(window, city, decision)
    decide_by_keyboard(window, city, decision)
    receive_and_verify(window, resident, status)

    wait_until(lambda: all(figure(anyone, key) != old for key, old in zip(FIGURES, before, strict=True)), seconds=60)
    stop(anyone, "figure")


def receive_and_verify(window: Window, resident: Page, status: str) -> None:
    resident.goto(status)
    look_again_until(resident, "通知を開く")
    stop(resident, "status-done")
    resident.get_by_role("link", name="通知を開く").click()
    stop(resident, "notice")
    with resident.expect_download() as download:
        resident.get_by_role("link", name=re.compile("PDF|開く|ダウンロード")).first.click()
    signed = Path(download.value.path()).read_bytes()
    anyone = window(width=PHONE)
    anyone.goto("/verify/")
    stop(anyone, "verify")
    anyone.locator("input[type=file]").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": signed}
    )
    anyone.get_by_role("button", name=re.compile("確かめる|調べる")).last.click()
    stop(anyone, "verify-valid")
    expect(anyone.get_by_text("本物").first).to_be_visible()


def test_without_javascript(window: Window, city: City) -> None:
    tab = window(width=PHONE, javascript=False)
    tab.goto("/procedures/nozei-shomei/")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    fill_certificate(tab, purpose="車検用")
    fill_person(tab, look=shot_only)
    attach_and_review(tab, look=shot_only)
    tab.get_by_role("button", name="申請する").click()
    expect(tab.get_by_text(re.compile(r"\d{4}-\d{7}-\d"))).to_be_visible()
    shot(tab, "status-no-script")
