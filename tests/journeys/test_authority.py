"""The authority table: changed in Excel or in the browser, tried on the past year, put in force, followed."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import timezone
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.accounts.models import User
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.models import OrgUnit, Post, Rank
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import AuthorityTable, Decision, Step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Window = Callable[..., Page]
LIST = "/desk/decisions/authority/"
WHY = "証明の決定を部長に上げる"


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, name)


def make_draft(city: City, number: int, *, days: int = 0) -> Decision:
    """A certificate as the section drafts it."""
    post = Post.objects.get(unit__code=TAX, title="主事")
    content = {"title": f"納税証明書の交付（{number}）", "body": "交付してよろしいか。", "outcome": "approve"}
    draft = actions.Draft(
        content={**content, "brief": [["通数", "1"]]}, subject=Subject("matter", number), unit=TAX,
        category="certificate", facts={"amount": 400},
    )  # fmt: skip
    return actions.create_draft(
        draft, drafter=Actor(user_id=city.officer.id, post_id=post.id), at=timezone.now() + timedelta(days=days)
    )


def raised(path: Path) -> bytes:
    """The workbook with simple certificates decided by the division chief, the section chief deputising."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    heads = next(row for row in rows if "decider_rank" in row)
    changed = {heads.index("decider_rank"): "5", heads.index("deputies"): "[4]"}
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    for number, row in enumerate(rows):
        for at, value in enumerate(row):
            new = changed.get(at) if "certificate_2" in row else None
            sheet.write_string(number, at, new or (str(int(value)) if isinstance(value, float) else str(value)))
    book.close()
    return out.getvalue()


def fetch(tab: Page, table: AuthorityTable) -> bytes:
    tab.goto(LIST)
    expect(tab.get_by_role("heading", level=1)).to_have_text("事案決定規程の表")
    stop(tab, "authority-list")
    tab.get_by_role("link", name=table.name).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(table.name)
    stop(tab, "authority-table")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Excelで保存").click()
    return raised(download.value.path())


def propose(tab: Page, data: bytes, run_jobs: RunJobs) -> str:
    tab.get_by_label("Excel か CSV のファイル").set_input_files(
        {"name": "別表.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": data}
    )
    return send(tab, run_jobs)


def send(tab: Page, run_jobs: RunJobs) -> str:
    tab.get_by_label("施行日").fill((timezone.localdate() + timedelta(days=1)).isoformat())
    tab.get_by_label("改正の理由").fill(WHY)
    tab.get_by_role("button", name="改正案にして影響を見る").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("事案決定規程の改正案")
    expect(tab.get_by_role("heading", name="過去1年の事案で試した結果")).to_be_visible()
    expect(tab.get_by_text("施行は、ほかの文書担当が決めます。")).to_be_visible()
    expect(tab.get_by_role("progressbar")).to_be_visible()
    run_jobs(only="decisions.try_authority")
    expect(tab.get_by_role("progressbar")).to_have_count(0)
    expect(tab.get_by_text("経路か根拠が変わる事案")).to_be_visible()
    stop(tab, "authority-change")
    return tab.url


def edit(tab: Page, table: AuthorityTable) -> None:
    """One rule changed with the keyboard: a fault is said beside its cell, mended, and the change said in words."""
    tab.goto(f"{LIST}{table.id}/")
    tab.get_by_role("button", name="画面で直す").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("事案決定規程の表の下書き")
    tab.get_by_label("規則2の決定権者").fill("主事")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("row", name="規則2を上へ").get_by_text("課長代理（3）から知事（8）まで")).to_be_visible()
    tab.keyboard.press("Control+s")
    expect(tab.get_by_text("赤い欄を直してください")).to_be_visible()
    tab.get_by_label("規則2の決定権者").fill("部長")
    tab.get_by_label("規則2の代決者").fill("課長")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("規則2の「決定権者」: 課長 → 部長")).to_be_visible()
    expect(tab.get_by_text("もれ、重なり、使われない規則は見つかりませんでした。")).to_be_visible()
    tab.get_by_role("button", name="改正案にする").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("下書きを改正案にする")
    stop(tab, "authority-sheet-send")


def look_through(tab: Page, address: str) -> None:
    tab.goto(address)
    tab.get_by_role("link", name="変わる事案の一覧").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("改正案で変わる事案")
    tab.get_by_label("改正後の決定権者").select_option(label="部長")
    tab.get_by_role("button", name="しぼり込む").click()
    expect(tab.get_by_role("link", name="すべて見る")).to_be_visible()
    expect(tab.get_by_text("課長 → 部長").first).to_be_visible()
    stop(tab, "authority-ways")


def enact(tab: Page, address: str) -> None:
    tab.goto(address)
    expect(tab.get_by_role("heading", name="過去1年の事案で試した結果")).to_be_visible()
    stop(tab, "authority-change")
    tab.get_by_role("button", name="この表の施行を決める").click()
    confirm = tab.get_by_role("dialog").get_by_role("button", name="この表の施行を決める")
    expect(confirm).to_be_visible()
    confirm.click()
    expect(tab.get_by_text("施行を決めました。")).to_be_visible()
    stop(tab, "authority-enacted")


def make_people(city: City) -> tuple[User, Post]:
    """A second person who looks after documents, and the post above the section."""
    general = Post.objects.get(serves_as="legal_review").unit
    second = make_officer("mori", make_post(general, "主任（文書）", serves_as="legal_review"), "森 花子")
    head = make_post(OrgUnit.objects.get(code="R02-0600-05"), "徴収部長", Rank.DIVISION_CHIEF)
    make_officer("oda", head, "織田 進")
    return second, head


def test_changed_in_excel_put_in_force_and_followed(city: City, window: Window, run_jobs: RunJobs) -> None:
    second, head = make_people(city)
    drafts = [make_draft(city, number) for number in range(3)]
    assert not Step.objects.filter(post=head).exists()
    keeper = window(user=city.reviewer)
    address = propose(keeper, fetch(keeper, AuthorityTable.objects.get()), run_jobs)
    look_through(keeper, address)
    phone = window(user=second, width=PHONE)
    look_through(phone, address)
    enact(phone, address)
    followed = make_draft(city, 9, days=2)
    assert followed.steps.get(kind="decide").post == head
    assert {draft.authority_id for draft in drafts} != {followed.authority_id}
    tab = window(user=city.officer)
    tab.goto(f"/desk/decisions/{followed.id}/")
    expect(tab.get_by_text("徴収部長").first).to_be_visible()
    stop(tab, "authority-followed")


def test_changed_in_the_browser_put_in_force_and_followed(city: City, window: Window, run_jobs: RunJobs) -> None:
    second, head = make_people(city)
    make_draft(city, 1)
    keeper = window(user=city.reviewer)
    edit(keeper, AuthorityTable.objects.get())
    address = send(keeper, run_jobs)
    enact(window(user=second, width=PHONE), address)
    assert make_draft(city, 9, days=2).steps.get(kind="decide").post == head


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_edited_without_javascript(city: City, window: Window, width: int) -> None:
    tab = window(user=city.reviewer, width=width, javascript=False)
    tab.goto(f"{LIST}{AuthorityTable.objects.get().id}/")
    tab.get_by_role("button", name="画面で直す").click()
    tab.get_by_label("規則2の決定権者").fill("局長")
    tab.get_by_role("button", name="規則2を複製").click()
    expect(tab.get_by_label("規則3の決定権者")).to_have_value("局長")
    tab.get_by_role("button", name="規則2を削除").click()
    expect(tab.get_by_label("規則2の決定権者")).to_have_value("局長")
    tab.get_by_role("button", name="元に戻す").click()
    expect(tab.get_by_label("規則3の決定権者")).to_have_value("局長")
    tab.get_by_label("規則2の審査").fill("文書審さ")
    tab.get_by_role("button", name="保存する").click()
    expect(tab.get_by_text("「文書審さ」という職務か組織が")).to_be_visible()
    seen = window(user=city.reviewer, width=width)
    seen.goto(tab.url)
    expect(seen.get_by_text("「文書審さ」という職務か組織が")).to_be_visible()
    stop(seen, "authority-sheet")
    tab.get_by_role("button", name="改正案にする").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("下書きを改正案にする")
