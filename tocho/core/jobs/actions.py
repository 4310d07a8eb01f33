"""What keeps the table of jobs right and small."""

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from procrastinate import sql

from tocho.core.jobs.api import MAX_ATTEMPTS
from tocho.core.jobs.models import JobFailure
from tocho.core.jobs.queries import SUPERSEDED, fetch_rows
from tocho.core.jobs.rules import cause_of, place_of
from tocho.lib.errors import Refused


class JobGone(Refused):
    """A failed job that is none any more: it runs again, or somebody has put it away."""


@transaction.atomic
def retry_stalled_jobs(*, stalled_after: float) -> list[str]:
    """Put back to `todo` each job whose worker is gone, so that another worker runs it.

    A worker is gone when its row is gone or its heartbeat is older than ``stalled_after`` seconds. A job that lost its
    worker too often (it may be what kills it) becomes `failed` instead. Safe when two workers do it at once.

    :returns: the names of the jobs put back or given up.
    """
    query = sql.queries["select_stalled_jobs_by_heartbeat"]
    stalled = fetch_rows(query, queue=None, task_name=None, seconds_since_heartbeat=stalled_after)
    ids = [row["id"] for row in stalled]
    # Another worker may be doing the same: whoever locks the row acts on it.
    locked = fetch_rows(
        """SELECT id, task_name, attempts FROM procrastinate_jobs
            WHERE id = ANY(%(ids)s) AND status = 'doing' FOR UPDATE SKIP LOCKED""",
        ids=ids,
    )
    for row in locked:
        if row["attempts"] >= MAX_ATTEMPTS:
            end_failed(job_id=row["id"], error=None)
        else:
            retry_job(job_id=row["id"])
    return [row["task_name"] for row in locked]


@transaction.atomic
def end_failed(*, job_id: int, error: BaseException | None) -> None:
    """Leave a job as `failed` for a person to see, with why.

    :param error: what it raised last; None when its workers went away under it.
    """
    fetch_rows(sql.queries["finish_job"], job_id=job_id, status="failed", delete_job=False)
    cause = JobFailure.Cause.WORKER_LOST if error is None else cause_of(error)
    place = "" if error is None else place_of(error)
    JobFailure.objects.update_or_create(job_id=job_id, defaults={"cause": cause, "place": place})


@transaction.atomic
def retry_failed_job(*, job_id: int) -> None:
    """Run a failed job again, now, once however often this is asked.

    :raises JobGone: it runs again or is no more, or (a periodic one) its next run waits already.
    """
    _lock_failed(job_id)
    try:
        with transaction.atomic():
            retry_job(job_id=job_id)
    except IntegrityError as error:  # its queueing lock
        raise JobGone(_("この処理の次の回が、すでに順番を待っています。")) from error
    JobFailure.objects.filter(job_id=job_id).delete()


@transaction.atomic
def put_away_job(*, job_id: int) -> None:
    """Give a failed job up for good. :raises JobGone: it runs again or is no more."""
    _lock_failed(job_id)
    fetch_rows("DELETE FROM procrastinate_jobs WHERE id = %(id)s RETURNING id", id=job_id)
    JobFailure.objects.filter(job_id=job_id).delete()


def _lock_failed(job_id: int) -> None:
    query = "SELECT id FROM procrastinate_jobs WHERE id = %(id)s AND status = 'failed' FOR UPDATE"
    if not fetch_rows(query, id=job_id):
        raise JobGone(_("この処理は、すでに済んだか、やり直しているところです。"))


def retry_job(*, job_id: int) -> None:
    """Run a failed (or stalled) job again, now; its count of attempts goes on."""
    fetch_rows(
        sql.queries["retry_job"], job_id=job_id, retry_at=None, new_priority=None, new_queue_name=None, new_lock=None
    )


@transaction.atomic
def prune_jobs(*, finished_hours: int, failed_days: int) -> int:
    """Delete jobs (with their events) that ended: succeeded, cancelled or aborted ones after ``finished_hours``, failed
    ones after ``failed_days`` (failed runs of a periodic job that has run again since: after ``finished_hours``); and
    workers without a heartbeat for an hour. Deletes at most 10,000 jobs at a time.

    :returns: the number of jobs deleted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM procrastinate_jobs WHERE id IN (
                 SELECT job.id FROM procrastinate_jobs job
                  WHERE job.status NOT IN ('todo', 'doing') AND (
                        SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id
                      ) < now() - CASE WHEN job.status = 'failed' AND NOT ({SUPERSEDED})
                                       THEN make_interval(days => %(failed_days)s)
                                       ELSE make_interval(hours => %(finished_hours)s) END
                  LIMIT 10000)""",  # noqa: S608  our own words
            {"failed_days": failed_days, "finished_hours": finished_hours},
        )
        deleted: int = cursor.rowcount
        cursor.execute(
            """DELETE FROM jobs_jobfailure failure
                WHERE NOT EXISTS (SELECT FROM procrastinate_jobs job WHERE job.id = failure.job_id)"""
        )
        cursor.execute(sql.queries["prune_stalled_workers"], {"seconds_since_heartbeat": 3600})
    return deleted
