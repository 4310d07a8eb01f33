"""Reads of the table of jobs, for the worker and for the people who look after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


def fetch_rows(query: str, **params: Any) -> list[dict[str, Any]]:
    """The rows of one query on Django's connection of this thread, as dicts."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class FailedJob:
    """One job that has used up its retries and waits for a person (`manage.py jobs --retry ID`)."""

    id: int
    name: str
    arguments: dict[str, object]
    attempts: int
    failed_at: datetime


def job_counts() -> dict[str, int]:
    """Number of jobs by state: ``todo``, ``doing``, ``failed`` … (succeeded jobs leave no row)."""
    found = fetch_rows("SELECT status::text, count(*) AS n FROM procrastinate_jobs GROUP BY status")
    return {row["status"]: row["n"] for row in found}


def failed_jobs(limit: int = 100) -> list[FailedJob]:
    """The latest failed jobs, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT job.id, job.task_name, job.args, job.attempts, max(event.at)
                 FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
                WHERE job.status = 'failed' GROUP BY job.id ORDER BY job.id DESC LIMIT %s""",
            [limit],
        )
        return [FailedJob(*row) for row in cursor.fetchall()]
