"""The same with rows: tasks of each instance, timers of the whole, calls pinned at the start, cycles."""

from datetime import timedelta

import pytest

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.engines.process import api
from tocho.engines.process.background import fire_timer, queue_due_timers
from tocho.engines.process.models import Instance, Task, Timer, Token

from .factories import AT, END, OTHER_END, START, boundary, bpmn, call, current, new_subject, repeated, started, user

pytestmark = pytest.mark.django_db
ASK = repeated(
    user("ask", address="unit", outcome="agree", title="unit"),
    collection="units", item="unit", results="answers", until="count(answers[agree = true]) >= 2",
)  # fmt: skip
ASKED = bpmn(
    *(START, "start -> ask", ASK, "ask -> d", user("d"), "d -> end", END),
    *(boundary("late", "ask", duration="P5D"), "late -> z", OTHER_END),
    inputs="units",
)
UNITS = [f"unit:{number}" for number in (3, 5, 8)]


def complete(subject: Subject, address: str, **outcome: object) -> None:
    task = next(task for task in api.tasks_of(subject) if task.address == address)
    api.complete_task(task.id, outcome=outcome, actor=SYSTEM, at=AT)


def test_each_office_has_its_task_and_two_are_enough() -> None:
    subject = started(ASKED, {"units": UNITS})
    assert [(task.address, task.title) for task in api.tasks_of(subject)] == [(unit, unit) for unit in UNITS]
    complete(subject, "unit:5", agree=True)
    assert Task.objects.filter(subject_id=subject.id, state="done").count() == 1
    complete(subject, "unit:8", agree=True)
    assert current(subject) == ("d",)
    assert [task.state for task in api.history(subject)] == ["cancelled", "done", "done", "ready"]
    context = Instance.objects.get(subject_id=subject.id).context
    assert context["answers"] == [{"unit": "unit:5", "agree": True}, {"unit": "unit:8", "agree": True}]
    assert not Timer.objects.exists()


def test_one_timer_for_the_whole_takes_all_away() -> None:
    subject = started(ASKED, {"units": UNITS})
    timer = Timer.objects.get()
    assert fire_timer(timer_id=timer.id, at=timer.due_at)
    assert api.tasks_of(subject) == ()
    assert current(subject) == ()


def test_a_case_that_calls_keeps_the_version_it_began_with() -> None:
    inner = START, "start -> look", user("look", outcome="fit"), "look -> end", END
    api.publish(bpmn(*inner, inputs="what", key="inner"), at=AT)
    outer = bpmn(
        *(START, "start -> c", call("c", "inner", give="what = fee", take="good = fit"), "c -> end", END), inputs="fee"
    )
    first = started(outer, {"fee": 3})
    api.publish(bpmn(*inner[:2], user("look", outcome="fit"), *inner[3:], inputs="what fee?", key="inner"), at=AT)
    newest = bpmn(
        START, "start -> other", user("other", outcome="fit"), "other -> end", END, inputs="what", key="inner"
    )
    api.publish(newest, at=AT)
    second = started(outer, {"fee": 3})
    assert (current(first), current(second)) == (("c", "c/look"), ("c", "c/other"))
    (task,) = api.tasks_of(first)
    api.complete_task(task.id, outcome={"fit": "yes"}, actor=SYSTEM, at=AT)
    assert Instance.objects.get(subject_id=first.id).context == {"fee": 3, "good": "yes"}
    assert Instance.objects.get(subject_id=first.id).state == "done"
    view = api.where(first)
    assert view is not None
    assert [step.name for step in view.steps] == ["look"]


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        (call("c", "nothing"), "公開されていません"),
        (call("c", "inner"), "渡す値がありません: what"),
        (call("c", "outer", give="what"), "自分自身を呼び出して"),
    ],
)
def test_a_call_that_cannot_work_is_refused(elements: str, reason: str) -> None:
    api.publish(bpmn(START, "start -> end", END, inputs="what", key="inner"), at=AT)
    api.publish(bpmn(START, "start -> end", END, key="outer"), at=AT)
    with pytest.raises(api.ProcessError, match=reason) as refusal:
        api.publish(bpmn(START, "start -> c", elements, "c -> end", END, inputs="what?", key="outer"), at=AT)
    assert refusal.value.element == "c"


REMIND = boundary("late", "wait", cycle="R3/P1D", cancel="false")
REMINDED = bpmn(
    *(START, "start -> wait", user("wait"), "wait -> end", END, REMIND, "late -> told", '<endEvent id="told"/>')
)


def test_a_reminder_comes_three_times_and_stops_with_the_task() -> None:
    subject = started(REMINDED)
    for day in (1, 2, 3):
        timer = Timer.objects.get()
        assert timer.due_at == AT + timedelta(days=day)
        assert fire_timer(timer_id=timer.id, at=timer.due_at + timedelta(minutes=1))
    assert not Timer.objects.exists()
    assert Token.objects.filter(element_id="told").count() == 3
    assert current(subject) == ("wait",)


def test_rounds_that_were_missed_are_not_made_up_at_once(run_jobs: RunJobs) -> None:
    subject = started(REMINDED)
    assert queue_due_timers(at=AT + timedelta(days=10)) == 1
    timer = Timer.objects.get()
    fire_timer(timer_id=timer.id, at=AT + timedelta(days=10))
    assert Timer.objects.get().due_at == AT + timedelta(days=11)
    (task,) = api.tasks_of(subject)
    api.complete_task(task.id, outcome={}, actor=SYSTEM, at=AT)
    assert not Timer.objects.exists()
    run_jobs()


def test_a_cancelled_case_takes_its_instances_with_it() -> None:
    subject = started(ASKED, {"units": UNITS})
    assert api.cancel(subject=subject, reason="withdrawn", at=AT)
    assert api.tasks_of(subject) == ()
    assert new_subject() != subject
