"""公印審査: a form without authorisation waits; a notice is returned, put right, sealed; the form is authorised."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, look_again_until, shot
from tocho.core.ledger.api import Subject
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import decided, new_notice

Window = Callable[..., Page]


def stop(tab: Page, name: str) -> None:
    axe(tab)
    assert fits(tab), name
    shot(tab, f"seal-{name}")


def press(tab: Page, name: str, *, sure: bool = False) -> None:
    tab.get_by_role("button", name=name, exact=True).click()
    if sure:
        tab.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def waiting(city: City, count: int) -> list[Notice]:
    made = []
    for number in range(count):
        decided(70 + number, unit=TAX, people=(city.officer, city.chief))
        subject = Subject("application", 900 + number)
        made.append(
            new_notice(is_authorised=False, unit=TAX, decision_id=70 + number, subject=subject, at=timezone.now())
        )
    return made


def test_a_notice_is_returned_put_right_and_sealed(window: Window, city: City, worker: None) -> None:
    waiting(city, 1)
    keeper, clerk = window(width=DESK, user=city.reviewer), window(width=DESK, user=city.officer)
    keeper.goto("/desk/")
    keeper.get_by_role("link", name="公印審査：納税証明書").click()
    expect(keeper.get_by_role("heading", name="もとになる決定")).to_be_visible()
    stop(keeper, "review")
    keeper.get_by_text("担当の部署に差し戻す").click()
    keeper.get_by_label("差し戻す理由").fill("宛名の字が住民票と違います。")
    press(keeper, "差し戻す")
    expect(keeper.get_by_text("担当の部署に戻しました")).to_be_visible()
    clerk.goto("/desk/")
    clerk.get_by_role("link", name="公印審査から戻された通知：納税証明書").click()
    expect(clerk.get_by_text("宛名の字が住民票と違います。")).to_be_visible()
    stop(clerk, "mend")
    clerk.get_by_label("宛名").fill("山田 華子")
    clerk.get_by_label("公印審査への回答").fill("住民票のとおりに直しました。")
    press(clerk, "公印審査にもう一度回す")
    expect(clerk.get_by_text("公印審査を待っています")).to_be_visible()
    stop(clerk, "asked")
    keeper.goto("/desk/notices/seals/")
    keeper.get_by_role("link", name="納税証明書", exact=True).click()
    press(keeper, "審査を終えて、署名する", sure=True)
    expect(keeper.get_by_text("審査を終えました。")).to_be_visible()
    look_again_until(clerk, "送付済み")
    stop(clerk, "sealed")


def test_many_are_sealed_after_one_confirmation_and_the_form_is_authorised(
    window: Window, city: City, worker: None
) -> None:
    first, *_others = waiting(city, 4)
    keeper = window(width=DESK, user=city.reviewer)
    keeper.goto(f"/desk/notices/{first.id}/review/")
    keeper.get_by_role("link", name="この様式の通知に、包括承認をする").click()
    keeper.get_by_label("承認の文書番号").fill("8総総文第12号")
    keeper.get_by_label("承認する理由").fill("定例で、様式の決まった証明のため")
    stop(keeper, "authorise")
    press(keeper, "包括承認をする", sure=True)
    expect(keeper.get_by_text("包括承認をしました。")).to_be_visible()
    keeper.goto("/desk/notices/seals/")
    keeper.get_by_role("link", name="このページの通知をすべて選ぶ").click()
    expect(keeper.get_by_role("checkbox", checked=True)).to_have_count(4)
    stop(keeper, "list")
    press(keeper, "選んだ通知の審査を終えて、署名する", sure=True)
    expect(keeper.get_by_text("4通の審査を終えました。")).to_be_visible()
    after = new_notice(is_authorised=False, unit=TAX, subject=Subject("application", 990), at=timezone.now())
    assert (after.seal_ground, Notice.objects.filter(seal_ground="review").count()) == ("standing", 4)
    keeper.goto("/desk/notices/standing/")
    keeper.get_by_role("link", name="納税証明書", exact=True).first.click()
    look_again_until(keeper, after.number)
    stop(keeper, "standing")
    keeper.get_by_text("包括承認を取り消す").first.click()
    keeper.get_by_label("包括承認を取り消す理由").fill("様式を見直すため")
    press(keeper, "包括承認を取り消す", sure=True)
    expect(keeper.get_by_text("包括承認を取り消しました。")).to_be_visible()
    assert new_notice(is_authorised=False, unit=TAX, subject=Subject("application", 991), at=timezone.now()).awaits_seal


@pytest.mark.parametrize("path", ["seals/", "standing/", "review"])
def test_the_pages_fit_a_phone(window: Window, city: City, path: str) -> None:
    notice = waiting(city, 2)[0]
    tab = window(width=PHONE, user=city.reviewer)
    tab.goto(f"/desk/notices/{notice.id}/review/" if path == "review" else f"/desk/notices/{path}")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    stop(tab, f"phone-{path.replace('/', '')}")
