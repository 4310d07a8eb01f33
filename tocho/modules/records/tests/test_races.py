"""Two people at once, with real connections."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tocho.modules.records import actions
from tocho.modules.records.models import RecordFile

from .factories import AT, by, make_due, make_file, make_list, make_world, propose_and_agree


def together(*acts: Callable[[], object]) -> None:
    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except actions.RecordsRefused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_open_files_at_once() -> None:
    world = make_world()
    together(*(lambda: make_file(world.officer) for _n in range(6)))
    assert sorted(RecordFile.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_destroyed_or_held_never_both() -> None:
    world = make_world()
    file = make_due(world.officer)
    disposal = make_list(world.officer)
    propose_and_agree(world, disposal)
    together(
        lambda: actions.execute_list(list_id=disposal.pk, at=AT),
        lambda: actions.hold_file(file_id=file.pk, ground="audit", reason="監査", actor=by(world.chief), at=AT),
        lambda: actions.execute_list(list_id=disposal.pk, at=AT),
    )
    file.refresh_from_db()
    assert (file.state, file.holds.count()) in (("disposed", 0), ("due", 1))
