"""Reads of the table of jobs, for the worker and for the people who look after it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from .api import TITLES
from .models import JobFailure


def fetch_rows(query: str, **params: Any) -> list[dict[str, Any]]:
    """The rows of one query on Django's connection of this thread, as dicts."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# A run of a periodic job that failed, and another one has begun since: nobody need look at it.
SUPERSEDED = """job.queueing_lock IS NOT DISTINCT FROM job.task_name AND NOT EXISTS (
    SELECT FROM procrastinate_periodic_defers latest WHERE latest.job_id = job.id)"""


@dataclass(frozen=True)
class FailedJob:
    """One job that has used up its retries and waits for a person (`manage.py jobs --retry ID`).

    ``cause`` is a ``JobFailure.Cause`` or "" (not known); ``place`` the kind of the error and where, for engineers.
    """

    id: int
    name: str
    arguments: dict[str, object]
    attempts: int
    failed_at: datetime
    cause: str
    place: str

    @property
    def title(self) -> str:
        """What it does, for people; its name where nobody has said it."""
        return str(TITLES.get(self.name) or self.name)

    @property
    def why(self) -> str:
        return str(JobFailure.Cause(self.cause).label) if self.cause else ""


def job_counts() -> dict[str, int]:
    """Number of jobs by state: ``todo``, ``doing``, ``failed`` … (succeeded jobs leave no row)."""
    found = fetch_rows("SELECT status::text, count(*) AS n FROM procrastinate_jobs GROUP BY status")
    return {row["status"]: row["n"] for row in found}


def failed_jobs(limit: int = 100, *, after: int | None = None) -> list[FailedJob]:
    """The latest failed jobs, newest first, without runs of periodic jobs that have run again since.

    :param after: the id behind which a page begins.
    """
    return _failed("(%(after)s::bigint IS NULL OR job.id < %(after)s)", after=after, limit=limit)


def failed_job(job_id: int) -> FailedJob | None:
    """One failed job; None when it is none (any more)."""
    return next(iter(_failed("job.id = %(id)s", id=job_id, limit=1)), None)


def failed_job_count() -> int:
    """How many failed jobs wait for a person; counting stops at 1,000."""
    found = fetch_rows(
        f"""SELECT count(*) AS n FROM (SELECT FROM procrastinate_jobs job
             WHERE job.status = 'failed' AND NOT ({SUPERSEDED}) LIMIT 1000) counted"""  # noqa: S608  our own words
    )
    return int(found[0]["n"])


def _failed(condition: str, **params: Any) -> list[FailedJob]:
    query = f"""
        SELECT job.id, job.task_name AS name, job.args AS arguments, job.attempts,
               (SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id) AS failed_at,
               COALESCE(failure.cause, '') AS cause, COALESCE(failure.place, '') AS place
          FROM procrastinate_jobs job LEFT JOIN jobs_jobfailure failure ON failure.job_id = job.id
         WHERE job.status = 'failed' AND NOT ({SUPERSEDED}) AND {condition}
         ORDER BY job.id DESC LIMIT %(limit)s"""  # noqa: S608  our own words
    rows = fetch_rows(query, **params)
    return [FailedJob(**{**row, "arguments": _arguments(row["arguments"])}) for row in rows]


def _arguments(found: Any) -> dict[str, object]:
    arguments: dict[str, object] = json.loads(found) if isinstance(found, str) else found
    return arguments
