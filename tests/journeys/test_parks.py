"""A park permit: the flow asks other sections by itself; when they have answered, the office examines."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.files import api as files
from tocho.core.ledger.api import SYSTEM
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import current_version
from tocho.modules.procedures.tests.test_consulted_flow import ANSWERS


@pytest.fixture
def case(city: City) -> Application:
    at = timezone.now()
    application = actions.start_application(version=current_version("koen-senyo"), user_id=None, language="ja", at=at)
    kept = files.store(ContentFile(b"%PDF-1.7 plan"), name="平面図.pdf", by=SYSTEM, at=at)
    drawings = [{"id": kept.id, "name": kept.name, "size": kept.size}]
    answers = {**ANSWERS, "purpose": "event", "area": 50, "drawings": drawings}
    actions.save_answers(application_id=application.id, answers=answers, at=at)
    return actions.submit_application(application_id=application.id, at=at)


def look(tab: Page, name: str) -> None:
    assert fits(tab)
    axe(tab)
    shot(tab, name)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_sections_answer_and_the_office_goes_on(
    window: Callable[..., Page], city: City, case: Application, width: int
) -> None:
    clerk = make_officer("parks", make_post(OrgUnit.objects.get(code="R02-1600-06-01"), "主事"), "園田 緑")
    planner = make_officer("planner", make_post(OrgUnit.objects.get(code="R02-1600-06-02"), "主事"), "木下 茂")
    office = window(width=width, user=clerk)
    office.goto(f"/desk/cases/{case.id}/")
    expect(office.get_by_text("回答待ち").first).to_be_visible()
    expect(office.get_by_role("link", name="起案する")).to_have_count(0)
    look(office, "parks-waiting")
    other = window(width=width, user=planner)
    other.goto("/desk/")
    other.get_by_role("link", name="意見照会：都立公園の占用許可").click()
    expect(other.get_by_text("噴水広場の北側")).to_be_visible()
    expect(other.get_by_text("手続の流れ（自動）")).to_be_visible()
    expect(other.get_by_text("山田 花子")).to_have_count(0)
    look(other, "parks-opinion")
    other.get_by_label("支障あり").check()
    other.get_by_label("内容").fill("遊具の工事の予定と重なります。")
    other.get_by_role("button", name="回答する").click()
    expect(other.get_by_text("回答しました")).to_be_visible()
    office.reload()
    expect(office.get_by_text("遊具の工事の予定と重なります。")).to_be_visible()
    expect(office.get_by_role("link", name="起案する")).to_be_visible()
    office.goto(f"/desk/cases/{case.id}/process/")
    expect(office.get_by_text("支障を調整して審査する").first).to_be_visible()
    shot(office, "parks-diagram")
