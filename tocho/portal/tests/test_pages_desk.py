"""The desk: filters kept in the address, several tasks at once, each recorded by itself."""

from datetime import date

import pytest

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.engines.process import reminders
from tocho.engines.process.models import Task
from tocho.engines.process.tests.factories import AT
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    division = make_unit("T-01-01", "徴収部", parent=make_unit("T-01", "主税局"))
    section, other = make_unit("T-01-01-01", "徴収課", parent=division), make_unit("T-02", "財務局")
    return {
        "clerk": make_officer("clerk", make_post(section, "主事")),
        "colleague": make_officer("colleague", make_post(section, "主任")),
        "stranger": make_officer("stranger", make_post(other, "主事")),
    }


def new_task(people: dict[str, User], number: int, due_on: date | None = None) -> int:
    address = f"unit:{org.posts_of(people['clerk'].id, at=AT)[0].unit_id}"
    return process.open_task(
        kind="opinions.answer",
        subject=Subject("opinion", number),
        title=f"仕事{number}",
        address=address,
        due_on=due_on,
        at=AT,
    )


def kinds(number: int) -> list[str]:
    return [entry.kind for entry in ledger.entries_of(Subject("opinion", number))]


def test_filters_stay_in_the_address(page: Pages, people: dict[str, User]) -> None:
    first = new_task(people, 1, due_on=date(2100, 1, 1))
    new_task(people, 2)
    process.take(first, actor=Actor(user_id=people["clerk"].id), at=AT)
    mine = page.get("/desk/?who=mine&q=仕事", user=people["clerk"], queries=12)
    assert "仕事1" in mine
    assert "待っている仕事 1件" in mine
    assert mine.links["意見照会"].endswith("q=%E4%BB%95%E4%BA%8B&who=mine")
    free = page.get("/desk/?who=free")
    assert "仕事2" in free
    assert "仕事1" not in free
    assert "待っている仕事はありません" in page.get("/desk/?due=today")


def test_taking_several_asks_first_and_records_each(page: Pages, people: dict[str, User]) -> None:
    tasks = [new_task(people, number) for number in (1, 2)]
    asked = page.post("/desk/tasks/", {"task": tasks, "act": "take"}, user=people["clerk"])
    assert asked.h1 == "2件の仕事：引き受ける"
    assert Task.objects.filter(state="claimed").count() == 0
    assert page.post("/desk/tasks/", {"task": tasks, "act": "take", "confirmed": "1"}).location == "/desk/"
    assert "2件を引き受けました" in page.get("/desk/")
    assert kinds(1) == kinds(2) == ["task.claimed"]
    page.post("/desk/tasks/", {"task": tasks, "act": "take", "confirmed": "1"})
    assert kinds(1) == ["task.claimed"]


def test_what_a_colleague_took_meanwhile_is_told_by_name(page: Pages, people: dict[str, User]) -> None:
    tasks = [new_task(people, number) for number in (1, 2)]
    process.take(tasks[1], actor=Actor(user_id=people["colleague"].id), at=AT)
    confirmed = {"task": tasks, "act": "take", "confirmed": "1", f"seen_{tasks[1]}": "0"}
    done = page.post("/desk/tasks/", confirmed, user=people["clerk"])
    assert "1件はできました" in done
    assert "colleagueさんが先に引き受けました" in done
    page.post("/desk/tasks/", {**confirmed, f"seen_{tasks[1]}": people["colleague"].id})
    assert kinds(2) == ["task.claimed", "task.taken_over"]


def test_handing_to_a_colleague(page: Pages, people: dict[str, User]) -> None:
    task = new_task(people, 1)
    values = {"task": task, "act": "assign", "confirmed": "1"}
    assert page.post("/desk/tasks/", values, user=people["clerk"]).status == 422
    assert page.post("/desk/tasks/", {**values, "to": people["stranger"].id}).status == 422
    page.post("/desk/tasks/", {**values, "to": people["colleague"].id})
    assert Task.objects.get(id=task).claimed_by_id == people["colleague"].id
    page.post("/desk/tasks/", {"task": task, "act": "put_back", "confirmed": "1"})
    assert kinds(1) == ["task.assigned", "task.released"]


def test_others_tasks_are_out_of_reach(page: Pages, people: dict[str, User]) -> None:
    task = new_task(people, 1)
    answer = page.post("/desk/tasks/", {"task": task, "act": "take", "confirmed": "1"}, user=people["stranger"])
    assert answer.location == "/desk/"
    assert kinds(1) == []
    assert page.get("/desk/tasks/").status == 405
    page.client.logout()
    assert "/accounts/login/" in page.post("/desk/tasks/", {"task": task, "act": "take"}).location


def test_a_superior_sees_what_stays_late(page: Pages, people: dict[str, User]) -> None:
    section = org.posts_of(people["clerk"].id, at=AT)[0]
    chief = make_officer("chief", make_post(OrgUnit.objects.get(id=section.unit_id), "徴収課長", rank=5))
    new_task(people, 1, due_on=date(2020, 11, 2))
    for late in reminders.steps_due(at=AT):
        reminders.tell(late, at=AT)
    assert "上司のあなたに知らせた仕事" in page.get("/desk/", user=chief, queries=14)
    assert "上司のあなたに知らせた仕事" not in page.get("/desk/", user=people["clerk"])
