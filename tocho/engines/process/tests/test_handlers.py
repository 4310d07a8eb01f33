"""Service tasks: in the transaction, as jobs, when they fail; timers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.engines.process import api, background, store, tasks
from tocho.engines.process.models import Incident, Instance, Timer

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
    timer,
    user,
)

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=30)


class Handlers:
    """What the handlers were called with; ``answer`` is what the next calls do."""

    def __init__(self) -> None:
        self.calls: list[api.Step] = []
        self.answer: Callable[[api.Step], Mapping[str, Any] | None] = lambda step: None

    def __call__(self, step: api.Step) -> Mapping[str, Any] | None:
        self.calls.append(step)
        return self.answer(step)


@pytest.fixture
def handlers() -> Iterator[Handlers]:
    before, offices = dict(store._handlers), dict(store._offices)
    recorder = Handlers()
    api.install({"test.run": recorder})
    yield recorder
    api.install(before, offices)


SYNCHRONOUS = bpmn(
    *(START, "start -> a", user("a", outcome="x"), "a -> s", service("s", "test.run", outcome="auto"), "s -> b"),
    *(receive("b", "go"), "b -> end", END),
    messages="go",
)
BACKGROUND = bpmn(
    *(START, "start -> s", service("s", "test.run", background="true", outcome="auto"), "s -> b"),
    *(receive("b", "go"), "b -> end", END),
    messages="go",
)


def jobs() -> list[tuple[str, dict[str, Any]]]:
    rows = ProcrastinateJob.objects.filter(status="todo", task_name__startswith="process.").order_by("id")
    return list(rows.values_list("task_name", "args"))


def failing(step: api.Step) -> None:
    raise OSError("印刷機が応答しません")


def finish(subject: Subject, **outcome: Any) -> None:
    api.complete_task(api.tasks_of(subject)[0].id, outcome=outcome, actor=SYSTEM, at=AT)


def test_a_handler_runs_in_the_transaction(handlers: Handlers) -> None:
    handlers.answer = lambda step: {"auto": True}
    subject = started(SYNCHRONOUS)
    finish(subject, x=1)
    (step,) = handlers.calls
    assert (step.subject, step.element_id, step.context, step.at) == (subject, "s", {"x": 1}, AT)
    instance = Instance.objects.get(id=step.instance_id)
    assert instance.context == {"x": 1, "auto": True}
    assert current(subject) == ("b",)


def test_a_handler_that_fails_undoes_the_whole_action(handlers: Handlers) -> None:
    handlers.answer = failing
    subject = started(SYNCHRONOUS)
    with pytest.raises(OSError, match="印刷機"):
        finish(subject, x=1)
    assert current(subject) == ("a",)
    assert api.tasks_of(subject)[0].state == "ready"


def test_a_handler_that_is_gone_after_an_upgrade_says_so(handlers: Handlers) -> None:
    subject = started(SYNCHRONOUS)
    api.install({})
    with pytest.raises(api.StepError, match=r"s .*no handler 'test.run' is installed"):
        finish(subject, x=1)


def test_a_message_sent_by_a_handler_to_its_own_case(handlers: Handlers) -> None:
    fork = '<parallelGateway id="fork"/>'
    xml = bpmn(
        *(START, "start -> fork", fork, "fork -> b", "fork -> s", receive("b", "go"), "b -> end", END),
        *(service("s", "test.run"), "s -> end"),
        messages="go",
    )
    handlers.answer = lambda step: {"sent": api.send_message(subject=step.subject, name="go", at=step.at)}
    subject = started(xml)
    assert Instance.objects.get(subject_id=subject.id).state == "done"


@pytest.mark.parametrize("verb", ["cancel", "complete"])
def test_a_handler_may_not_pull_the_rug_from_under_itself(handlers: Handlers, verb: str) -> None:
    subject = new_subject()

    def rug(step: api.Step) -> None:
        if verb == "cancel":
            api.cancel(subject=subject, reason="", at=AT)
        else:
            finish(subject)

    handlers.answer = rug
    fork = '<parallelGateway id="fork"/>'
    parts = (START, "start -> fork", fork, "fork -> a", "fork -> b", user("a"), user("b"), "b -> end", END)
    started(bpmn(*parts, "a -> s", service("s", "test.run"), "s -> end"), subject=subject)
    with pytest.raises(RuntimeError, match="a handler may not"):
        finish(subject)
    assert current(subject) == ("a", "b")


def test_a_background_step_is_a_job_and_runs_once(handlers: Handlers, run_jobs: RunJobs) -> None:
    handlers.answer = lambda step: {"auto": "yes"}
    subject = started(BACKGROUND)
    assert current(subject) == ("s",)
    arguments = jobs()[0][1]
    assert run_jobs() == ["process.run_step"]
    tasks.run_step(**arguments)
    assert len(handlers.calls) == 1
    assert current(subject) == ("b",)
    assert Instance.objects.get(subject_id=subject.id).context == {"auto": "yes"}


def test_a_background_step_of_a_cancelled_case_does_nothing(handlers: Handlers, run_jobs: RunJobs) -> None:
    subject = started(BACKGROUND)
    api.cancel(subject=subject, reason="取下げ", at=AT)
    assert run_jobs() == ["process.run_step"]
    assert handlers.calls == []


AT_ONCE = bpmn(
    *(START, "start -> s", service("s", "test.run", background="on-failure", outcome="auto"), "s -> b"),
    *(user("b"), "b -> end", END),
)


def test_a_step_that_may_wait_is_done_at_once(handlers: Handlers, run_jobs: RunJobs) -> None:
    handlers.answer = lambda step: {"auto": "yes"}
    subject = started(AT_ONCE)
    assert (current(subject), run_jobs()) == (("b",), [])
    assert Instance.objects.get(subject_id=subject.id).context == {"auto": "yes"}


def test_a_step_that_fails_at_once_is_left_to_a_job(handlers: Handlers, run_jobs: RunJobs) -> None:
    def writes_and_fails(step: api.Step) -> None:
        api.open_task(kind="test.note", subject=step.subject, title="x", address="post:1", due_on=None, at=AT)
        failing(step)

    handlers.answer = writes_and_fails
    subject = started(AT_ONCE)
    assert current(subject) == ("s",)
    assert api.tasks_of(subject) == ()  # nothing of the attempt is left
    with pytest.raises(OSError, match="印刷機"):
        tasks.run_step(**jobs()[0][1])
    handlers.answer = lambda step: None
    assert run_jobs() == ["process.run_step"]
    assert current(subject) == ("b",)


def test_a_failing_step_becomes_an_incident_that_can_be_retried(handlers: Handlers, run_jobs: RunJobs) -> None:
    handlers.answer = failing
    subject = started(BACKGROUND)
    arguments = jobs()[0][1]
    for _attempt in range(background.ATTEMPTS - 1):
        with pytest.raises(OSError, match="印刷機"):
            tasks.run_step(**arguments)
        assert api.incidents() == ()
    tasks.run_step(**arguments)
    (incident,) = api.incidents()
    assert (incident.subject, incident.element_id, incident.error) == (subject, "s", "OSError: 印刷機が応答しません")

    handlers.answer = lambda step: None
    api.retry_incident(incident.id, actor=SYSTEM, at=LATER)
    with pytest.raises(api.IncidentGone):
        api.retry_incident(incident.id, actor=SYSTEM, at=LATER)
    run_jobs()
    assert current(subject) == ("b",)
    assert Incident.objects.get().resolved_at is not None
    assert api.incidents() == ()


def test_an_incident_of_a_cancelled_case_is_over(handlers: Handlers) -> None:
    handlers.answer = failing
    subject = started(BACKGROUND)
    token_id = jobs()[0][1]["token_id"]
    for _attempt in range(background.ATTEMPTS):
        background.record_failure(token_id=token_id, timer_id=None, error=OSError("x"), at=AT)
    incident = api.incidents()[0]
    api.cancel(subject=subject, reason="取下げ", at=AT)
    assert api.incidents() == ()
    with pytest.raises(api.IncidentGone):
        api.retry_incident(incident.id, actor=SYSTEM, at=AT)


def test_incidents_are_read_by_office(handlers: Handlers) -> None:
    subject = started(BACKGROUND)
    api.install({"test.run": handlers}, {subject.type: lambda subject_id: f"unit {subject_id}"})
    token_id = jobs()[0][1]["token_id"]
    for _attempt in range(background.ATTEMPTS):
        background.record_failure(token_id=token_id, timer_id=None, error=OSError("x"), at=AT)
    own, other = [f"unit {subject.id}"], ["elsewhere"]
    (incident,) = api.incidents(own)
    assert (incident.unit, incident.step, incident.state) == (own[0], "s", "stopped")
    assert (api.incidents(other), api.incident(incident.id, other)) == ((), None)
    assert (api.incident_count(own), api.incident_count(other), api.incident_count()) == (1, 0, 1)
    api.retry_incident(incident.id, actor=SYSTEM, at=LATER)
    assert [one.state for one in api.retried_incidents(own)] == ["trying"]
    assert api.retried_incidents(other) == ()


DEADLINE = bpmn(
    *(
        START,
        "start -> ask",
        user("ask", outcome="deadline"),
        "ask -> wait",
        receive("wait", "corrected"),
        "wait -> end",
    ),
    *(boundary("late", "wait", date="deadline"), "late -> s", service("s", "test.run"), "s -> end", END),
    messages="corrected",
)


def test_a_boundary_timer_fires_after_the_last_day(handlers: Handlers, run_jobs: RunJobs) -> None:
    subject = started(DEADLINE)
    finish(subject, deadline="2020-12-01")
    midnight = AT.replace(month=12, day=2, hour=0)
    assert Timer.objects.get().due_at == midnight
    assert background.queue_due_timers(at=midnight - timedelta(seconds=1)) == 0
    assert (background.queue_due_timers(at=midnight), background.queue_due_timers(at=LATER)) == (1, 0)
    assert run_jobs() == ["process.fire_timer"]
    assert (len(handlers.calls), Timer.objects.count()) == (1, 0)
    assert Instance.objects.get(subject_id=subject.id).state == "done"


def test_in_time_the_timer_stops(handlers: Handlers) -> None:
    subject = started(DEADLINE)
    finish(subject, deadline="2020-12-01")
    timer_id = Timer.objects.get().id
    assert api.send_message(subject=subject, name="corrected", at=AT)
    assert not Timer.objects.exists()
    assert not background.fire_timer(timer_id=timer_id, at=LATER)
    assert handlers.calls == []


def test_a_boundary_without_a_date_sets_no_timer(handlers: Handlers) -> None:
    subject = started(DEADLINE)
    finish(subject)
    assert (current(subject), Timer.objects.count()) == (("wait",), 0)


@pytest.mark.parametrize("value", ["tomorrow", 3])
def test_a_deadline_that_is_no_date_fails_the_action(handlers: Handlers, value: Any) -> None:
    subject = started(DEADLINE)
    with pytest.raises(api.StepError, match=r"late .*timer cannot be read"):
        finish(subject, deadline=value)
    assert current(subject) == ("ask",)


def test_an_intermediate_timer_without_a_date_is_an_error(run_jobs: RunJobs) -> None:
    waits = f'<intermediateCatchEvent id="c">{timer(date="day")}</intermediateCatchEvent>'
    xml = bpmn(START, "start -> c", waits, "c -> end", END, inputs="day?")
    with pytest.raises(api.StepError, match="no date"):
        started(xml)
    subject = started(xml, {"day": "2020-12-01"})
    background.queue_due_timers(at=LATER)
    run_jobs()
    assert Instance.objects.get(subject_id=subject.id).state == "done"


def test_a_reminder_fires_once_and_leaves_the_task(run_jobs: RunJobs) -> None:
    xml = bpmn(
        *(START, "start -> a", user("a"), "a -> end", END),
        *(boundary("late", "a", duration="P3B", cancel="false"), "late -> b", user("b"), "b -> end"),
    )
    subject = started(xml)
    background.queue_due_timers(at=LATER)
    run_jobs()
    assert current(subject) == ("a", "b")
    assert not Timer.objects.exists()


def test_a_failing_timer_becomes_an_incident(handlers: Handlers, run_jobs: RunJobs) -> None:
    handlers.answer = failing
    subject = started(DEADLINE)
    finish(subject, deadline="2020-12-01")
    timer_id = Timer.objects.get().id
    for _attempt in range(background.ATTEMPTS - 1):
        with pytest.raises(OSError, match="印刷機"):
            tasks.fire_timer(timer_id=timer_id)
    tasks.fire_timer(timer_id=timer_id)
    (incident,) = api.incidents()
    assert (incident.element_id, current(subject)) == ("wait", ("wait",))
    handlers.answer = lambda step: None
    api.retry_incident(incident.id, actor=SYSTEM, at=LATER)
    assert run_jobs() == ["process.fire_timer"]
    assert (api.incidents(), current(subject)) == ((), ())


def test_a_step_that_has_begun_rests_until_it_is_finished(handlers: Handlers) -> None:
    handlers.answer = lambda step: api.Begun()
    subject = started(SYNCHRONOUS)
    finish(subject, x=1)
    assert (current(subject), jobs()) == (("s",), [])
    assert not api.finish_step(subject=subject, handler="test.other", at=AT)
    assert api.finish_step(subject=subject, handler="test.run", data={"auto": 7}, at=AT)
    assert (current(subject), len(handlers.calls)) == (("b",), 1)
    assert Instance.objects.get(subject_id=subject.id).context["auto"] == 7
    assert not api.finish_step(subject=subject, handler="test.run", at=AT)


def test_a_background_step_may_begin_and_be_finished(handlers: Handlers, run_jobs: RunJobs) -> None:
    handlers.answer = lambda step: api.Begun()
    subject = started(BACKGROUND)
    run_jobs()
    assert (current(subject), len(handlers.calls), jobs()) == (("s",), 1, [])
    assert api.finish_step(subject=subject, handler="test.run", at=AT)
    assert current(subject) == ("b",)


def test_what_is_finished_while_it_begins_goes_on_once(handlers: Handlers) -> None:
    def at_once(step: api.Step) -> api.Begun:
        assert api.finish_step(subject=step.subject, handler="test.run", data={"auto": 1}, at=AT)
        return api.Begun()

    handlers.answer = at_once
    subject = started(SYNCHRONOUS)
    finish(subject, x=1)
    assert current(subject) == ("b",)
    assert [stay.element_id for stay in api.where(subject).history].count("b") == 1  # type: ignore[union-attr]


def test_what_will_not_be_done_goes_back_to_the_human_task_before(handlers: Handlers) -> None:
    handlers.answer = lambda step: api.Begun()
    subject = started(SYNCHRONOUS)
    finish(subject, x=1)
    assert not api.go_back(subject=subject, handler="test.run", kind="test.other", at=AT)
    assert current(subject) == ("s",)
    assert api.go_back(subject=subject, handler="test.run", kind="test.work", at=AT)
    assert current(subject) == ("a",)
    finish(subject, x=2)
    assert (current(subject), len(handlers.calls)) == (("s",), 2)
    assert api.finish_step(subject=subject, handler="test.run", at=AT)
    assert not api.go_back(subject=subject, handler="test.run", kind="test.work", at=AT)
