"""A worker killed in the middle of a background step: nothing half done, nothing lost, nothing done twice."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from tocho.engines.process import api, background, store
from tocho.engines.process.models import Token

from .factories import AT, END, START, bpmn, current, service, started, user

WORKER = """
import sys, time, django
django.setup()
from django.utils.timezone import now
from tocho.engines.process import api, background
def work(step):
    api.open_task(kind="t.t", subject=step.subject, title="x", address="post:1", due_on=None, at=step.at)
    print("half way", flush=True)
    time.sleep(60)
api.install({"test.run": work})
background.run_step(token_id=int(sys.argv[1]), at=now())
"""


@pytest.mark.kills
@pytest.mark.django_db(transaction=True)
def test_a_killed_step_is_as_if_it_had_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[api.Step] = []
    monkeypatch.setattr(store, "_handlers", {"test.run": calls.append})
    run = service("s", "test.run", background="true")
    subject = started(bpmn(START, "start -> s", run, "s -> a", user("a"), "a -> end", END))
    token_id = Token.objects.get(fate="here").id
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(token_id)], stdout=subprocess.PIPE, env=os.environ | {"DATABASE_URL": url}
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"half way\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert (current(subject), api.tasks_of(subject)) == (("s",), ())

    assert background.run_step(token_id=token_id, at=AT)
    assert not background.run_step(token_id=token_id, at=AT)
    assert (len(calls), current(subject)) == (1, ("a",))
