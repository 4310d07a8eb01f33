"""A bureau returns its month: the chief finds what is due, enters it, is asked about an odd one, certifies; the reform
team sees who has returned.
"""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.accounts.models import User


def look(tab: Page, name: str) -> None:
    assert fits(tab)
    axe(tab)
    shot(tab, name)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_chief_returns_a_month(window: Callable[..., Page], city: City, width: int) -> None:
    call_command("load_returns", verbosity=0)
    tab = window(width=width, user=city.chief)
    tab.goto("/desk/returns/?year=2020")
    expect(tab.get_by_role("heading", name="月次実績の報告", level=1)).to_be_visible()
    tab.get_by_role("row", name="主税局").get_by_role("link", name="超過").first.click()
    expect(tab.get_by_role("heading", name="主税局　2020年11月の報告", level=1)).to_be_visible()
    tab.get_by_label("電子で決定した事案").fill("10")
    tab.get_by_label("決定した事案", exact=False).last.fill("12")
    tab.get_by_role("button", name="この内容で認証する").click()
    expect(tab.get_by_text("前の月と大きく違います").first).to_be_visible()
    look(tab, "return-asked")
    tab.get_by_label("備考").fill("組織の改正で減った")
    tab.get_by_role("button", name="この内容で認証する").click()
    expect(tab.get_by_text("報告を認証しました。")).to_be_visible()
    look(tab, "return-detail")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_reform_team_sees_who_has_returned(window: Callable[..., Page], city: City, width: int) -> None:
    call_command("load_returns", verbosity=0)
    tab = window(width=width, user=User.objects.create_superuser("reform"))
    tab.goto("/desk/returns/?year=2020")
    expect(tab.get_by_role("heading", name="期限を過ぎた局に知らせる")).to_be_visible()
    look(tab, "returns")
