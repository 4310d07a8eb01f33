"""Background jobs: one small door to procrastinate (jobs as PostgreSQL rows).

A job is deferred *in the transaction of the write* that needs it, so a rolled-back write leaves no job and a
committed one never lacks it. A job may run more than once (a worker killed half-way is retried): its function must be
idempotent — load by id, look whether the work is still to be done, call one action.

Jobs are defined in each app's ``tasks.py``, which procrastinate imports at start-up. ``manage.py worker`` runs them;
tests run them with the fixture ``run_jobs``.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

__all__ = ["MAX_ATTEMPTS", "TITLES", "AlreadyEnqueued", "app", "job", "periodic"]

P = ParamSpec("P")
R = TypeVar("R")

# 4 s, 16 s, 64 s, … 18 h: eight retries within about a day, then the job stays as `failed` for a person to see.
MAX_ATTEMPTS = 8
RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=4)


TITLES: dict[str, Any] = {}  # name of a job → what it does, in lazy words for people


def job(
    *, name: str, title: Any = "", queue: str = "default", retry: bool | RetryStrategy = True, priority: int = 0
) -> Callable[[Callable[P, R]], Task[P, R, P]]:
    """Decorator: make a function of keyword arguments (JSON values only) a job called ``name`` (``module.verb_noun``).

    ``the_job.defer(**kwargs)`` enqueues it in the running transaction and costs one query;
    ``the_job.configure(schedule_at=…, lock=…, queueing_lock=…).defer(**kwargs)`` enqueues it for later, one at a time
    per ``lock``, or at most once waiting per ``queueing_lock`` (a second one raises ``AlreadyEnqueued`` and, like any
    database error, spoils the transaction: wrap it in a savepoint). Called directly it simply runs.

    :param title: what it does, in lazy words: people read it when it has failed (止まっているもの).
    :param retry: True retries any exception eight times within about a day; False never; or a strategy of its own.
    :param priority: higher runs first; 0 is usual, negative is for bulk work that must not delay a citizen's mail.
    """
    strategy = RETRY if retry is True else retry
    TITLES[name] = title
    return app.task(name=name, queue=queue, retry=strategy, priority=priority)


DRAINS: dict[str, Callable[[int], Any]] = {}  # name → periodic job that empties a queue of its own


def periodic(
    *, name: str, cron: str, title: Any = "", queue: str = "default", drains: bool = False
) -> Callable[[Callable[[int], R]], Task[[int], R, []]]:
    """Decorator: run ``function(timestamp: int)`` by the clock, whichever worker gets there first.

    :param cron: five fields (minute hour day month weekday) in UTC, and optionally a sixth for **seconds**:
        ``"*/5 * * * *"`` is every five minutes, ``"* * * * * */5"`` every five seconds.

    At most one waits at any time; two may run at once when one lasts longer than its period. Nothing is retried: the
    next tick is the retry. A tick missed by more than ten minutes (all workers down) is skipped.

    :param title: what it does, as of ``job``.
    :param drains: it does what acts have left for it in a table; the fixture ``run_jobs`` calls it, too.
    """

    def decorate(function: Callable[[int], R]) -> Task[[int], R, []]:
        def tick(timestamp: int) -> R:
            return function(timestamp)

        TITLES[name] = title
        if drains:
            DRAINS[name] = function
        return app.periodic(cron=cron)(app.task(name=name, queue=queue, queueing_lock=name)(tick))

    return decorate
