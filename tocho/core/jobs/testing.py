"""Fixtures: run the due jobs inside a test's transaction, or by real worker processes that a test may kill."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

import pytest
from django.conf import settings
from django.db import connection

from tocho.core.jobs.api import DRAINS
from tocho.core.jobs.queries import fetch_rows

PATIENCE = 90.0


class RunJobs(Protocol):
    def __call__(self, *, until: datetime | None = None, only: str = "") -> list[str]: ...


@pytest.fixture
def run_jobs(db: None) -> RunJobs:
    """``run_jobs()`` runs all due jobs here and now, with those they enqueue, and raises their errors.

    What periodic jobs of the kind ``drains`` find waiting is done at the end.
    ``until`` also runs those scheduled up to then; ``only`` runs one name. Returns the names in the order of running.
    """

    def run(*, until: datetime | None = None, only: str = "") -> list[str]:
        ran: list[str] = []
        while found := fetch_rows(
            """DELETE FROM procrastinate_jobs WHERE id = (
                 SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND (%(only)s = '' OR task_name = %(only)s)
                    AND (scheduled_at IS NULL OR scheduled_at <= COALESCE(%(until)s, clock_timestamp()))
                  ORDER BY priority DESC, id LIMIT 1)
               RETURNING task_name, args""",
            until=until,
            only=only,
        ):
            from tocho.core.jobs.api import app

            name = found[0]["task_name"]
            app.tasks[name](**json.loads(found[0]["args"]))
            ran.append(name)
            assert len(ran) < 10_000, f"jobs without end: {ran[-5:]}"
        for name, drain in DRAINS.items():
            if only in ("", name):
                drain(int(time.time()))
        return ran

    return run


def fail_job(name: str, *, error: BaseException, queueing_lock: str | None = None, **arguments: object) -> int:
    """A job that has used up its retries with this error; its id."""
    from tocho.core.jobs.actions import end_failed

    rows = fetch_rows(
        """INSERT INTO procrastinate_jobs (task_name, queue_name, args, status, attempts, queueing_lock)
           VALUES (%(name)s, 'default', %(args)s::jsonb, 'doing', 8, %(lock)s) RETURNING id""",
        name=name,
        args=json.dumps(arguments),
        lock=queueing_lock,
    )
    end_failed(job_id=rows[0]["id"], error=error)
    return int(rows[0]["id"])


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test leaves no job to the next one (procrastinate's tables are not Django's to empty)."""
    marker = request.node.get_closest_marker("django_db")
    fixtures = set(request.fixturenames) & {"transactional_db", "live_server", "start_worker"}
    if not (fixtures or (marker and marker.kwargs.get("transaction"))):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    wait_until(_is_alone)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_periodic_defers")
        cursor.execute("DELETE FROM procrastinate_workers")


def _is_alone() -> bool:
    """Whether nobody else is at work in the test's database any more: a page of the live server, a worker just killed.

    They would meet the emptying of the tables in a deadlock, or leave rows to the next test.
    """
    others = fetch_rows(
        """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND backend_type = 'client backend' AND state <> 'idle'"""
    )
    return not others


class StartWorker(Protocol):
    def __call__(self, *, imports: str = "", **environment: str) -> "subprocess.Popen[str]": ...


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: object) -> Iterator[StartWorker]:
    """``start_worker()`` starts a real ``manage.py worker`` on the test database; kill it as you like.

    ``imports`` names a module with jobs of the test; keyword arguments become environment variables. A job whose worker
    was killed is run again within about a second by another one that was started so.
    """
    with contextlib.ExitStack() as stack:

        def start(*, imports: str = "", **environment: str) -> "subprocess.Popen[str]":
            return stack.enter_context(_worker(imports, environment))

        yield start


@contextlib.contextmanager
def _worker(imports: str, environment: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    code = "import sys\nfrom django.core.management import execute_from_command_line\n"
    if imports:
        code += f"import django\ndjango.setup()\nimport {imports}\n"
    code += "execute_from_command_line(['manage.py', 'worker'])"
    env = {**os.environ, "DATABASE_URL": _test_database_url(), "WORKER_STALLED_SECONDS": "1.5", **environment}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert "ready" in process.stdout.readline(), "the worker did not start"
            yield process
        finally:
            process.kill()


def _test_database_url() -> str:
    values = connection.settings_dict
    login = f"{values['USER']}:{values['PASSWORD']}@" if values["PASSWORD"] else f"{values['USER']}@"
    if str(values["HOST"]).startswith("/"):
        return f"postgresql://{login}/{values['NAME']}?host={values['HOST']}"
    return f"postgresql://{login}{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"


def wait_until(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait for what a process of its own does; fails when it does not happen in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"still not so after {seconds} s"
        time.sleep(0.05)
