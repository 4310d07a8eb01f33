import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.mark.django_db(transaction=True)
def test_a_silent_connection_is_trusted_without_a_query() -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as captured:
        assert connection.is_usable()
    assert len(captured) == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_whose_server_process_was_ended_is_not_usable() -> None:
    connection.ensure_connection()
    doomed = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [doomed])
    other.close()
    assert not connection.is_usable()
    connection.close()
