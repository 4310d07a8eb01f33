"""Jobs that failed for good: why, tried again once, put away; runs of a periodic job that ran again are no matter."""

import pytest
from django.db import Error as DatabaseError
from django.utils import translation
from procrastinate.exceptions import TaskNotFound

from tocho.core.jobs.actions import JobGone, put_away_job, retry_failed_job
from tocho.core.jobs.api import TITLES, app
from tocho.core.jobs.models import JobFailure
from tocho.core.jobs.queries import failed_job, failed_job_count, failed_jobs, fetch_rows, job_counts
from tocho.core.jobs.rules import cause_of, place_of
from tocho.core.jobs.testing import fail_job
from tocho.lib.errors import Refused


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ConnectionRefusedError(), "connection"),
        (TimeoutError(), "connection"),
        (DatabaseError(), "database"),
        (JobFailure.DoesNotExist(), "gone"),
        (Refused("締め切りました"), "refused"),
        (TaskNotFound("x"), "unknown_job"),
        (ZeroDivisionError(), "program"),
    ],
)
def test_a_cause_is_said_of_every_error(error: Exception, cause: str) -> None:
    assert cause_of(error) == cause


def test_an_error_is_judged_by_the_one_that_led_to_it() -> None:
    error = ValueError("no answer")
    error.__cause__ = ConnectionResetError()
    assert cause_of(error) == "connection"


def test_a_place_holds_no_words_of_the_error() -> None:
    with pytest.raises(ValueError, match="花子") as caught:
        raise ValueError("山田 花子 hanako@example.jp")
    assert place_of(caught.value).startswith("ValueError at tocho/core/jobs/tests/test_failed.py:")


@pytest.mark.django_db
def test_a_failed_job_says_why_and_runs_again_once() -> None:
    job_id = fail_job("test.fail", error=OSError("printer of hanako@example.jp"))
    found = failed_job(job_id)
    assert found is not None
    assert (found.cause, found.name, failed_job_count()) == ("connection", "test.fail", 1)
    assert "hanako" not in found.place
    retry_failed_job(job_id=job_id)
    with pytest.raises(JobGone):
        retry_failed_job(job_id=job_id)
    assert (failed_jobs(), job_counts(), JobFailure.objects.count()) == ([], {"todo": 1}, 0)


@pytest.mark.django_db
def test_a_failed_job_is_put_away() -> None:
    job_id = fail_job("test.fail", error=OSError())
    put_away_job(job_id=job_id)
    with pytest.raises(JobGone):
        put_away_job(job_id=job_id)
    assert (job_counts(), JobFailure.objects.count()) == ({}, 0)


@pytest.mark.django_db
def test_a_periodic_job_that_ran_again_is_no_matter() -> None:
    job_id = fail_job("jobs.prune", error=OSError(), queueing_lock="jobs.prune")
    assert failed_job_count() == 0
    fetch_rows(
        """INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id, periodic_id)
           VALUES ('jobs.prune', 1, %(id)s, '') RETURNING id""",
        id=job_id,
    )
    assert failed_job_count() == 1
    app.tasks["jobs.prune"].configure(queueing_lock="jobs.prune").defer(timestamp=2)
    with pytest.raises(JobGone):
        retry_failed_job(job_id=job_id)  # the next run waits already
    assert failed_job(job_id) is not None


def test_people_can_read_what_every_job_does() -> None:
    with translation.override("ja"):
        nameless = [name for name, title in TITLES.items() if not str(title) and not name.startswith("test.")]
    assert nameless == []
