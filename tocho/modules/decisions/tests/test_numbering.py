"""Document numbers: each office counts its own, without gaps, under a symbol that no other has."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.org.actions import Abolish, Establish, reorganise
from tocho.core.org.models import OrgUnit, UnitKind
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.actions.numbering import take_number
from tocho.modules.decisions.models import Decision, NumberReservation
from tocho.ui.testing import Pages

from .factories import UNIT, Office, make_office
from .judging import gaps

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
AT = datetime(2020, 11, 20, 10, 0, tzinfo=TOKYO)
REGISTER = "/desk/decisions/numbers/"


@pytest.fixture
def office() -> Office:
    return make_office()


def drafted(subject_id: int = 1, **more: Any) -> actions.Draft:
    content = {"title": "件名", "body": "よろしいか。", "outcome": "approve"}
    return actions.Draft("certificate", {"amount": 400}, content, Subject("matter", subject_id), UNIT, **more)


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


def test_what_was_reserved_in_march_is_not_used_in_april(office: Office) -> None:
    """Numbers are counted anew each fiscal year: midnight of 1 April in Tokyo parts them."""
    by, last = office.actor("drafter"), datetime(2021, 3, 31, 23, 59, tzinfo=TOKYO)
    kept, used = (actions.reserve_number(unit=UNIT, purpose="年度末の起案", actor=by, at=last) for _ in range(2))
    draft = drafted(reservation=used.id)
    assert actions.create_draft(draft, drafter=by, at=last).number == 2
    with pytest.raises(Refused, match="前の年度"):
        actions.create_draft(drafted(2, reservation=kept.id), drafter=by, at=last + timedelta(minutes=1))
    kept.refresh_from_db()
    assert kept.used_at is None
    fresh = actions.create_draft(drafted(2), drafter=by, at=last + timedelta(minutes=1))
    assert (fresh.fiscal_year, fresh.number) == (2021, 1)


def test_the_end_of_the_year_closes_what_is_left_reserved(page: Pages, office: Office) -> None:
    by, last = office.actor("drafter"), datetime(2021, 3, 31, 23, 59, tzinfo=TOKYO)
    old, used = (actions.reserve_number(unit=UNIT, purpose="年度末の起案", actor=by, at=last) for _ in range(2))
    actions.create_draft(drafted(reservation=used.id), drafter=by, at=last)
    new = actions.reserve_number(unit=UNIT, purpose="新年度の起案", actor=by, at=last + timedelta(minutes=1))
    assert actions.close_numbers(at=last) == 0
    assert [actions.close_numbers(at=last + timedelta(minutes=11)) for _ in range(2)] == [1, 0]
    for row in (old, used, new):
        row.refresh_from_db()
    assert (old.given_up_why, used.given_up_at, new.given_up_at) == ("年度内に使われなかったため", None, None)
    assert [one.kind for one in ledger.entries_of(Subject("number", old.id))] == ["number.reserved", "number.given_up"]
    shown = page.get(f"{REGISTER}?year=2020", user=office.drafter)
    assert "年度内に使われなかったため" in shown
    assert "新年度の起案" not in shown
    assert [*gaps()] == []


def test_a_reserved_number_is_chosen_when_drafting(page: Pages, office: Office) -> None:
    form = page.get("/desk/decisions/new/", user=office.drafter)
    assert "予約した番号" not in form
    page.post(REGISTER, {"purpose": "議会への報告"})
    page.post(REGISTER, {"purpose": "別件"})
    row = NumberReservation.objects.get(purpose="別件")
    assert "議会への報告" in page.get("/desk/decisions/new/")
    said = {"category": "certificate", "importance": "ordinary", "title": "件名", "body": "よろしいか。"}
    page.post("/desk/decisions/new/", {**said, "post": office.posts["drafter"].id, "reservation": row.id})
    assert Decision.objects.get().number == row.number == 2
    assert "別件" not in page.get("/desk/decisions/new/")


def test_the_register_is_taken_away(page: Pages, office: Office) -> None:
    page.post(REGISTER, {"purpose": "議会への報告"}, user=office.drafter)
    plain = b"".join(page.get(f"{REGISTER}export/csv/").streaming_content)
    assert plain.startswith(b"\xef\xbb\xbf")
    assert plain.decode("utf-8-sig").splitlines()[1].split(",")[1:] == ["1", "議会への報告", "予約"]
    assert "議会への報告" in b"".join(page.get(f"{REGISTER}export/sjis/").streaming_content).decode("cp932")
    assert page.get(f"{REGISTER}export/exe/", status=404).status == 404


def test_who_alone_takes_over_goes_on_counting(office: Office) -> None:
    symbol, year, number = take_number(unit=UNIT, on=AT.date())
    day = AT.date() + timedelta(days=1)
    heir = Establish("T-01-01-09", "徴収課", UnitKind.SECTION, "T-01-01", predecessors=(UNIT,))
    reorganise(changes=[heir, Abolish(UNIT)], on=day, actor=SYSTEM, at=AT)
    assert take_number(unit="T-01-01-09", on=day) == (symbol, year, number + 1)
