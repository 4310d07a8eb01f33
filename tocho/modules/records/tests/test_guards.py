"""The database refuses what the rules refuse."""

from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from tocho.core.ledger.api import SYSTEM
from tocho.modules.records import actions
from tocho.modules.records.actions import RecordsRefused
from tocho.modules.records.models import DisposalItem, DisposalList, Document, Hold, ReceivedDocument, RecordFile
from tocho.modules.records.rules import HELD_BACK, LIST_MOVES, MOVES, RECEIVED_MOVES

from .factories import (
    AT,
    TODAY,
    World,
    by,
    make_document,
    make_due,
    make_file,
    make_list,
    make_world,
    propose_and_agree,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_trigger_knows_the_same_moves() -> None:
    guards = import_module("tocho.modules.records.migrations.0002_guards")
    assert set(guards.MOVES) == {f"{state}>{to}" for state, following in MOVES.items() for to in following}
    assert set(guards.HELD_BACK) == HELD_BACK
    lists = import_module("tocho.modules.records.migrations.0005_guard_lists")
    for moves, known in ((LIST_MOVES, lists.LIST_MOVES), (RECEIVED_MOVES, lists.RECEIVED_MOVES)):
        assert set(known) == {f"{state}>{to}" for state, following in moves.items() for to in following}


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


def test_what_two_people_agreed_to_stands(world: World) -> None:
    file, _other = make_due(world.officer), make_due(world.officer)
    other_list = make_list(world.officer)
    other_list.items.filter(file=file).update(is_open=False)
    actions.withdraw_list(list_id=other_list.pk, reason="数え直す", actor=by(world.officer), at=AT)
    disposal = make_list(world.officer)
    propose_and_agree(world, disposal)
    lists, items = DisposalList.objects.filter(id=disposal.pk), disposal.items.filter(file=file)
    for change in ({"state": "drafting"}, {"state": "proposed"}, {"state": "done"}, {"agreed_by": world.reviewer}):
        refused(lambda change=change: lists.update(**change))
    for said in ({"outcome": "transfer"}, {"reason": "x"}, {"file": make_file(world.officer)}):
        refused(lambda said=said: items.update(**said))
    refused(lambda: DisposalItem.objects.create(list=disposal, file=make_due(world.officer), outcome="dispose"))
    refused(lambda: RecordFile.objects.filter(id=file.pk).update(state="transfer_candidate"))  # agreed was its end
    items.update(is_open=False)
    refused(lambda: items.update(is_open=True))
    refused(lambda: RecordFile.objects.filter(id=file.pk).update(state="disposed", ended_on=TODAY))


def test_what_a_file_is_and_how_long_it_is_kept_stands(world: World) -> None:
    file = make_due(world.officer)
    rows = RecordFile.objects.filter(id=file.pk)
    for change in (
        {"retention": "under_1"}, {"ends_on": TODAY}, {"unit": "R02-0700"}, {"number": 9}, {"title": "別の名前"},
        {"state": "extended"}, {"state": "extended", "ends_on": file.closed_on}, {"fiscal_year": 2000},
    ):  # fmt: skip
        refused(lambda change=change: rows.update(**change))
    file.pk, file.number = None, 9
    refused(lambda: file.save(force_insert=True))  # nothing begins at its end


def test_documents_leave_no_kept_file_and_do_not_change(world: World) -> None:
    kept, free = make_due(world.officer), make_file(world.officer)
    rows = Document.objects.filter(file=kept)
    for change in ({"file": free}, {"digest": "0" * 64}, {"dated_on": TODAY}, {"number": "2"}):
        refused(lambda change=change: rows.update(**change))
    refused(lambda: rows.update(gone_at=AT, title="", search_text=""))  # its file has not ended


def test_a_hold_is_released_once_and_none_comes_after_the_end(world: World) -> None:
    file = make_due(world.officer)
    hold = actions.hold_file(file_id=file.pk, ground="audit", reason="監査", actor=by(world.chief), at=AT)
    rows = Hold.objects.filter(id=hold.pk)
    refused(lambda: rows.update(reason="別の理由"))
    rows.update(released_at=AT, release_reason="済んだ")
    refused(lambda: rows.update(released_at=None, release_reason=""))
    disposal = make_list(world.officer)
    propose_and_agree(world, disposal)
    actions.execute_list(list_id=disposal.pk, at=AT)
    refused(lambda: Hold.objects.create(file=file, ground="audit", reason="遅い", placed_at=AT))


def test_what_arrived_goes_its_way_only(world: World) -> None:
    found = actions.receive_document(
        unit="R02-0600-05-01", title="照会", sender="市", channel="post", arrived_on=TODAY, once="a",
        actor=by(world.officer), at=AT,
    )  # fmt: skip
    rows = ReceivedDocument.objects.filter(id=found.pk)
    refused(lambda: rows.update(state="assigned", assigned_unit="R02-0600", number=1, fiscal_year=2020))
    actions.register_received(received_id=found.pk, actor=by(world.officer), at=AT)
    for change in ({"number": 5}, {"state": "received", "number": None}, {"arrived_on": AT.date().replace(day=1)}):
        refused(lambda change=change: rows.update(**change))
    refused(lambda: rows._raw_delete(using="default"))


def test_nobody_proposes_nothing(world: World) -> None:
    make_due(world.officer)
    with pytest.raises(RecordsRefused, match="ログイン"):
        actions.propose_list(list_id=make_list(world.officer).pk, actor=SYSTEM, at=AT)
