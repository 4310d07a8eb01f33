"""The city under test: a fresh copy of the prepared sample city, served as `make run` serves it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.client import Browser
from bench.meter import Meter, Operation
from tools.database import database
from tools.doubles import DOUBLES
from tools.environment import PYTHON, VAR_DIR
from tools.processes import Processes, wait_for
from tools.run import web_command
from tools.settings import free_port, sample_city
from tools.vendor import copy_vendor_files

VAR = VAR_DIR / "bench"  # certificates, files and mails of the benchmark; `make run` keeps its own
PRODUCTION = {"DEBUG": "", "TESTING": "", "DEMO": "1", "EMAIL_HOST": "", "TOCHO_VAR": str(VAR), "LOG_LEVEL": "WARNING"}
CREATE_ROW = "CREATE TABLE bench_row (id bigserial PRIMARY KEY, text varchar(200) NOT NULL, at timestamptz NOT NULL)"
# Work that is left: jobs due now (those of the clock aside, there is always a next one), entries not yet in a block,
# mails not yet sent.
LEFT = """
    SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
              AND (scheduled_at IS NULL OR scheduled_at <= now()) AND NOT args ? 'timestamp'),
           (SELECT count(*) FROM ledger_unsealed),
           (SELECT count(*) FROM notify_message WHERE state = 'queued')
"""
BARE_COUNT = 500


class City:
    """The running processes, how to reach them, and the meter that reads them."""

    def __init__(self, url: str, processes: Processes, port: int) -> None:
        self.url, self.processes, self.port = url, processes, port
        self.sql = psycopg.connect(url, autocommit=True)
        self.workers = 0
        self.bare = 0.0  # CPU milliseconds of the bare view

    def start(self) -> None:
        """Web server and one worker, as `make run` starts them."""
        self.processes.start("web", web_command(self.port))
        self.set_workers(1)
        wait_for(f"http://localhost:{self.port}/healthz")

    def set_workers(self, count: int) -> None:
        """Start or stop worker processes until so many run."""
        while self.workers < count:
            self.workers += 1
            self.processes.start(f"worker {self.workers}", [str(PYTHON), "manage.py", "worker"])
        while self.workers > count:
            child = self.processes.children.pop(f"worker {self.workers}")
            child.terminate()
            child.wait(30)
            self.workers -= 1

    def meter(self) -> Meter:
        """A meter of the processes that run now."""
        children = self.processes.children
        workers = [child.pid for name, child in children.items() if name.startswith("worker")]
        groups = {"web": [children["web"].pid], "worker": workers, "postgres": [_postmaster(self.sql)]}
        return Meter(groups, settle=self.settle)

    def browsers(self, count: int) -> list[Browser]:
        return [Browser(self.port) for _ in range(count)]

    def settle(self, seconds: float = 120) -> None:
        """Wait until all jobs are done and all entries of the ledger are sealed and counted."""
        until = time.monotonic() + seconds
        while any(self.sql.execute(LEFT).fetchone() or ()):
            if time.monotonic() > until:
                sys.exit(f"The worker has not finished its jobs within {seconds:.0f} seconds")
            time.sleep(0.3)
        time.sleep(2.5)  # the figures are counted two seconds after each sealing

    def warm(self, operation: Operation, count: int = 24) -> None:
        """Run an operation until every process has seen it."""
        self.meter().measure(operation, self.browsers(4), count=count)


def _postmaster(sql: psycopg.Connection) -> int:
    """The process of the database server, on this machine: the parent of our own backend."""
    import psutil

    return int(psutil.Process(sql.info.backend_pid).ppid())


@contextmanager
def city() -> Iterator[City]:
    """A fresh city that is served while the block runs; nothing is left of it afterwards."""
    with _fresh_database() as url:
        port = free_port(8960)
        environment = _environment(url, port)
        _measured = _measure_bare(url, environment)
        processes = Processes(environment)
        try:
            running = City(url, processes, port)
            running.bare = _measured
            running.start()
            _join(environment)
            yield running
            running.sql.close()
        finally:
            processes.stop()


def _environment(url: str, port: int) -> dict[str, str]:
    return {
        **sample_city(url, port=port),
        **DOUBLES[0].environment(port + 1),
        **PRODUCTION,
        "SITE_URL": f"http://localhost:{port}",
    }


def _join(environment: dict[str, str]) -> None:
    """Make this process one of the city's, so that a benchmark can put its cases where they have to be."""
    import django

    os.environ.update(environment)
    django.setup()


@contextmanager
def _fresh_database() -> Iterator[str]:
    """The sample city is loaded once into a database that serves as template; each run gets a copy of it."""
    copy_vendor_files(VAR / "vendor-static" / "vendor")
    with database("postgresql-bench") as template:
        environment = {**os.environ, **_environment(template, 8960)}
        ready = subprocess.run([str(PYTHON), "-m", "tools.prepare"], env=environment, check=False)
        if ready.returncode:
            sys.exit(ready.returncode)
        parts = urlsplit(template)
        name = parts.path.lstrip("/")
        with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as sql:
            drop = f'DROP DATABASE IF EXISTS "{name}_run" WITH (FORCE)'
            sql.execute(drop)
            sql.execute(f'CREATE DATABASE "{name}_run" TEMPLATE "{name}"')
            yield urlunsplit(parts._replace(path=f"/{name}_run"))
            sql.execute(drop)


def _measure_bare(url: str, environment: dict[str, str]) -> float:
    """CPU milliseconds of the bare view, on the same database and the same number of processes."""
    port = free_port(8980)
    processes = Processes(environment)
    command = web_command(port, module=("granian", "--interface", "wsgi", "bench.bare:application"))
    with psycopg.connect(url, autocommit=True) as sql:
        sql.execute(CREATE_ROW)
        try:
            processes.start("web", command)
            wait_for(f"http://localhost:{port}/healthz")
            roots = {"web": [processes.children["web"].pid], "postgres": [_postmaster(sql)]}
            meter = Meter(roots, settle=lambda: None)
            browsers = [Browser(port), Browser(port)]

            def insert(browser: Browser, number: int) -> None:
                browser.post("/", {"text": f"row {number}"}, expect=200)

            meter.measure(insert, browsers, count=50)
            cost = meter.measure(insert, browsers, count=BARE_COUNT)
            print(cost.detail("bare Django view, one row inserted"), flush=True)
            return cost.total
        finally:
            processes.stop()
