"""A real worker killed in the middle of a background step: nothing half done, nothing lost, nothing done twice."""

import pytest

from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.core.ledger.api import entries_of
from tocho.engines.process import api, store

from .factories import END, START, bpmn, current, service, started, user

SLOW = "tocho.engines.process.tests.slow"


@pytest.mark.kills
@pytest.mark.django_db(transaction=True)
def test_a_killed_step_is_run_again_by_another_worker(
    start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_handlers", {"test.run": lambda step: None})
    run = service("s", "test.run", background="true")
    subject = started(bpmn(START, "start -> s", run, "s -> a", user("a"), "a -> end", END))

    worker = start_worker(imports=SLOW, SLOW="60")
    assert worker.stdout is not None
    assert worker.stdout.readline() == "half way\n"
    worker.kill()
    worker.wait()
    assert (current(subject), api.tasks_of(subject), entries_of(subject)) == (("s",), (), [])

    start_worker(imports=SLOW, SLOW="0")
    wait_until(lambda: current(subject) == ("a",))
    assert len(entries_of(subject)) == 1
    assert len(api.tasks_of(subject)) == 1
