"""Background jobs: one small door to procrastinate (jobs as PostgreSQL rows).

A job is deferred *in the transaction of the write* that needs it, so a rolled-back write leaves no job and a committed
one never lacks it. A job may run more than once (a worker killed half-way is retried): its function must be idempotent —
load by id, look whether the work is still to be done, call one action.
"""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

__all__ = ["app", "job", "periodic"]

RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


def job(*, name: str, queue: str = "default", retry: bool = True):  # type: ignore[no-untyped-def]
    """Decorator: make a function of keyword arguments (JSON values only) a job called ``name`` (``module.verb_noun``).

    ``the_job.defer(**kwargs)`` enqueues it in the running transaction; ``the_job.configure(lock=…, queueing_lock=…,
    schedule_at=…).defer(**kwargs)`` as procrastinate documents. Called directly it simply runs.
    """
    return app.task(name=name, queue=queue, retry=RETRY if retry else False)


def periodic(*, name: str, cron: str, queue: str = "default"):  # type: ignore[no-untyped-def]
    """Decorator: run ``function(timestamp: int)`` by the clock; ``cron`` may have a sixth, leading… trailing field for seconds."""

    def decorate(function):  # type: ignore[no-untyped-def]
        return app.periodic(cron=cron)(app.task(name=name, queue=queue, queueing_lock=name, pass_context=False)(function))

    return decorate
