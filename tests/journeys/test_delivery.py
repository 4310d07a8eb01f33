"""By post or electronically as the applicant wishes; a failed row of a list put right and made once; a disposition
taken back by a decision, and its recipient told by a letter."""

import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, look_again_until, settled, shot
from tests.journeys.test_bookings import ask_for_room, go_on
from tests.journeys.test_decisions import approve
from tests.journeys.test_notices import GOOD, choose, write
from tocho.core.accounts.models import User
from tocho.core.jobs.testing import wait_until
from tocho.modules.decisions.models import Decision
from tocho.modules.notices.models import Notice, NoticeBatch
from tocho.modules.notices.tests.factories import decided, new_notice

Window = Callable[..., Page]
UNDRAWABLE = "𓀀"  # no font has it


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"delivery-{name}")


def press(tab: Page, name: str, *, sure: bool = False) -> None:
    settled(tab).get_by_role("button", name=name, exact=True).click()
    if sure:
        tab.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def test_by_post_as_it_is_wished_and_then_electronically(window: Window, city: City, worker: None) -> None:
    resident = window(width=PHONE, user=User.objects.create(username="hanako", email="hanako@mail.example"))
    resident.goto("/my/delivery/")
    resident.get_by_role("radio", name=re.compile("郵送")).check()
    stop(resident, "account")
    press(resident, "保存する")
    expect(resident.get_by_text("次の申請から、この受け取り方になります。")).to_be_visible()
    ask_for_room(resident)
    expect(resident.get_by_role("radio", name=re.compile("郵送"))).to_be_checked()
    stop(resident, "last-page")
    go_on(resident, "申請する")
    wait_until(lambda: Notice.objects.filter(state="sealed").exists())
    settled(resident).reload()
    expect(resident.get_by_text("郵送でお届けします")).to_be_visible()
    expect(resident.get_by_role("link", name="通知を開く")).to_have_count(0)
    stop(resident, "status")
    clerk = window(width=DESK, user=city.stranger)
    clerk.goto("/desk/notices/post/")
    expect(clerk.get_by_role("checkbox")).to_have_count(1)
    stop(clerk, "to-post")
    ask_for_room(resident, slot=4)
    resident.get_by_role("radio", name=re.compile("電子")).check()
    go_on(resident, "申請する")
    look_again_until(resident, "通知を開く")
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["released", "sealed"]


def out() -> int:
    """How many notices of lists are on their way."""
    return Notice.objects.filter(kind="batch", state__in=["sealed", "released"]).count()


def begun_list(window: Window, city: City, text: str) -> tuple[Page, Page]:
    """A list that the keeper of the seal has let go: the tabs of the office and of the keeper on its page."""
    clerk, keeper = window(width=DESK, user=city.officer), window(width=DESK, user=city.reviewer)
    write(clerk)
    choose(clerk, text, encoding="utf-8-sig")
    press(clerk, "公印審査に回す")
    expect(clerk.get_by_text("公印審査を待っています")).to_be_visible()
    keeper.goto(clerk.url)
    press(keeper, "審査を終えて、全員に通知する", sure=True)
    return clerk, keeper


def test_a_failed_row_is_put_right_and_nobody_gets_two(window: Window, city: City, worker: None) -> None:
    clerk, keeper = begun_list(window, city, GOOD.replace("田中 一郎", UNDRAWABLE))
    batch = NoticeBatch.objects.get()
    wait_until(lambda: NoticeBatch.objects.filter(state="done").exists())
    assert out() == 2
    settled(clerk).reload()
    expect(clerk.get_by_text("作成できない", exact=True).first).to_be_visible()
    stop(clerk, "row-failed")
    clerk.get_by_role("link", name="直す", exact=True).click()
    stop(clerk, "row")
    clerk.get_by_label("宛名").fill("田中 一郎")
    press(clerk, "直す")
    expect(clerk.get_by_text("1行を直しました。")).to_be_visible()
    settled(keeper).reload()
    stop(keeper, "row-to-review")
    press(keeper, "直した行を審査して、通知する", sure=True)
    wait_until(lambda: batch.rows.filter(state="made").count() == 3)
    assert (out(), Notice.objects.filter(kind="batch").count()) == (3, 3)
    settled(keeper).reload()
    stop(keeper, "row-made")


def draft_cancellation(tab: Page, notice: Notice) -> Decision:
    """処分の取消しを起案する, from the page of the notice, and circulate it."""
    tab.goto(f"/desk/notices/{notice.id}/")
    tab.get_by_role("link", name="処分の取消しを起案する").click()
    tab.get_by_label("事案の種類").select_option(label="証明")
    tab.get_by_label("件名").fill("納税証明書の交付の取消しについて")
    tab.get_by_label("起案文").fill("交付を取り消してよろしいか。")
    tab.get_by_label("取り消す・変更する理由").fill("申請の内容が事実と異なっていたため。")
    stop(tab, "cancel-draft")
    press(tab, "起案して経路を確かめる")
    expect(tab.get_by_text("まだ回付していません")).to_be_visible()
    tab.get_by_role("link", name="回付する").click()
    press(tab, "回付する")
    expect(tab.get_by_text("回付しました。")).to_be_visible()
    return Decision.objects.get(relates_to=notice.decision_id)


def test_a_disposition_is_taken_back_by_a_decision_and_a_letter(window: Window, city: City, worker: None) -> None:
    decided(70, unit=TAX, people=(city.officer, city.chief))
    given = new_notice(unit=TAX, decision_id=70, at=timezone.now())
    wait_until(lambda: Notice.objects.filter(id=given.id, state="released").exists())
    clerk = window(width=DESK, user=city.officer)
    cancelling = draft_cancellation(clerk, given)
    page = f"/desk/decisions/{cancelling.id}/"
    for person in (city.deputy, city.reviewer):
        approve(window(user=person), page)
    chief = window(width=PHONE, user=city.chief)
    chief.goto(page)
    press(chief, "決定する")
    expect(chief.get_by_text("決定しました。")).to_be_visible()
    resident = window(width=PHONE)
    resident.goto(f"/notices/{given.token}/")
    expect(resident.get_by_text("この文書は取り消されました")).to_be_visible()
    expect(resident.get_by_text("申請の内容が事実と異なっていたため。")).to_be_visible()
    stop(resident, "revoked")
    keeper = window(width=DESK, user=city.reviewer)
    keeper.goto("/desk/notices/seals/")
    keeper.get_by_role("link", name=re.compile("取消しについて")).click()
    stop(keeper, "letter-to-review")
    press(keeper, "審査を終えて、署名する", sure=True)
    wait_until(lambda: Notice.objects.filter(decision_id=cancelling.id, state="released").exists())
    letter = Notice.objects.get(decision_id=cancelling.id)
    settled(resident).goto(f"/notices/{letter.token}/")
    expect(resident.get_by_role("heading", level=1)).to_have_text(letter.title)
    stop(resident, "letter")
    resident.goto(f"/verify/{given.code}/")
    expect(resident.get_by_text("取り消されています")).to_be_visible()
    cancelling.refresh_from_db()
    assert cancelling.state == "issued"
