"""A section that asks, two that are asked, and a stranger."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.opinions import api
from tocho.modules.opinions.models import Inquiry

AT = datetime(2020, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
DUE = date(2020, 11, 30)
ASKING, FIRST, SECOND = "T-01-01-01", "T-01-01-02", "T-01-01-03"
SUBJECT = Subject("matter", 7)


@dataclass(frozen=True)
class Offices:
    clerk: User
    first: User
    colleague: User
    second: User
    stranger: User


def make_offices() -> Offices:
    division = make_unit("T-01-01", "徴収部", parent=make_unit("T-01", "主税局"))
    units = {
        code: make_unit(code, name, parent=division)
        for code, name in ((ASKING, "徴収課"), (FIRST, "計画課"), (SECOND, "管理課"), ("T-01-01-09", "特別課"))
    }
    return Offices(
        make_officer("clerk", make_post(units[ASKING], "主事")),
        make_officer("first", make_post(units[FIRST], "主事")),
        make_officer("colleague", make_post(units[FIRST], "主任")),
        make_officer("second", make_post(units[SECOND], "主事")),
        make_officer("stranger", make_post(units["T-01-01-09"], "主事")),
    )


def ask(offices: Offices, *units: str, once: str = "a", at: datetime = AT, due_on: date = DUE) -> Inquiry:
    question = api.Question(
        text="用地に支障はありませんか",
        units=units or (FIRST, SECOND),
        due_on=due_on,
        brief=[("場所", "新宿区西新宿2-8-1")],
        once=once,
    )
    actor = Actor(user_id=offices.clerk.id)
    found = api.ask(subject=SUBJECT, unit=ASKING, title="占用許可 2020-1", question=question, actor=actor, at=at)
    return Inquiry.objects.get(id=found)
