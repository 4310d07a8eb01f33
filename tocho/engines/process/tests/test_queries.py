from datetime import date, timedelta
from typing import Any

import pytest

from tocho.core.ledger.api import SYSTEM
from tocho.engines.process import api
from tocho.engines.process.models import Task
from tocho.engines.process.queries import tasks

from .factories import AT, END, START, boundary, bpmn, new_subject, person, receive, started, user

pytestmark = pytest.mark.django_db

TODAY = AT.date()


def opened(title: str, *, address: str = "unit:1", due: int | None = 0, kind: str = "test.work") -> int:
    due_on = None if due is None else TODAY + timedelta(days=due)
    return api.open_task(kind=kind, subject=new_subject(), title=title, address=address, due_on=due_on, at=AT)


def titles(addresses: list[str], **options: Any) -> list[str]:
    return [row.title for row in api.inbox(addresses, today=TODAY, **options).rows]


def test_inbox_shows_only_open_tasks_of_the_addresses_the_most_urgent_first() -> None:
    opened("いつでも", due=None)
    opened("あす", due=1)
    opened("きのう", due=-1, address="post:2")
    opened("よその課", address="unit:9")
    api.cancel_task(opened("取消し"), at=AT)
    assert titles(["unit:1", "post:2", "unit:1"]) == ["きのう", "あす", "いつでも"]
    assert titles([]) == []


def test_inbox_pages_are_whole_and_without_repetition() -> None:
    for number in range(25):
        opened(f"{number}", due=number % 4 if number % 5 else None, address=f"unit:{number % 2}")
    found, after = [], None
    while True:
        page = api.inbox(["unit:0", "unit:1"], after=after, limit=4, today=TODAY)
        found += page.rows
        after = page.next
        if after is None:
            break
    keys = [(row.due_on or date.max, row.id) for row in found]
    assert len(keys) == 25
    assert keys == sorted(keys)


def test_inbox_counts_and_says_what_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    for due in (-2, -1, 0, None):
        opened("x", due=due)
    page = api.inbox(["unit:1"], limit=1, today=TODAY)
    assert (page.count, page.overdue, page.capped) == (4, 2, False)
    monkeypatch.setattr(tasks, "COUNT_LIMIT", 3)
    page = api.inbox(["unit:1"], today=TODAY)
    assert (page.count, page.overdue, page.capped) == (3, 2, True)


def test_inbox_filters_by_kind_and_claimant() -> None:
    officer = person()
    mine = opened("私の", kind="test.review")
    opened("ほか")
    api.claim(mine, user_id=officer.id, at=AT)
    assert titles(["unit:1"], kinds=["test.review"]) == ["私の"]
    assert titles(["unit:1"], kinds=[]) == []
    assert titles(["unit:1"], claimed_by=officer.id) == ["私の"]
    assert api.inbox(["unit:1"], claimed_by=officer.id).rows[0].state == "claimed"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("証明", 2),
        ("ＡＢ", 1),
        ("ab", 1),
        (" ｼｮｳﾒｲ ", 0),
        ("100%", 1),
        ("%", 1),
        ("_", 0),
        ("\\", 0),
        ("2020-0000012", 1),
        ("高島", 1),
    ],
)
def test_inbox_finds_by_title(text: str, found: int) -> None:
    for title in ("納税証明書 2020-0000012-3", "ab証明", "減免 100% 髙島"):
        opened(title)
    assert len(titles(["unit:1"], text=text)) == found


@pytest.mark.parametrize("after", ["x", "2020-01-01", "2020-01-01.x", "2020-13-01.4", "2020-01-01.4.5"])
def test_inbox_refuses_a_made_up_cursor(after: str) -> None:
    with pytest.raises(api.BadCursor, match="最初から"):
        api.inbox(["unit:1"], after=after)


def test_inbox_costs_two_queries(django_assert_num_queries: Any) -> None:
    opened("x")
    with django_assert_num_queries(2):
        api.inbox([f"unit:{number}" for number in range(10)], text="x", kinds=["test.work"], claimed_by=1)


CASE = bpmn(
    *(START, "start -> look", user("look"), "look -> gate", '<exclusiveGateway id="gate" default="gate_wait"/>'),
    *("gate -> look if 1 = 2", "gate -> wait", receive("wait", "paid"), "wait -> end", END),
    *(boundary("late", "wait", duration="P1D"), "late -> look"),
    messages="paid",
)


def test_where_marks_what_is_done_and_where_the_case_stands() -> None:
    subject = started(CASE)
    api.complete_task(api.tasks_of(subject)[0].id, outcome={}, actor=SYSTEM, at=AT)
    view = api.where(subject)
    assert view is not None
    assert (view.name, view.state, view.current) == ("試験", "active", ("wait",))
    assert view.finished == ("start", "look", "gate")
    assert view.flows == ("start_look", "look_gate", "gate_wait")
    assert [(step.element_id, step.state) for step in view.steps] == [("look", "done"), ("wait", "now")]
    assert [(stay.element_id, stay.fate) for stay in view.history][-2:] == [("gate", "passed"), ("wait", "here")]


def test_where_of_a_subject_without_process() -> None:
    assert api.where(new_subject()) is None
    assert api.tasks_of(new_subject()) == ()


def test_history_keeps_every_time_of_a_task() -> None:
    subject, officer = started(CASE), person()
    task_id = api.tasks_of(subject)[0].id
    claimed, done = AT + timedelta(hours=1), AT + timedelta(hours=2)
    api.claim(task_id, user_id=officer.id, at=claimed)
    api.complete_task(task_id, outcome={"x": 1}, actor=SYSTEM, at=done)
    (row,) = api.history(subject)
    assert (row.ready_at, row.claimed_at, row.claimed_by_id, row.done_at) == (AT, claimed, officer.id, done)
    assert row.outcome == {"x": 1}
    with pytest.raises(Task.DoesNotExist):
        api.task(0)
