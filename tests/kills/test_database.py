"""PostgreSQL itself dies by ``kill -9`` while applications arrive: whoever has a receipt number is in the file."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.kills
ROOT = Path(__file__).resolve().parents[2]
Process = subprocess.Popen[str]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own OS user can reach, which pytest's temporary folders are not."""
    parent = Path(tempfile.mkdtemp(dir="/var/tmp"))
    parent.chmod(0o755)
    yield parent / "data"
    shutil.rmtree(parent, ignore_errors=True)


@contextlib.contextmanager
def run(*arguments: str, url: str = "", module: str = "applicant") -> Iterator[Process]:
    environment = (
        {**os.environ, "DATABASE_URL": url} if url else {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    )
    command = [sys.executable, "-m", f"tests.kills.{module}", *arguments]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def read_line(process: Process) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(*arguments: str, url: str, module: str = "applicant") -> str:
    with run(*arguments, url=url, module=module) as process:
        out, _nothing = process.communicate(timeout=900)
    assert process.returncode == 0
    return out


def kill_server(folder: Path) -> None:
    os.kill(int((folder / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)


def test_what_was_receipted_survives_the_death_of_the_database(folder: Path) -> None:
    receipts: list[str] = []
    with run("serve", str(folder)) as server:
        url = read_line(server)
        finish("prepare", url=url)
        with run("apply", url=url) as applicant:
            receipts += [read_line(applicant) for _ in range(25)]
            kill_server(folder)
            receipts += [line for line in applicant.communicate(timeout=900)[0].split() if "-" in line]
    with run("serve", str(folder)) as server:
        found = json.loads(finish("judge", url=read_line(server)))
        server.communicate(timeout=900)
    assert set(receipts) <= set(found["receipts"])
    assert len(found["receipts"]) - len(receipts) in (0, 1)  # one may have been committed but not yet told
    assert set(found["tasks"]) == {1}
    assert {entries.count("application.submitted") for entries in map(tuple, found["entries"])} == {1}
    assert found["mails"] == len(found["receipts"])
    assert found["ledger"] is True


def test_a_decision_is_whole_or_not_at_all(folder: Path) -> None:
    """The deciders die by ``kill -9`` again and again in the middle of deciding, at last the database itself."""
    told: list[str] = []
    with run("serve", str(folder)) as server:
        url = read_line(server)
        finish("prepare", url=url, module="decider")
        for number in range(4):
            with run("decide", url=url, module="decider") as decider:
                told += [read_line(decider) for _ in range(5 + number)]
                decider.kill()
        with run("decide", url=url, module="decider") as decider:
            told += [read_line(decider) for _ in range(5)]
            kill_server(folder)
            told += decider.communicate(timeout=900)[0].split()
    with run("serve", str(folder)) as server:
        found = json.loads(finish("judge", url=read_line(server), module="decider"))
        server.communicate(timeout=900)
    assert {int(one) for one in told if one} <= set(found["decided"])
    assert set(found["entries"]) == {1}
    assert found["faults"] == []
    assert found["gaps"] == []
    assert found["open_tasks_of_decided"] == 0
    assert found["ledger"] is True


def test_a_batch_killed_in_the_middle_tells_how_far_it_came(folder: Path) -> None:
    """Those done are done, the rest is not, the page says so; carried on with, nothing is done twice."""
    with run("serve", str(folder)) as server:
        url = read_line(server)
        finish("prepare", url=url, module="batcher")
        with run("decide", url=url, module="batcher") as batcher:
            for _ in range(20):
                read_line(batcher)
            batcher.kill()
        found = json.loads(finish("judge", url=url, module="batcher"))
        assert found["done"] >= 18
        assert (found["done"] + found["waiting"], found["finished"]) == (60, False)
        assert found["entries"] == [[False, 0], [True, 1]]
        assert finish("decide", url=url, module="batcher").endswith("end\n")
        found = json.loads(finish("judge", url=url, module="batcher"))
        server.communicate(timeout=900)
    assert (found["done"], found["waiting"], found["finished"]) == (60, 0, True)
    assert found["entries"] == [[True, 1]]
    assert found["faults"] == []
    assert found["ledger"] is True
