"""A file is closed, held, listed for disposal and destroyed by two people; its tombstone is left."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, address, axe, fits, shot
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import SYSTEM
from tocho.modules.records import actions
from tocho.modules.records.models import Classification, RecordFile

Window = Callable[..., Page]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"records-{name}")


@pytest.fixture
def file(city: City) -> RecordFile:
    """A file that was opened long ago."""
    classification = Classification.objects.create(
        code="E01", title="通知・照会・回答", retention="y1", valid_from=date(2015, 4, 1)
    )
    return actions.open_file(
        unit=TAX,
        classification_id=classification.pk,
        title="照会・回答つづり",
        on=date(2017, 4, 3),
        actor=SYSTEM,
        at=timezone.now(),
    )


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def fill_and_close(tab: Page, file: RecordFile) -> None:
    tab.goto("/desk/records/")
    stop(tab, "files")
    tab.get_by_role("link", name="照会・回答つづり").click()
    tab.get_by_role("link", name="文書を加える").click()
    tab.get_by_label("件名").fill("照会について（回答）")
    tab.get_by_label("文書番号").fill("29主税徴第5号")
    tab.get_by_label("文書の日付").fill("2017-06-01")
    tab.get_by_label("ファイル").set_input_files({"name": "回答.pdf", "mimeType": "application/pdf", "buffer": PDF})
    stop(tab, "add")
    press(tab, "加える")
    expect(tab.get_by_text("文書を加えました。")).to_be_visible()
    tab.get_by_role("link", name="完結する").click()
    tab.get_by_label("完結の日").fill("2018-03-30")
    press(tab, "完結する")
    expect(tab.get_by_text("完結しました。")).to_be_visible()


def hold_and_release(tab: Page) -> None:
    tab.get_by_role("link", name="廃棄を止める").click()
    tab.get_by_label("開示請求").check()
    tab.get_by_label("内容").fill("開示請求第12号")
    press(tab, "廃棄を止める")
    expect(tab.get_by_text("廃棄が止められています")).to_be_visible()
    stop(tab, "held")
    tab.goto("/desk/records/disposals/new/")
    tab.get_by_label("協議の名前").fill("年度末の廃棄協議")
    press(tab, "作る")
    expect(tab.get_by_text("保存期間の満了したファイルはありません。").first).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_two_people_destroy_a_file(window: Window, city: City, file: RecordFile, run_jobs: RunJobs, width: int) -> None:
    tab = window(width=width, user=city.officer)
    fill_and_close(tab, file)
    actions.advance_files(at=timezone.now())
    tab.reload()
    expect(tab.get_by_text("期間満了").first).to_be_visible()
    hold_and_release(tab)
    tab.goto(f"/desk/records/{file.pk}/")
    tab.get_by_role("link", name="停止を解く").click()
    tab.get_by_label("理由").fill("開示した")
    press(tab, "廃棄の停止を解く")
    expect(tab.get_by_text("廃棄の停止を解きました。")).to_be_visible()
    tab.goto("/desk/records/disposals/new/")
    tab.get_by_label("協議の名前").fill("年度末の廃棄協議")
    press(tab, "作る")
    expect(tab.get_by_role("heading", level=1)).to_have_text("年度末の廃棄協議")
    stop(tab, "list")
    press(tab, "協議に出す")
    expect(tab.get_by_text("別の人（課長以上", exact=False)).to_be_visible()
    chief = window(width=width, user=city.chief)
    chief.goto(address(tab))
    press(chief, "同意する")
    chief.get_by_role("dialog").get_by_role("button", name="同意する").click()
    expect(chief.get_by_text("同意しました。")).to_be_visible()
    run_jobs()
    chief.goto(f"/desk/records/{file.pk}/")
    expect(chief.get_by_text("二人の確認を経て廃棄しました。", exact=False)).to_be_visible()
    expect(chief.get_by_text("29主税徴第5号")).to_be_visible()
    expect(chief.get_by_text("照会について（回答）")).to_have_count(0)
    stop(chief, "tombstone")
