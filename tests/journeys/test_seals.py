"""Two bureaus answer the seal survey, each in its own way, and certify; a rule is amended and its seals fall."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import CULTURE, TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.ledger.api import SYSTEM
from tocho.core.org.models import Post
from tocho.lib.csvfile import excel_file
from tocho.modules.seals import actions
from tocho.modules.seals.tests.factories import HEAD, line

Window = Callable[..., Page]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def survey(city: City) -> None:
    Post.objects.filter(appointments__user=city.planner).update(serves_as="reform")
    actions.open_survey(
        number=1,
        title="第一次 押印実態調査",
        as_of=date(2020, 10, 31),
        closes_on=date(2020, 11, 6),
        actor=SYSTEM,
        at=timezone.now(),
    )


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"seals-{name}")


def answer_by_file(tab: Page) -> None:
    rows = [
        line("休暇の申請", 担当部署コード=TAX, 根拠="規則", 根拠の条項="休暇に関する規則第3条", 区分="廃止予定"),
        line("課内の供覧", 担当部署コード=TAX, 根拠="慣行", 根拠の条項="", 区分="廃止予定"),
    ]
    tab.goto("/desk/seals/")
    stop(tab, "empty")
    tab.get_by_role("link", name="ファイルを取り込む").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("回答の取込")
    content = excel_file(HEAD, rows).read()
    tab.get_by_label("ファイル").set_input_files({"name": "回答.xlsx", "mimeType": EXCEL, "buffer": content})
    stop(tab, "upload")
    tab.get_by_role("button", name="内容を確かめる").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("取り込む内容")
    stop(tab, "preview")
    tab.get_by_role("button", name="この内容で取り込む").click()
    expect(tab.get_by_text("新しい事務2件")).to_be_visible()
    expect(tab.get_by_role("row", name="課内の供覧")).to_contain_text("廃止済")
    stop(tab, "list")


def answer_by_form(tab: Page) -> None:
    tab.goto("/desk/seals/new/")
    tab.get_by_label("担当部署").select_option(CULTURE)
    tab.get_by_label("事務名").fill("感謝状の贈呈")
    tab.get_by_label("書類", exact=False).first.fill("感謝状")
    for label in ("対外へ", "公印", "慣行"):
        tab.get_by_label(label, exact=True).check()
    tab.get_by_label("区分").select_option("certificate")
    stop(tab, "form")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("感謝状の贈呈")
    stop(tab, "one")


def certify(tab: Page, name: str) -> None:
    tab.goto("/desk/seals/returns/")
    stop(tab, f"returns-{name}")
    tab.get_by_role("button", name="この回答を認証する").click()
    tab.get_by_role("dialog").get_by_role("button", name="この回答を認証する").click()
    expect(tab.get_by_text("局の回答を認証しました。")).to_be_visible()


def amend(tab: Page) -> None:
    """A rule is entered, the seal planned with it, the amendment recorded; the seal falls."""
    tab.goto("/desk/seals/rules/new/")
    tab.get_by_label("規定番号").fill("JINJI-001")
    tab.get_by_label("規定の名前").fill("休暇に関する規則")
    tab.get_by_label("規則", exact=True).check()
    tab.get_by_label("人事", exact=True).check()
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("休暇に関する規則")
    tab.goto("/desk/seals/?q=休暇")
    tab.get_by_role("checkbox").first.check()
    tab.get_by_role("button", name="改正の予定を入れる").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("改正予定にする")
    tab.get_by_label("改正する規定").select_option(index=1)
    tab.get_by_label("改正の予定日").fill("2020-12-28")
    tab.get_by_label("理由").fill("規則改正の方針による")
    stop(tab, "plan")
    tab.get_by_role("button", name="改正予定にする").click()
    expect(tab.get_by_text("1件を改正予定にしました。")).to_be_visible()
    tab.get_by_role("link", name="休暇に関する規則").click()
    tab.get_by_role("link", name="改正を記録する").click()
    tab.get_by_label("改正した規則などの番号").fill("東京都規則第100号")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("改正を記録しました。")).to_be_visible()
    stop(tab, "rule")
    tab.get_by_role("button", name="押印をやめる").click()
    tab.get_by_role("dialog").get_by_role("button", name="押印をやめる").click()
    expect(tab.get_by_text("1件の押印を廃止しました。")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_two_bureaus_answer_and_certify(window: Window, city: City, survey: None, width: int) -> None:
    tax = window(width=width, user=city.officer)
    answer_by_file(tax)
    certify(window(width=width, user=city.chief), "tax")
    culture = window(width=width, user=city.stranger)
    answer_by_form(culture)
    certify(culture, "culture")
    lead = window(width=width, user=city.planner)
    lead.goto("/desk/seals/returns/")
    expect(lead.get_by_text("認証済")).to_have_count(2)
    amend(lead)
    resident = window(width=width)
    resident.goto("/seals/")
    expect(resident.get_by_role("heading", level=1)).to_have_text(
        "押印を要する3の事務のうち2で押印をやめ、0でこれからやめます"
    )
    stop(resident, "progress")
