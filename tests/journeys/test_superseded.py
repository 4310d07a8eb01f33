"""Somebody holds an old notice: by code and by file the public check names it as replaced and leads to the new one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.files import api as files
from tocho.core.jobs.testing import wait_until
from tocho.core.ledger.api import Actor
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import new_notice

Window = Callable[..., Page]
SIZES = pytest.mark.parametrize("width", [PHONE, DESK])


def stop(tab: Page, name: str, width: int) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"superseded-{name}-{width}")


def sealed(**changes: Any) -> Notice:
    """A notice that the worker has sealed: pyHanko and Playwright do not share a thread."""
    notice = new_notice(unit=TAX, at=timezone.now(), **changes)
    wait_until(lambda: Notice.objects.filter(id=notice.id, state="released").exists())
    notice.refresh_from_db()
    return notice


@pytest.fixture
def old(worker: None) -> Notice:
    return sealed()


@pytest.fixture
def new(old: Notice) -> Notice:
    return sealed(supersedes_id=old.id)


def saved(notice: Notice, folder: Path) -> Path:
    path = folder / f"{notice.code}.pdf"
    with files.open_file(notice.file_id) as stream:  # type: ignore[arg-type]
        path.write_bytes(stream.read())
    return path


def check_file(tab: Page, path: Path) -> None:
    tab.goto("/verify/")
    tab.get_by_label("PDFファイル").set_input_files(path)
    tab.get_by_role("button", name="ファイルで確かめる").click()
    expect(tab.get_by_role("heading", name="文書の確認", level=1)).to_be_visible()


@SIZES
def test_by_code_the_old_one_leads_to_the_new_one(window: Window, old: Notice, new: Notice, width: int) -> None:
    tab = window(width=width)
    tab.goto("/verify/")
    tab.get_by_label("確認番号").fill(old.code)
    tab.get_by_role("button", name="番号で確かめる").click()
    expect(tab.get_by_text("新しい文書に替わっています")).to_be_visible()
    stop(tab, "code", width)
    tab.get_by_role("link", name="新しい文書を確かめる").click()
    expect(tab.get_by_text("有効な文書です")).to_be_visible()
    expect(tab.get_by_text(new.code)).to_be_visible()
    stop(tab, "new", width)


@SIZES
def test_by_file_too_and_a_revoked_one_is_told(
    window: Window, city: City, old: Notice, new: Notice, tmp_path: Path, width: int
) -> None:
    former, present = saved(old, tmp_path), saved(new, tmp_path)
    tab = window(width=width)
    check_file(tab, former)
    expect(tab.get_by_text("新しい文書に替わっています")).to_be_visible()
    stop(tab, "file", width)
    check_file(tab, present)
    expect(tab.get_by_text("有効な文書です")).to_be_visible()
    actions.revoke_notice(notice_id=new.id, reason="誤り", actor=Actor(city.officer.id), at=timezone.now())
    check_file(tab, present)
    expect(tab.get_by_text("取り消されています")).to_be_visible()
    stop(tab, "revoked", width)


def test_the_recipient_is_led_to_the_new_one(window: Window, old: Notice, new: Notice) -> None:
    tab = window(width=PHONE, javascript=False)
    tab.goto(f"/notices/{old.token}/")
    expect(tab.get_by_text("この文書は訂正されました")).to_be_visible()
    tab.get_by_role("link", name="新しい文書を開く").click()
    expect(tab.get_by_role("link", name="PDFをダウンロードする")).to_be_visible()
    expect(tab).to_have_url(re.compile(f"/notices/{re.escape(new.token)}/"))
