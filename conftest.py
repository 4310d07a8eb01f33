"""Fixtures of the whole project. Each is owned by the part it belongs to; keep them small."""

import hypothesis
import pytest
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tocho.core.jobs.testing import no_jobs_left, run_jobs, start_worker
from tocho.engines.documents.testing import certificate_folder
from tocho.ui.testing import page

__all__ = ["certificate_folder", "no_jobs_left", "page", "run_jobs", "start_worker"]


hypothesis.settings.register_profile("tocho", deadline=None)  # a busy machine is no fault of the tested
hypothesis.settings.load_profile("tocho")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The append-only tables refuse TRUNCATE, which Django's transactional tests use to clean up."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%\\_no\\_truncate'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """What processes remember of the organisation and the calendar does not survive a test's rollback."""
    from tocho.core.calendar.queries import forget
    from tocho.core.org.queries.structure import distrust
    from tocho.engines.facts.queries.readings import forget as forget_figures
    from tocho.lib import briefly

    distrust()
    forget()
    forget_figures()
    briefly.forget()


@pytest.fixture(autouse=True)
def fresh_language() -> None:
    """A page that a test fetched in English leaves the thread English; the next test speaks Japanese again."""
    translation.deactivate()
