"""The database refuses what the rules refuse."""

from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from tocho.modules.records import actions
from tocho.modules.records.models import DisposalList, Document, Hold, RecordFile
from tocho.modules.records.rules import HELD_BACK, MOVES

from .factories import AT, World, by, make_document, make_due, make_file, make_list, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_trigger_knows_the_same_moves() -> None:
    guards = import_module("tocho.modules.records.migrations.0002_guards")
    assert set(guards.MOVES) == {f"{state}>{to}" for state, following in MOVES.items() for to in following}
    assert set(guards.HELD_BACK) == HELD_BACK


def refused(act: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        act()  # type: ignore[operator]


def test_nobody_ends_a_file_alone(world: World) -> None:
    file = make_due(world.officer)
    rows = RecordFile.objects.filter(id=file.pk)
    actions.propose_list(list_id=make_list(world.officer).pk, actor=by(world.officer), at=AT)
    refused(lambda: rows.update(state="disposed", ended_on=AT.date()))
    same = {"agreed_by": world.officer, "agreed_at": AT, "state": "agreed"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DisposalList.objects.update(**same)


def test_a_held_file_stays(world: World) -> None:
    file = make_due(world.officer)
    Hold.objects.create(file=file, ground="audit", reason="監査", placed_at=AT)
    refused(lambda: RecordFile.objects.filter(id=file.pk).update(state="disposal_review"))


def test_closed_files_take_nothing_and_states_do_not_jump(world: World) -> None:
    file = make_file(world.officer)
    refused(lambda: RecordFile.objects.filter(id=file.pk).update(state="due"))
    actions.close_file(file_id=file.pk, actor=by(world.officer), at=AT)
    refused(lambda: Document.objects.create(file=file, kind="other", title="x", dated_on=AT.date(), entered_at=AT))


def test_nothing_is_deleted(world: World) -> None:
    make_document(world.officer, make_file(world.officer))
    for model in (Document, RecordFile, Hold):
        refused(lambda model=model: model.objects.all()._raw_delete(using="default"))
