import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tocho.core.jobs.actions import prune_jobs, retry_stalled_jobs
from tocho.core.jobs.queries import failed_jobs, fetch_rows, job_counts
from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.core.jobs.tests.jobs_of_tests import count_down, fail, write_slowly
from tocho.core.jobs.worker import Worker, next_job, run_job

MODULE = "tocho.core.jobs.tests.jobs_of_tests"
kills = pytest.mark.kills


def waiting(name: str) -> int:
    """Jobs of that name that have not ended; other parts' periodic jobs run too."""
    query = "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = %(name)s"
    return int(fetch_rows(query, name=name)[0]["n"])


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


@kills
def test_a_killed_workers_job_is_run_again(start_worker: StartWorker, tmp_path: Path) -> None:
    path, go = tmp_path / "log", tmp_path / "go"
    first = start_worker(imports=MODULE)
    write_slowly.defer(path=str(path), until=str(go))
    wait_until(lambda: lines(path) == ["began"])
    first.kill()
    first.wait()
    go.touch()
    start_worker(imports=MODULE)
    wait_until(lambda: lines(path) == ["began", "began", "ended"])
    wait_until(lambda: waiting("test.write_slowly") == 0)


@kills
def test_sigterm_finishes_the_running_job_and_takes_no_other(start_worker: StartWorker, tmp_path: Path) -> None:
    path, go = tmp_path / "log", tmp_path / "go"
    worker = start_worker(imports=MODULE)
    for _ in range(3):
        write_slowly.defer(path=str(path), until=str(go), seconds=1)
    wait_until(lambda: lines(path) == ["began", "began"])
    worker.terminate()
    go.touch()
    assert worker.wait(60) == 0
    assert sorted(lines(path)) == ["began", "began", "ended", "ended"]
    assert waiting("test.write_slowly") == 1


@kills
def test_a_worker_survives_the_loss_of_its_connections(start_worker: StartWorker, tmp_path: Path) -> None:
    path = tmp_path / "log"
    start_worker(imports=MODULE)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )
    write_slowly.defer(path=str(path))
    wait_until(lambda: lines(path) == ["began", "ended"])


@kills
def test_periodic_jobs_may_come_every_second(start_worker: StartWorker) -> None:
    start_worker(imports=MODULE)
    start_worker(imports=MODULE)
    wait_until(lambda: deferred_at("test.tick") > 0)
    first = deferred_at("test.tick")
    wait_until(lambda: deferred_at("test.tick") >= first + 2)


def deferred_at(name: str) -> int:
    query = (
        "SELECT coalesce(max(defer_timestamp), 0) AS at FROM procrastinate_periodic_defers WHERE task_name = %(name)s"
    )
    return int(fetch_rows(query, name=name)[0]["at"])


@pytest.mark.django_db(transaction=True)
def test_two_runners_take_each_job_once() -> None:
    for _ in range(40):
        count_down.defer(number=0)
    worker = Worker(concurrency=2)
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_until(lambda: waiting("test.count_down") == 0)
    worker.stop()
    thread.join()


@pytest.mark.django_db
def test_a_job_that_fails_for_good_stays_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    fail.defer()
    job = next_job(_worker())
    assert job is not None
    assert not run_job(job)
    assert [found.name for found in failed_jobs()] == ["test.fail"]
    call_command("jobs", retry=[job.id])
    assert "will run again" in capsys.readouterr().out
    assert job_counts() == {"todo": 1}


@pytest.mark.django_db
def test_an_error_waits_longer_each_time() -> None:
    write_slowly.defer(path="/nowhere/at/all")
    job = next_job(_worker())
    assert job is not None
    run_job(job)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, attempts, round(extract(epoch FROM scheduled_at - now())) FROM procrastinate_jobs"
        )
        assert cursor.fetchone() == ("todo", 1, 4)


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_is_given_up() -> None:
    fail.defer()
    next_job(_worker())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 8")
    assert retry_stalled_jobs(stalled_after=-1) == ["test.fail"]
    assert job_counts() == {"failed": 1}


@pytest.mark.django_db
def test_jobs_with_one_lock_run_one_after_the_other() -> None:
    for _ in range(2):
        count_down.configure(lock="one").defer(number=0)
    worker_id = _worker()
    first = next_job(worker_id)
    assert first is not None
    assert next_job(worker_id) is None
    assert next_job(worker_id, succeeded=first) is not None


@pytest.mark.django_db
def test_prune_deletes_only_what_ended_long_ago() -> None:
    for _ in range(3):
        fail.defer()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id <> (SELECT max(id) FROM procrastinate_jobs)"
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'doing'")
        cursor.execute(
            """UPDATE procrastinate_events SET at = now() - interval '91 days'
                WHERE job_id = (SELECT min(id) FROM procrastinate_jobs)"""
        )
    assert prune_jobs(finished_hours=24, failed_days=90) == 1
    assert job_counts() == {"failed": 1, "todo": 1}


def _worker() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
        return int(cursor.fetchone()[0])
