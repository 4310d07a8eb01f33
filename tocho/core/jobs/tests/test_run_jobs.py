from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tocho.core.jobs.queries import job_counts
from tocho.core.jobs.testing import RunJobs
from tocho.core.jobs.tests.jobs_of_tests import count_down, fail

pytestmark = pytest.mark.django_db


def test_run_jobs_runs_what_jobs_enqueue(run_jobs: RunJobs) -> None:
    count_down.defer(number=2)
    assert run_jobs() == ["test.count_down"] * 3
    assert run_jobs() == []


def test_run_jobs_raises_the_jobs_error(run_jobs: RunJobs) -> None:
    fail.defer()
    with pytest.raises(ValueError, match="on purpose"):
        run_jobs()


def test_a_job_for_later_waits(run_jobs: RunJobs) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    count_down.configure(schedule_at=tomorrow).defer(number=0)
    assert run_jobs() == []
    assert run_jobs(until=tomorrow) == ["test.count_down"]


def test_a_rolled_back_write_leaves_no_job() -> None:
    with transaction.atomic():
        count_down.defer(number=0)
        transaction.set_rollback(True)
    assert job_counts() == {}


def test_every_apps_tasks_are_known() -> None:
    from tocho.core.jobs.api import app

    assert "jobs.prune" in app.tasks
