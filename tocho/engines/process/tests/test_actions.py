from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api
from tocho.engines.process.casework import release_lapsed
from tocho.engines.process.models import Definition, Instance, Task, Token

from .factories import AT, END, START, boundary, bpmn, current, new_subject, person, receive, service, started, user

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)
GATE = '<exclusiveGateway id="gate"/>'
EXAMINE = bpmn(
    *(
        START,
        "start -> look",
        user("look", address="office", due="P3B", title="title", outcome="result"),
        "look -> gate",
    ),
    *(GATE, 'gate -> fix if result = "correct"', 'gate -> end if result = "decide"', END),
    *(receive("fix", "corrected"), "fix -> look"),
    messages="corrected",
    inputs="office title?",
)
OFFICE = {"office": "unit:7"}


def only_task(subject: Subject) -> api.TaskView:
    (task,) = api.tasks_of(subject)
    return task


def finish(subject: Subject, **outcome: Any) -> None:
    api.complete_task(only_task(subject).id, outcome=outcome, actor=SYSTEM, at=LATER)


def test_publish_is_idempotent_and_counts_versions() -> None:
    first = api.publish(EXAMINE, at=AT)
    assert api.publish(EXAMINE, at=LATER) == first
    second = api.publish(EXAMINE.replace("試験".encode(), "改訂".encode()), at=LATER)
    rows = Definition.objects.order_by("version").values_list("id", "key", "version", "name")
    assert list(rows) == [(first, "test", 1, "試験"), (second, "test", 2, "改訂")]
    assert api.xml(first).encode() == EXAMINE


def test_publish_refuses_a_handler_that_does_not_exist() -> None:
    with pytest.raises(api.ProcessError) as caught:
        api.publish(bpmn(START, "start -> s", service("s", "test.nothing"), "s -> end", END), at=AT)
    assert caught.value.message == "5行目 要素「s」: 処理「test.nothing」は用意されていません。"


@pytest.mark.parametrize("change", ["UPDATE process_definition SET xml = ''", "DELETE FROM process_definition"])
def test_a_published_definition_cannot_be_changed(change: str) -> None:
    api.publish(EXAMINE, at=AT)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_start_opens_the_first_task() -> None:
    subject = started(EXAMINE, OFFICE | {"title": "納税証明書の交付", "answers": "left out"})
    task = only_task(subject)
    assert (task.kind, task.title, task.address) == ("test.work", "納税証明書の交付", "unit:7")
    assert (task.state, task.due_on, task.ready_at) == ("ready", date(2020, 11, 26), AT)
    assert Instance.objects.get(subject_id=subject.id).context == OFFICE | {"title": "納税証明書の交付"}


def test_start_twice_starts_once() -> None:
    subject = started(EXAMINE, OFFICE)
    started(EXAMINE, OFFICE, subject=subject)
    assert Instance.objects.filter(subject_id=subject.id).count() == 1
    assert len(api.tasks_of(subject)) == 1


def test_start_needs_its_inputs_and_a_subject_that_is_free() -> None:
    with pytest.raises(ValueError, match="lacks office"):
        started(EXAMINE)
    subject = started(EXAMINE, OFFICE)
    with pytest.raises(api.AlreadyRunning):
        started(bpmn(START, "start -> end", END), subject=subject)


def test_an_address_that_is_none_fails_the_start() -> None:
    with pytest.raises(api.StepError, match=r"look .*gives None"), transaction.atomic():
        started(EXAMINE, {"office": None})
    assert not Instance.objects.exists()


def test_complete_task_goes_on_and_keeps_who_and_when() -> None:
    subject, officer = started(EXAMINE, OFFICE), person()
    task = only_task(subject)
    outcome = {"result": "correct", "memo": "not declared"}
    api.complete_task(task.id, outcome=outcome, actor=Actor(user_id=officer.id), at=LATER)
    done = api.task(task.id)
    assert (done.state, done.done_at, done.done_by_id, done.outcome) == ("done", LATER, officer.id, outcome)
    assert current(subject) == ("fix",)
    assert Instance.objects.get(subject_id=subject.id).context == OFFICE | {"title": None, "result": "correct"}


def test_a_loop_opens_a_new_task_and_the_end_ends() -> None:
    subject = started(EXAMINE, OFFICE)
    finish(subject, result="correct")
    assert api.send_message(subject=subject, name="corrected", at=LATER)
    finish(subject, result="decide")
    assert [(task.element_id, task.state) for task in api.history(subject)] == [("look", "done"), ("look", "done")]
    instance = Instance.objects.get(subject_id=subject.id)
    assert (instance.state, instance.ended_at) == ("done", LATER)
    assert not Token.objects.filter(fate="here").exists()


def test_a_task_is_completed_once() -> None:
    subject = started(EXAMINE, OFFICE)
    task = only_task(subject)
    finish(subject, result="correct")
    with pytest.raises(api.TaskGone, match="すでに処理された"):
        api.complete_task(task.id, outcome={"result": "decide"}, actor=SYSTEM, at=LATER)
    with pytest.raises(api.TaskGone):
        api.complete_task(0, outcome={}, actor=SYSTEM, at=LATER)
    assert current(subject) == ("fix",)


def test_an_outcome_without_a_way_leaves_the_task_open() -> None:
    subject = started(EXAMINE, OFFICE)
    with pytest.raises(api.StepError, match="gate"):
        finish(subject, result="typo")
    assert only_task(subject).state == "ready"


def test_messages_only_reach_a_case_that_waits() -> None:
    subject = started(EXAMINE, OFFICE)
    assert not api.send_message(subject=subject, name="corrected", at=LATER)
    assert not api.send_message(subject=new_subject(), name="corrected", at=LATER)
    finish(subject, result="correct")
    assert api.waiting_for(subject) == ("corrected",)
    assert api.send_message(subject=subject, name="corrected", data={}, at=LATER)
    assert not api.send_message(subject=subject, name="corrected", data={}, at=LATER)


def test_a_running_case_keeps_its_version() -> None:
    subject = started(EXAMINE, OFFICE)
    api.publish(EXAMINE.replace(b'"fix"', b'"mend"').replace(b"_fix", b"_mend").replace(b"fix_", b"mend_"), at=LATER)
    finish(subject, result="correct")
    assert current(subject) == ("fix",)


def test_cancel_empties_inbox_and_timers() -> None:
    xml = bpmn(START, "start -> a", user("a"), "a -> end", END, boundary("b", "a", duration="P1D"), "b -> end")
    subject = started(xml)
    assert api.cancel(subject=subject, reason="取下げ", at=LATER)
    assert not api.cancel(subject=subject, reason="取下げ", at=LATER)
    assert api.tasks_of(subject) == ()
    assert [task.state for task in api.history(subject)] == ["cancelled"]
    assert Instance.objects.get(subject_id=subject.id).ended_reason == "取下げ"


def test_boundary_message_takes_the_task_out_of_the_inbox() -> None:
    xml = bpmn(
        START, "start -> a", user("a"), "a -> end", END, boundary("b", "a", message="stop"), "b -> end", messages="stop"
    )
    subject = started(xml)
    task = only_task(subject)
    assert api.send_message(subject=subject, name="stop", at=LATER)
    assert (api.task(task.id).state, api.task(task.id).done_at) == ("cancelled", LATER)


def test_claim_and_release() -> None:
    section = make_unit("T-01", "主税局")
    one, two = (make_officer(name, make_post(section, name)) for name in ("one", "two"))
    subject = started(EXAMINE, {"office": f"unit:{section.id}"})
    task = only_task(subject)
    for _again in range(2):
        api.claim(task.id, user_id=one.id, at=LATER)
    with pytest.raises(api.TaskClaimed, match="先に引き受けました"):
        api.claim(task.id, user_id=two.id, at=LATER)
    with pytest.raises(api.TaskClaimed, match="引き受けを外して"):
        api.complete_task(task.id, outcome={"result": "decide"}, actor=Actor(user_id=two.id), at=LATER)
    assert (only_task(subject).state, only_task(subject).claimed_by_id) == ("claimed", one.id)
    api.release(task.id, user_id=two.id, at=LATER)
    assert (only_task(subject).state, only_task(subject).claimed_by_id) == ("ready", None)
    api.complete_task(task.id, outcome={"result": "decide"}, actor=Actor(user_id=two.id), at=LATER)
    with pytest.raises(api.TaskGone):
        api.claim(task.id, user_id=one.id, at=LATER)


def test_a_claim_lapses_with_the_post() -> None:
    """one is in no office: whoever answers for the address may go on, and the claim is put back in time."""
    subject, one, two = started(EXAMINE, OFFICE), person(), person()
    task = only_task(subject)
    api.claim(task.id, user_id=one.id, at=LATER)
    assert [release_lapsed(at=LATER) for _again in range(2)] == [1, 0]
    assert only_task(subject).claimed_by_id is None
    api.claim(task.id, user_id=one.id, at=LATER)
    api.complete_task(task.id, outcome={"result": "decide"}, actor=Actor(user_id=two.id), at=LATER)


def test_one_who_acts_for_the_claimant_may_complete() -> None:
    subject, one, deputy = started(EXAMINE, OFFICE), person(), person()
    task = only_task(subject)
    api.claim(task.id, user_id=one.id, at=LATER)
    actor = Actor(user_id=deputy.id, acting_for_id=one.id)
    api.complete_task(task.id, outcome={"result": "decide"}, actor=actor, at=LATER)
    assert api.task(task.id).done_by_id == deputy.id


def test_tasks_outside_a_process() -> None:
    subject = new_subject()
    values = {"kind": "test.step", "subject": subject, "title": "決定", "address": "post:1", "due_on": None, "at": AT}
    task_id = api.open_task(**values)
    assert api.open_task(**values) == task_id
    api.close_task(task_id, outcome={"state": "approved"}, actor=SYSTEM, at=LATER)
    with pytest.raises(api.TaskGone):
        api.close_task(task_id, outcome={}, actor=SYSTEM, at=LATER)
    second = api.open_task(**values)
    assert second != task_id
    assert (api.cancel_task(second, at=LATER), api.cancel_task(second, at=LATER)) == (True, False)
    assert [task.state for task in api.history(subject)] == ["done", "cancelled"]


def test_move_task_gives_it_to_another_office() -> None:
    subject = started(EXAMINE, OFFICE)
    task = only_task(subject)
    api.claim(task.id, user_id=person().id, at=LATER)
    api.move_task(task.id, address="unit:8", at=LATER)
    assert (only_task(subject).address, only_task(subject).state) == ("unit:8", "ready")
    finish(subject, result="decide")
    with pytest.raises(api.TaskGone):
        api.move_task(task.id, address="unit:9", at=LATER)


def test_the_two_kinds_of_tasks_are_not_confused() -> None:
    subject = started(EXAMINE, OFFICE)
    with pytest.raises(TypeError, match="complete_task"):
        api.close_task(only_task(subject).id, outcome={}, actor=SYSTEM, at=AT)
    other = api.open_task(kind="t.s", subject=subject, title="", address="post:1", due_on=None, at=AT)
    with pytest.raises(TypeError, match="close_task"):
        api.complete_task(other, outcome={}, actor=SYSTEM, at=AT)


def test_the_database_refuses_a_done_task_without_a_time() -> None:
    started(EXAMINE, OFFICE)
    with pytest.raises(DatabaseError, match="task_open_or_done"), transaction.atomic():
        Task.objects.update(state="done")
