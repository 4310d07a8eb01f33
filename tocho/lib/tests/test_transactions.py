import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tocho.lib.transactions import one_transaction


class StopError(Exception):
    pass


@one_transaction
def write(name: str, *, stop: bool = False) -> None:
    ContentType.objects.create(app_label="test", model=name)
    if stop:
        raise StopError


@one_transaction
def write_two(*, stop: bool) -> None:
    write("first")
    write("second", stop=stop)


@pytest.mark.django_db
def test_an_act_that_stops_leaves_nothing_and_the_next_one_works() -> None:
    with pytest.raises(StopError):
        write_two(stop=True)
    assert not ContentType.objects.filter(app_label="test").exists()
    write_two(stop=False)
    assert ContentType.objects.filter(app_label="test").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_act_within_another_costs_no_statement_more() -> None:
    with CaptureQueriesContext(connection) as captured:
        write_two(stop=False)
    assert [row["sql"].split()[0] for row in captured] == ["BEGIN", "INSERT", "INSERT", "COMMIT"]


@one_transaction
def go_on_after_an_error() -> None:
    try:
        write("half", stop=True)
    except StopError:
        write("whole")


@pytest.mark.django_db(transaction=True)
def test_a_caught_error_does_not_let_half_an_act_pass() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        go_on_after_an_error()
    assert not ContentType.objects.filter(app_label="test").exists()
