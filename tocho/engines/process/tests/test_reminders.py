"""Reminders and escalation: each step once, to the right people; nothing is done by being late."""

from datetime import date, timedelta

import pytest
from django.core import mail

from tocho.core.accounts.models import User
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.notify import api as notify
from tocho.core.org import api as org
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api, reminders
from tocho.engines.process.models import Task, TaskNotice

from .factories import AT

pytestmark = pytest.mark.django_db
DUE = date(2020, 11, 24)  # a Tuesday; AT is Friday the 20th, Monday is a holiday


@pytest.fixture
def people() -> dict[str, User]:
    division = make_unit("T-01-01", "徴収部", parent=make_unit("T-01", "主税局"))
    section = make_unit("T-01-01-01", "徴収課", parent=division)
    return {
        "clerk": make_officer("clerk", make_post(section, "主事")),
        "other": make_officer("other", make_post(section, "主任")),
        "chief": make_officer("chief", make_post(section, "徴収課長", rank=5)),
        "stranger": make_officer("stranger", make_post(division, "徴収部長", rank=7)),
    }


def new_task(people: dict[str, User], number: int = 1, due_on: date | None = DUE) -> int:
    address = f"unit:{org.posts_of(people['clerk'].id, at=AT)[0].unit_id}"
    subject = Subject("matter", number)
    return api.open_task(
        kind="test.work", subject=subject, title=f"仕事{number}", address=address, due_on=due_on, at=AT
    )


def tell(days: int) -> int:
    at = AT + timedelta(days=days)
    return sum(reminders.tell(late, at=at) for late in reminders.steps_due(at=at))


def told(user: User) -> list[str]:
    return [message.subject for message in notify.inbox_of(user.id)]


def test_each_step_is_told_once(people: dict[str, User]) -> None:
    new_task(people)
    new_task(people, 2, due_on=None)
    assert [tell(days) for days in (-1, 0, 0, 4, 5, 5)] == [0, 1, 0, 0, 1, 0]
    assert told(people["clerk"]) == ["期限を過ぎた仕事が1件あります", "期限が近い仕事が1件あります"]
    assert told(people["stranger"]) == []


def test_after_three_business_days_the_post_above_hears_of_it(people: dict[str, User]) -> None:
    task_id = new_task(people)
    tell(6)
    assert TaskNotice.objects.filter(step="escalated").count() == 0
    assert [tell(7), tell(7)] == [1, 0]  # Friday the 27th: the third day after the due date
    notice = TaskNotice.objects.get(step="escalated")
    assert told(people["chief"])[0].startswith("主税局 徴収部 徴収課で、期限を3開庁日過ぎた仕事が1件")
    (late,) = api.escalated_to([notice.address], today=date(2020, 11, 27))
    assert (late.id, late.days) == (task_id, 3)
    assert Task.objects.get(id=task_id).state == "ready"  # nothing is done by being late
    assert [entry.kind for entry in ledger.entries_of(Subject("matter", 1))] == ["task.reminded", "task.escalated"]


def test_who_has_taken_it_alone_is_reminded(people: dict[str, User]) -> None:
    api.claim(new_task(people), user_id=people["other"].id, at=AT)
    tell(0)
    assert told(people["other"])
    assert told(people["clerk"]) == []


def test_many_tasks_make_one_message(people: dict[str, User], run_jobs: RunJobs) -> None:
    User.objects.filter(id=people["clerk"].id).update(email="clerk@example.jp")
    for number in range(1, 13):
        new_task(people, number)
    assert tell(0) == 12
    run_jobs(only="notify.deliver_message")
    (message,) = [message for message in mail.outbox if message.to == ["clerk@example.jp"]]
    assert message.subject == "期限が近い仕事が12件あります"
    assert "仕事10" in message.body
    assert "ほか 2 件" in message.body


def test_done_work_is_not_reminded_of(people: dict[str, User]) -> None:
    api.cancel_task(new_task(people), at=AT)
    assert tell(5) == 0


def test_a_person_asks_again_once_a_day(people: dict[str, User]) -> None:
    task_id = new_task(people)
    assert [api.remind(task_id, at=AT) for _again in range(2)] == [3, 3]
    assert len(told(people["clerk"])) == 1
    api.remind(task_id, at=AT + timedelta(days=1))
    assert len(told(people["clerk"])) == 2
