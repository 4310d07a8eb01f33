"""Fixtures of the whole project. Each is owned by the part it belongs to; keep them small."""

import hypothesis
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import translation

from tocho.core.jobs.testing import no_jobs_left, run_jobs, start_worker
from tocho.engines.documents.testing import certificate_folder, stamps, timestamp_url
from tocho.ui.testing import page

__all__ = ["certificate_folder", "no_jobs_left", "page", "run_jobs", "stamps", "start_worker", "timestamp_url"]


hypothesis.settings.register_profile("tocho", deadline=None)  # a busy machine is no fault of the tested
hypothesis.settings.load_profile("tocho")


KEPT = ("django_migrations", "django_content_type", "auth_permission", "org_revision")  # what migrations have written


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """A transactional test is cleaned up after by deleting, in tens of milliseconds.

    Django would empty all tables by TRUNCATE and write its permissions anew: a second or two, locks that meet whatever
    still reads, and our append-only tables refuse it.
    """
    TransactionTestCase._fixture_teardown = delete_everything  # type: ignore[method-assign]


def delete_everything(test: TransactionTestCase) -> None:
    """Delete every row of the tables that have any, without triggers."""
    names = [name for name in connection.introspection.django_table_names() if name not in KEPT]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled)
        found = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in found:
            cursor.execute(f'DELETE FROM "{name}"')
        cursor.execute("DELETE FROM django_content_type WHERE app_label <> ALL(%s)", [[*apps.app_configs]])


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """What processes remember (the organisation, the calendar) does not outlive a test."""
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
