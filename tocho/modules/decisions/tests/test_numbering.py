"""Document numbers: each office counts its own, without gaps, under a symbol that no other has."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocho.core.ledger.api import SYSTEM
from tocho.core.org.actions import Abolish, Establish, reorganise
from tocho.core.org.models import OrgUnit, UnitKind
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.decisions.actions.numbering import take_number
from tocho.modules.decisions.models import NumberReservation
from tocho.ui.testing import Pages

from .factories import UNIT, Office, make_office

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
REGISTER = "/desk/decisions/numbers/"


@pytest.fixture
def office() -> Office:
    return make_office()


def test_sections_with_the_same_first_character_count_each_for_itself(page: Pages, office: Office) -> None:
    division = OrgUnit.objects.get(code="T-01-01")
    alike = make_officer("alike", make_post(make_unit("T-01-01-03", "徴収指導課", parent=division), "主事"))
    for user, purpose in ((office.drafter, "課の起案"), (alike, "指導の起案"), (office.drafter, "次の起案")):
        page.post(REGISTER, {"purpose": purpose}, user=user)
    rows = NumberReservation.objects.order_by("id").values_list("symbol", "number")
    assert list(rows) == [("主税徴", 1), ("主税徴徴", 1), ("主税徴", 2)]
    shown = page.get(REGISTER, user=alike)
    assert "指導の起案" in shown
    assert "課の起案" not in shown.text.replace("指導の起案", "")


def test_what_another_office_had_under_the_symbol_is_only_counted(page: Pages, office: Office) -> None:
    page.post(REGISTER, {"purpose": "秘密の予約"}, user=office.drafter)
    NumberReservation.objects.update(unit="T-01-01-03")
    shown = page.get(REGISTER, user=office.drafter)
    assert "ほかの課の番号" in shown
    assert "秘密の" not in shown


def test_who_alone_takes_over_goes_on_counting(office: Office) -> None:
    symbol, year, number = take_number(unit=UNIT, on=AT.date())
    day = AT.date() + timedelta(days=1)
    heir = Establish("T-01-01-09", "徴収課", UnitKind.SECTION, "T-01-01", predecessors=(UNIT,))
    reorganise(changes=[heir, Abolish(UNIT)], on=day, actor=SYSTEM, at=AT)
    assert take_number(unit="T-01-01-09", on=day) == (symbol, year, number + 1)
