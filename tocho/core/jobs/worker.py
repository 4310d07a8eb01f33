"""The worker: takes jobs from PostgreSQL and runs them, a few at a time, in threads of one lean process.

procrastinate's own worker (``manage.py procrastinate worker``) does the same on asyncio and works too; ours works on
the same tables for a fraction of the processor time, because each of our jobs is plain synchronous code: no event
loop, no pool, no change of thread between taking a job and running it.

The main thread sleeps until PostgreSQL notifies it of a new job, a periodic job is due, or the heartbeat is. The
runners take jobs and run them. When the database goes away, the session ends once the running jobs have ended, and a
new one begins under a new identity: what could not be recorded as finished is found as stalled and runs again.
"""

import json
import logging
import select
import socket
import threading
import time
from types import FrameType

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, reset_queries
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.exceptions import TaskNotFound
from procrastinate.jobs import Job
from procrastinate.periodic import PeriodicDeferrer, TaskAtTime
from psycopg.types.json import Jsonb

from tocho.core.jobs.actions import end_failed, retry_stalled_jobs
from tocho.core.jobs.api import RETRY
from tocho.core.jobs.queries import fetch_rows

log = logging.getLogger("tocho.jobs")

POLL_SECONDS = 5.0  # finds jobs that were scheduled for later, and those whose notification was lost


class Worker:
    """One process that runs jobs of all queues until it is told to stop."""

    def __init__(self, *, concurrency: int = 2) -> None:
        self.concurrency = concurrency
        self._stopping = threading.Event()
        self._session_over = threading.Event()
        self._wake = threading.Condition()
        self._news = 0  # grows with every notification: a runner that saw an older number must look again
        self._doorbell, self._bell_rope = socket.socketpair()
        self._worker_id: int | None = None

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Take no more jobs, let the running ones end, return from ``run``. Safe in a signal handler and any thread."""
        self._stopping.set()
        self._bell_rope.send(b".")

    def run(self) -> None:
        """Work until ``stop``, through restarts of the database."""
        while not self._stopping.is_set():
            try:
                self._session()
            except (psycopg.Error, DatabaseError) as error:
                log.error("The database is out of reach: %s", error)
            connection.close()
            self._stopping.wait(2)  # after `stop` this returns at once

    def _session(self) -> None:
        worker_id = self._register()
        names = [f"runner-{n}" for n in range(1, self.concurrency + 1)]
        runners = [threading.Thread(target=self._runner, args=(worker_id,), name=name) for name in names]
        for runner in runners:
            runner.start()
        try:
            self._keep_time(worker_id)
        finally:
            self._session_over.set()
            self._announce(self.concurrency)
            for runner in runners:
                runner.join()
        fetch_rows(sql.queries["unregister_worker"], worker_id=worker_id)

    def _register(self) -> int:
        """Announce this worker, and withdraw the identity of a lost session, all of whose runners have ended."""
        if self._worker_id is not None:
            fetch_rows(sql.queries["unregister_worker"], worker_id=self._worker_id)
        self._worker_id = int(fetch_rows(sql.queries["register_worker"])[0]["worker_id"])
        with connection.cursor() as cursor:
            cursor.execute("LISTEN procrastinate_any_queue_v1")
        while select.select([self._doorbell], [], [], 0)[0]:
            self._doorbell.recv(64)
        self._session_over.clear()
        return self._worker_id

    def _is_over(self) -> bool:
        return self._session_over.is_set() or self._stopping.is_set()

    # --- the main thread

    def _keep_time(self, worker_id: int) -> None:
        """Heartbeats, periodic jobs and news, asleep in between, until the session is over."""
        clock = PeriodicDeferrer(registry=app.periodic_registry)
        stalled_after = settings.WORKER_STALLED_SECONDS
        listener: psycopg.Connection = connection.connection
        heartbeat_at = tick_at = poll_at = 0.0
        while not self._is_over():
            now = time.time()
            if now >= heartbeat_at:
                fetch_rows(sql.queries["update_heartbeat"], worker_id=worker_id)
                if found := retry_stalled_jobs(stalled_after=stalled_after):
                    log.warning("Lost by their worker, to be run again: %s", ", ".join(found))
                heartbeat_at = now + stalled_after / 3
            if now >= tick_at:
                for tick in clock.get_previous_tasks(at=now):
                    defer_tick(tick)
                tick_at = now + clock.get_next_tick(at=now) + 0.01
            if news := sum(1 for _ in listener.notifies(timeout=0)):
                self._announce(news)
            if now >= poll_at:
                self._announce(self.concurrency)
                poll_at = now + POLL_SECONDS
            pause = min(heartbeat_at, tick_at, poll_at) - time.time()
            select.select([listener.fileno(), self._doorbell.fileno()], [], [], max(0.0, pause))

    def _announce(self, count: int) -> None:
        with self._wake:
            self._news += 1
            self._wake.notify(count)

    # --- the runners

    def _runner(self, worker_id: int) -> None:
        try:
            succeeded = None
            while True:
                seen = self._news
                job = next_job(None if self._is_over() else worker_id, succeeded=succeeded)
                succeeded = job if job and run_job(job) else None
                if job is None and self._is_over():
                    return
                if job is None:
                    self._await_news(seen)
        except DatabaseError as error:
            log.error("%s lost the database: %s", threading.current_thread().name, error)
        except BaseException:
            log.exception("%s broke", threading.current_thread().name)
        finally:
            connection.close()
            self._session_over.set()
            self._bell_rope.send(b".")

    def _await_news(self, seen: int) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._news != seen or self._is_over())


def defer_tick(tick: TaskAtTime) -> None:
    """Enqueue a periodic job for its moment, unless another worker has done so or one still waits."""
    periodic_task, timestamp = tick
    task = periodic_task.task
    try:
        fetch_rows(
            sql.queries["defer_periodic_job"],
            queue=task.queue,
            lock=task.lock,
            queueing_lock=task.queueing_lock,
            task_name=task.name,
            priority=task.priority,
            periodic_id=periodic_task.periodic_id,
            defer_timestamp=timestamp,
            args=Jsonb({"timestamp": timestamp}),
        )
    except IntegrityError:
        log.debug("%s still waits for its last run", task.name)


def next_job(worker_id: int | None, *, succeeded: Job | None = None) -> Job | None:
    """Take away the job that has just succeeded and mark the first one that is due as `doing`, in one transaction.

    :param worker_id: who takes it; None takes nothing.
    :returns: the job to run now; None when nothing is due.
    """
    ended_id = succeeded.id if succeeded else None
    for row in fetch_rows(
        "SELECT * FROM jobs_next(%(worker_id)s, %(ended_id)s)", worker_id=worker_id, ended_id=ended_id
    ):
        return Job.from_row({**row, "args": json.loads(row["args"])})  # Django leaves the decoding to its fields
    return None


def run_job(job: Job) -> bool:
    """Run a job that was taken. True: it succeeded (``next_job`` records that). False: its retry or end is recorded."""
    started = time.perf_counter()
    try:
        perform(job)
    except BaseException as error:
        _record_failure(job, error)
        return False
    finally:
        reset_queries()
    log.debug("%s took %.3f s", job.call_string, time.perf_counter() - started)
    return True


def perform(job: Job) -> None:
    """Call the job's function. :raises TaskNotFound: no such job in this version of the code."""
    task = app.tasks.get(job.task_name)
    if task is None:
        raise TaskNotFound(job.task_name)
    task(**job.task_kwargs)


def _record_failure(job: Job, error: BaseException) -> None:
    task = app.tasks.get(job.task_name)
    strategy = task.retry_strategy if task else RETRY  # unknown: perhaps a newer worker knows it
    decision = strategy.get_retry_decision(exception=error, job=job) if strategy else None
    if decision is None:
        log.error("%s failed for good", job.call_string, exc_info=error)
        end_failed(job_id=job.id or 0, error=error)
        return
    log.warning("%s failed, again at %s", job.call_string, decision.retry_at, exc_info=error)
    fetch_rows(
        sql.queries["retry_job"],
        job_id=job.id,
        retry_at=decision.retry_at,
        new_priority=decision.priority,
        new_queue_name=decision.queue,
        new_lock=decision.lock,
    )
