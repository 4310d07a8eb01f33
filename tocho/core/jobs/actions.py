"""What keeps the table of jobs right and small."""

from django.db import connection, transaction
from procrastinate import sql

from tocho.core.jobs.api import MAX_ATTEMPTS
from tocho.core.jobs.queries import fetch_rows


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
            fetch_rows(sql.queries["finish_job"], job_id=row["id"], status="failed", delete_job=False)
        else:
            retry_job(job_id=row["id"])
    return [row["task_name"] for row in locked]


def retry_job(*, job_id: int) -> None:
    """Run a failed (or stalled) job again, now; its count of attempts goes on."""
    fetch_rows(
        sql.queries["retry_job"], job_id=job_id, retry_at=None, new_priority=None, new_queue_name=None, new_lock=None
    )


@transaction.atomic
def prune_jobs(*, finished_hours: int, failed_days: int) -> int:
    """Delete jobs (with their events) that ended: succeeded, cancelled or aborted ones after ``finished_hours``, failed
    ones after ``failed_days``; and workers without a heartbeat for an hour. Deletes at most 10,000 jobs at a time.

    :returns: the number of jobs deleted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM procrastinate_jobs WHERE id IN (
                 SELECT job.id FROM procrastinate_jobs job
                  WHERE job.status NOT IN ('todo', 'doing') AND (
                        SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id
                      ) < now() - CASE job.status WHEN 'failed' THEN make_interval(days => %(failed_days)s)
                                                  ELSE make_interval(hours => %(finished_hours)s) END
                  LIMIT 10000)""",
            {"failed_days": failed_days, "finished_hours": finished_hours},
        )
        deleted: int = cursor.rowcount
        cursor.execute(sql.queries["prune_stalled_workers"], {"seconds_since_heartbeat": 3600})
    return deleted
