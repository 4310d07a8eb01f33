"""Several people and workers at the same moment, on real connections."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tocho.core.ledger.api import SYSTEM, entries_of
from tocho.engines.process import api, background, store
from tocho.engines.process.models import Instance, Timer, Token

from .factories import (
    AT,
    END,
    START,
    boundary,
    bpmn,
    current,
    new_subject,
    receive,
    service,
    started,
    user,
)

pytestmark = pytest.mark.django_db(transaction=True)

FORK = '<parallelGateway id="fork"/>'
JOIN = '<parallelGateway id="join"/>'


def together(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions at the same moment, each on a connection of its own; results or exceptions in order."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return action()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[api.Step]]:
    seen: list[api.Step] = []
    monkeypatch.setattr(store, "_handlers", {"test.run": seen.append})
    return seen


def test_of_eight_people_exactly_one_completes_a_task() -> None:
    subject = started(bpmn(START, "start -> a", user("a", outcome="who"), "a -> b", user("b"), "b -> end", END))
    task_id = api.tasks_of(subject)[0].id

    def complete(who: int) -> Callable[[], None]:
        return lambda: api.complete_task(task_id, outcome={"who": who}, actor=SYSTEM, at=AT)

    results = together(*(complete(who) for who in range(8)))
    assert results.count(None) == 1
    assert [type(result) for result in results if result is not None] == [api.TaskGone] * 7
    assert Instance.objects.get(subject_id=subject.id).context == {"who": results.index(None)}
    assert len(api.history(subject)) == 2


def test_branches_that_end_together_join_once() -> None:
    names = [f"t{number}" for number in range(6)]
    ways = [part for name in names for part in (f"fork -> {name}", user(name, outcome=name), f"{name} -> join")]
    xml = bpmn(START, "start -> fork", FORK, *ways, JOIN, "join -> last", user("last"), "last -> end", END)
    subject = started(xml)
    tasks = {task.element_id: task.id for task in api.tasks_of(subject)}
    done = (
        lambda name=name: api.complete_task(tasks[name], outcome={name: True}, actor=SYSTEM, at=AT) for name in names
    )
    assert together(*done) == [None] * 6
    assert current(subject) == ("last",)
    assert Token.objects.filter(instance__subject_id=subject.id, element_id="last").count() == 1
    assert Instance.objects.get(subject_id=subject.id).context == dict.fromkeys(names, True)


def test_a_message_and_the_deadline_at_the_same_moment(calls: list[api.Step]) -> None:
    xml = bpmn(
        *(START, "start -> wait", receive("wait", "paid"), "wait -> end", END),
        *(boundary("late", "wait", duration="P1D"), "late -> s", service("s", "test.run"), "s -> end"),
        messages="paid",
    )
    subject = started(xml)
    timer_id = Timer.objects.get().id
    results = together(
        lambda: api.send_message(subject=subject, name="paid", at=AT),
        lambda: background.fire_timer(timer_id=timer_id, at=AT),
    )
    assert sorted(results) == [False, True]
    assert len(calls) == results.index(True)


def test_two_workers_run_a_background_step_once(calls: list[api.Step]) -> None:
    service_task = service("s", "test.run", background="true")
    started(bpmn(START, "start -> s", service_task, "s -> end", END))
    token_id = Token.objects.get(fate="here").id
    results = together(*[lambda: background.run_step(token_id=token_id, at=AT)] * 4)
    assert sorted(results) == [False, False, False, True]
    assert len(calls) == 1


def test_two_pollers_share_the_due_timers() -> None:
    xml = bpmn(START, "start -> a", user("a"), "a -> end", END, boundary("b", "a", duration="P1D"), "b -> end")
    for _case in range(20):
        started(xml)
    results = together(*[lambda: background.queue_due_timers(at=AT + timedelta(days=9))] * 3)
    assert sum(results) == 20


def test_start_and_publish_at_the_same_moment_happen_once() -> None:
    xml = bpmn(START, "start -> a", user("a"), "a -> end", END)
    ids = together(*[lambda: api.publish(xml, at=AT)] * 4)
    assert len(set(ids)) == 1
    subject = new_subject()
    instances = together(*[lambda: api.start(ids[0], subject=subject, context={}, at=AT)] * 4)
    assert len(set(instances)) == 1
    assert len(api.tasks_of(subject)) == 1


def test_an_incident_is_retried_once_while_the_case_goes_on(calls: list[api.Step]) -> None:
    started(bpmn(START, "start -> s", service("s", "test.run", background="true"), "s -> end", END))
    token_id = Token.objects.get(fate="here").id
    for _attempt in range(background.ATTEMPTS):
        background.record_failure(token_id=token_id, timer_id=None, error=OSError("x"), at=AT)
    incident = api.incidents()[0]
    retries = together(*[lambda: api.retry_incident(incident.id, actor=SYSTEM, at=AT)] * 4)
    assert retries.count(None) == 1
    assert {type(one) for one in retries if one is not None} == {api.IncidentGone}
    entries = [entry.kind for entry in entries_of(incident.subject)]
    assert entries.count("process.retried") == 1
    ends = together(
        lambda: background.run_step(token_id=token_id, at=AT),
        lambda: background.record_failure(token_id=token_id, timer_id=None, error=OSError("y"), at=AT),
        lambda: api.retry_incident(incident.id, actor=SYSTEM, at=AT),
    )
    assert ends[0] is True
    assert len(calls) == 1
