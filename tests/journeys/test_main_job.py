"""A resident needs a tax certificate: applied on a phone, paid, corrected, decided without paper, verified by anyone."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from tests.journeys.city import City, build_city
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.jobs.testing import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]


@pytest.fixture
def city(transactional_db: None, settings: Any, tmp_path: Path) -> City:
    settings.VAR_DIR = tmp_path
    return build_city()


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


def fill_person(tab: Page) -> None:
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
    stop(tab, "step-person")
    tab.get_by_role("button", name="次へ").click()


def attach_and_review(tab: Page) -> None:
    tab.locator("input[type=file]").set_input_files({"name": "免許証.png", "mimeType": "image/png", "buffer": png()})
    tab.get_by_role("radio", name="メールで届くリンク").check()
    for box in tab.get_by_role("checkbox").all():
        box.check()
    tab.get_by_role("button", name="次へ").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("確かめて")
    stop(tab, "review")


def apply_for_free(tab: Page) -> str:
    """The whole application for a certificate that costs nothing; the address of its status page."""
    find_and_start(tab, "車の税金")
    fill_certificate(tab, purpose="車検用")
    fill_person(tab)
    attach_and_review(tab)
    tab.get_by_role("button", name="申請する").dblclick()
    expect(tab.get_by_text(re.compile(r"\d{4}-\d{7}-\d"))).to_be_visible()
    stop(tab, "status")
    return tab.url


def decide(window: Window, city: City, link: str) -> None:
    for person in (city.deputy, city.reviewer, city.chief):
        tab = window(width=PHONE, user=person)
        tab.goto("/desk/")
        tab.get_by_role("link", name=re.compile("納税証明書")).first.click()
        stop(tab, f"decision-{person.username}")
        assert link in tab.url
        tab.get_by_role("button", name=re.compile("決定する|承認して")).click()
        tab.get_by_role("status").first.wait_for()


def request_correction(tab: Page) -> None:
    tab.get_by_role("link", name="補正を求める").click()
    tab.get_by_label("申請者へのお願い").fill("登録番号をもう一度確かめてください。")
    tab.get_by_role("checkbox", name="登録番号（ナンバー）").check()
    stop(tab, "case-correct")
    tab.get_by_role("button", name="補正を求める").click()
    expect(tab.get_by_text("標準処理期間は止まっています")).to_be_visible()


def test_from_a_phone_to_a_verified_certificate(window: Window, city: City, start_worker: Any) -> None:
    start_worker(TOCHO_VAR=str(city_folder()))
    resident = window(width=PHONE)
    status = apply_for_free(resident)

    officer = window(width=DESK, user=city.officer)
    officer.goto("/desk/")
    stop(officer, "desk")
    officer.get_by_role("link", name=re.compile("納税証明書")).first.click()
    stop(officer, "case")
    case = officer.url
    request_correction(officer)

    resident.goto(status)
    stop(resident, "status-correction")
    resident.get_by_role("link", name="直す").first.click()
    resident.get_by_label("登録番号").fill("品川 300 あ 12-35")
    stop(resident, "correct")
    resident.get_by_role("button", name="補正を送る").click()

    officer.goto(case)
    expect(officer.get_by_text("補正で変更")).to_be_visible()
    officer.get_by_role("link", name=re.compile("起案する")).click()
    stop(officer, "case-draft")
    officer.get_by_role("button", name="起案して回付する").click()
    decision = officer.locator("a[href*='/desk/decisions/']").first.get_attribute("href") or ""
    decide(window, city, decision)
    receive_and_verify(window, resident, status)


def receive_and_verify(window: Window, resident: Page, status: str) -> None:
    def has_notice() -> bool:
        resident.goto(status)
        return resident.get_by_role("link", name="通知を開く").count() > 0

    wait_until(has_notice)
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


def city_folder() -> Path:
    from django.conf import settings

    return Path(settings.VAR_DIR)


def test_another_section_sees_nothing_of_it(window: Window, city: City) -> None:
    apply_for_free(window(width=PHONE))
    stranger = window(user=city.stranger)
    stranger.goto("/desk/")
    expect(stranger.get_by_text("待っている仕事はありません")).to_be_visible()


def test_without_javascript(window: Window, city: City) -> None:
    resident = window(width=PHONE, javascript=False)
    apply_for_free_without_script(resident)
    assert "納税証明書" in mail.outbox[0].subject if mail.outbox else True


def apply_for_free_without_script(tab: Page) -> None:
    tab.goto("/procedures/nozei-shomei/")
    tab.get_by_role("button", name="申請をはじめる").first.click()
    fill_certificate(tab, purpose="車検用")
    tab.locator("[name='applicant_address-postal_code']").fill("163-8001")
    tab.get_by_role("button", name=re.compile("住所")).first.click()
    expect(tab.locator("[name='applicant_address-city']")).to_have_value("新宿区")
