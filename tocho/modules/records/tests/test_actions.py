"""The life of files and documents, and what is recorded of it."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import bagit
import pytest
from django.db.models.signals import ModelSignal
from pytest_django import Settings

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.models import OrgUnit, Succession, UnitVersion
from tocho.core.org.queries.structure import distrust
from tocho.core.org.tests.factories import make_unit
from tocho.modules.records import actions, api
from tocho.modules.records.actions import RecordsRefused
from tocho.modules.records.models import Classification, DisposalItem, Document, ReceivedDocument, RecordFile
from tocho.modules.records.permissions import can_agree, files_visible_to
from tocho.modules.records.queries import sources
from tocho.modules.records.signals import document_ended

from .factories import (
    AT,
    CULTURE,
    PDF,
    SECTION,
    TODAY,
    World,
    by,
    make_document,
    make_due,
    make_file,
    make_list,
    make_source,
    make_world,
    propose_and_agree,
    stored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_files_are_numbered_without_gaps_in_each_office_and_year(world: World) -> None:
    numbers = [make_file(world.officer).reference for _n in range(2)]
    assert [*numbers, make_file(world.stranger, unit=CULTURE).reference] == ["2-1", "2-2", "2-1"]
    assert make_file(world.officer, on=date(2020, 3, 31)).reference == "31-1"


def enter(world: World, subject_id: int = 7, **values: object) -> int:
    whole = {"kind": "decision", "number": "2主税徴第7号", "title": "交付の決定", "dated_on": TODAY, "unit": SECTION}
    whole |= {"classification": "B02", **values}
    filing = api.Filing(subject_type="decision", subject_id=subject_id, **whole)  # type: ignore[arg-type]
    return api.enter_document(filing, actor=by(world.officer), at=AT)


def test_what_is_decided_is_filed_by_class_and_year_once(world: World) -> None:
    first = enter(world)
    assert enter(world) == first
    second = enter(world, 8)
    assert Document.objects.get(id=second).file_id == Document.objects.get(id=first).file_id
    file = RecordFile.objects.get()
    assert (file.is_automatic, file.title, file.retention) == (True, "分類B02", "y3")
    entries = [entry.kind for entry in ledger.entries_of(Subject("record_file", file.pk))]
    assert entries == ["records.opened", "records.entered", "records.entered"]
    with pytest.raises(RecordsRefused, match="この分類はありません"):
        enter(world, 9, classification="Z99")


def test_a_closed_file_takes_nothing_until_it_is_opened_again(world: World) -> None:
    file = make_file(world.officer)
    for _click in range(2):
        actions.close_file(file_id=file.pk, actor=by(world.officer), at=AT)
    with pytest.raises(RecordsRefused, match="完結した"):
        make_document(world.officer, file)
    actions.reopen_file(file_id=file.pk, reason="誤って完結した", actor=by(world.officer), at=AT)
    make_document(world.officer, file)
    with pytest.raises(RecordsRefused, match="完結の日"):
        actions.close_file(file_id=file.pk, on=TODAY + timedelta(days=1), actor=by(world.officer), at=AT)


def test_time_carries_files_on(world: World) -> None:
    file = make_file(world.officer)
    actions.close_file(file_id=file.pk, actor=by(world.officer), at=AT)
    for years, state in ((0, "closed"), (1, "retained"), (4, "due")):
        actions.advance_files(at=AT + timedelta(days=366 * years))
        file.refresh_from_db()
        assert file.state == state
    assert actions.advance_files(at=AT + timedelta(days=366 * 4)) == 0


def test_a_document_moves_within_its_office(world: World) -> None:
    wrong, right = make_file(world.officer), make_file(world.officer)
    document = make_document(world.officer, wrong)
    actions.move_document(document_id=document.pk, file_id=right.pk, reason="誤り", actor=by(world.officer), at=AT)
    document.refresh_from_db()
    assert document.file_id == right.pk
    other = make_file(world.stranger, unit=CULTURE)
    with pytest.raises(RecordsRefused, match="同じ部署"):
        actions.move_document(document_id=document.pk, file_id=other.pk, reason="x", actor=by(world.officer), at=AT)


def test_two_people_destroy_and_a_tombstone_is_left(world: World) -> None:
    file, ended = make_due(world.officer), []
    document = file.documents.get()
    Document.objects.filter(id=document.pk).update(subject_type="matter", subject_id=3)
    listener = lambda **sent: ended.append((sent["subject_type"], sent["subject_id"]))  # noqa: E731
    connect(document_ended, listener)
    disposal = make_list(world.officer)
    actions.propose_list(list_id=disposal.pk, actor=by(world.officer), at=AT)
    with pytest.raises(RecordsRefused, match="別の人"):
        actions.agree_list(list_id=disposal.pk, actor=by(world.officer), at=AT)
    actions.agree_list(list_id=disposal.pk, actor=by(world.chief), at=AT)
    assert [actions.execute_list(list_id=disposal.pk, at=AT) for _again in range(2)] == [1, 0]
    file.refresh_from_db()
    document.refresh_from_db()
    document_ended.disconnect(listener)
    assert (file.state, file.ended_on, file.title) == ("disposed", TODAY, "証明事務つづり")
    assert (document.title, document.number, document.gone_at) == ("", "2主税徴第1号", AT)
    assert ended == [("matter", 3)]
    with pytest.raises(FileNotFoundError):
        files.open_file(document.stored_id or 0)


def connect(signal: ModelSignal | object, listener: object) -> None:
    signal.connect(listener, weak=False)  # type: ignore[union-attr, attr-defined]


def test_a_hold_keeps_a_file_from_the_list_and_from_its_end(world: World) -> None:
    first, second = make_due(world.officer), make_due(world.officer)
    hold = actions.hold_file(file_id=first.pk, ground="disclosure", reason="請求12号", actor=by(world.chief), at=AT)
    disposal = make_list(world.officer)
    assert [item.file_id for item in disposal.items.all()] == [second.pk]
    propose_and_agree(world, disposal)
    actions.hold_file(file_id=second.pk, ground="litigation", reason="訴訟", actor=by(world.chief), at=AT)
    assert actions.execute_list(list_id=disposal.pk, at=AT) == 0
    second.refresh_from_db()
    item = DisposalItem.objects.get()
    assert (second.state, "止められている" in item.problem, item.is_open) == ("due", True, False)
    actions.release_hold(hold_id=hold.pk, reason="開示した", actor=by(world.chief), at=AT)
    assert [item.file_id for item in make_list(world.officer).items.all()] == [first.pk]


def test_an_extension_says_until_when_and_why(world: World) -> None:
    file = make_due(world.officer)
    disposal = make_list(world.officer)
    item = disposal.items.get()
    for given in ({"reason": ""}, {"reason": "係争の見込み", "extend_until": TODAY}):
        with pytest.raises(RecordsRefused):
            actions.set_outcome(item_id=item.pk, outcome="extend", actor=by(world.officer), at=AT, **given)  # type: ignore[arg-type]
    until = date(2022, 3, 31)
    actions.set_outcome(
        item_id=item.pk, outcome="extend", extend_until=until, reason="係争の見込み", actor=by(world.officer), at=AT
    )
    propose_and_agree(world, disposal)
    with pytest.raises(RecordsRefused, match="変えられません"):
        actions.set_outcome(item_id=item.pk, outcome="dispose", actor=by(world.officer), at=AT)
    actions.execute_list(list_id=disposal.pk, at=AT)
    file.refresh_from_db()
    assert (file.state, file.ends_on) == ("extended", until)


def test_a_list_taken_back_leaves_everything_as_it_was(world: World) -> None:
    file = make_due(world.officer)
    disposal = make_list(world.officer)
    with pytest.raises(RecordsRefused, match="満了したファイルはありません"):
        make_list(world.officer)
    actions.propose_list(list_id=disposal.pk, actor=by(world.officer), at=AT)
    actions.withdraw_list(list_id=disposal.pk, reason="数え直す", actor=by(world.officer), at=AT)
    file.refresh_from_db()
    assert file.state == "due"
    assert make_list(world.officer).items.count() == 1


def test_what_is_historical_goes_to_the_archive_as_a_bag(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.VAR_DIR = tmp_path
    file, later = make_due(world.officer, "A01"), AT + timedelta(days=365 * 40)
    rendered = sources.Rendered(pdf=PDF, attachments=(("別紙.pdf", PDF),), metadata={"decided_on": "2020-11-20"})
    source = make_source(rendered)
    monkeypatch.setitem(sources._SOURCES, "matter", source)
    Document.objects.filter(file=file).update(subject_type="matter", subject_id=3)
    to_the_archive(world, file, at=later)
    taking = {"file_id": file.pk, "actor": by(world.archivist), "at": later}
    with pytest.raises(RecordsRefused, match="まだできていません"):
        actions.confirm_transfer(receipt="公2060-1", **taking)
    (tmp_path / "packages" / str(file.pk)).mkdir(parents=True)
    (tmp_path / "packages" / str(file.pk) / "half.zip").write_text("what a killed run left")
    assert [actions.package_file(file_id=file.pk, at=later) for _again in range(2)] == [True, False]
    file.refresh_from_db()
    root = unpacked(file, tmp_path / "bag")
    assert bagit.Bag(str(root)).validate()
    info = (root / "bag-info.txt").read_text()
    assert ("Payload-Oxum: " in info, "External-Description: 証明事務つづり" in info) == (True, True)
    assert {path.name for path in root.iterdir()} == {
        "bagit.txt", "bag-info.txt", "data", "manifest-sha512.txt", "tagmanifest-sha512.txt",
    }  # fmt: skip
    about = json.loads(next(root.rglob("data/0*/metadata.json")).read_text())
    assert [each["path"] for each in about["content"]] == ["document.pdf", "attachment-01.pdf", "original.pdf"]
    assert about["decided_on"] == "2020-11-20"
    with pytest.raises(RecordsRefused, match="受入番号"):
        actions.confirm_transfer(receipt=" ", **taking)
    for _click in range(2):
        actions.confirm_transfer(receipt="公2060-1", **taking)
    file.refresh_from_db()
    assert (file.state, file.receipt, file.documents.get().title) == ("transferred", "公2060-1", "")
    with pytest.raises(FileNotFoundError):
        files.open_file(file.package_id or 0)


def to_the_archive(world: World, file: RecordFile, *, at: datetime = AT) -> None:
    disposal = make_list(world.officer, at=at)
    assert disposal.items.get().outcome == "transfer"
    propose_and_agree(world, disposal, at=at)
    actions.execute_list(list_id=disposal.pk, at=at)
    file.refresh_from_db()
    assert file.state == "transfer_candidate"


def unpacked(file: RecordFile, folder: Path) -> Path:
    with files.open_file(file.package_id or 0) as content, zipfile.ZipFile(content) as archive:
        archive.extractall(folder)
    (root,) = folder.iterdir()
    return root


def test_nobody_shortens_a_period_by_closing_in_the_past(world: World) -> None:
    file = make_file(world.officer, on=date(2016, 4, 1))
    make_document(world.officer, file)
    with pytest.raises(RecordsRefused, match="2020-11-20"):
        actions.close_file(file_id=file.pk, on=date(2016, 6, 1), actor=by(world.officer), at=AT)
    with pytest.raises(RecordsRefused, match="今日か"):
        make_document(world.officer, file, dated_on=TODAY + timedelta(days=1))


def test_past_years_close_by_themselves_and_what_comes_late_opens_the_next_file(world: World) -> None:
    first = Document.objects.get(id=enter(world)).file
    assert actions.close_past_files(at=datetime(2021, 5, 31, 14, 59, tzinfo=UTC)) == 0
    june = datetime(2021, 5, 31, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    assert [actions.close_past_files(at=june) for _again in range(2)] == [1, 0]
    first.refresh_from_db()
    assert (first.state, first.closed_on, first.ends_on) == ("closed", date(2021, 3, 31), date(2024, 3, 31))
    late = Document.objects.get(id=enter(world, 8)).file
    assert (late.fiscal_year, late.number, late.state) == (2020, 2, "current")
    with pytest.raises(RecordsRefused, match="2-2が開かれている"):
        actions.reopen_file(file_id=first.pk, reason="誤り", actor=by(world.officer), at=AT)


def test_what_is_historical_is_destroyed_only_with_a_reason_and_the_archive(world: World) -> None:
    make_due(world.officer, "A01")
    later = AT + timedelta(days=365 * 40)
    item = make_list(world.officer, at=later).items.get()
    change = {"item_id": item.pk, "outcome": "dispose", "actor": by(world.officer), "at": later}
    with pytest.raises(RecordsRefused, match="理由"):
        actions.set_outcome(**change)  # type: ignore[arg-type]
    for _click in range(2):
        actions.set_outcome(reason="写しである", **change)  # type: ignore[arg-type]
    kinds = [entry.kind for entry in ledger.entries_of(Subject("disposal_list", item.list_id))]
    assert kinds == ["records.list_made", "records.outcome_set"]
    disposal = actions.propose_list(list_id=item.list_id, actor=by(world.officer), at=later)
    assert (can_agree(world.chief, disposal, at=AT), can_agree(world.archivist, disposal, at=AT)) == (False, True)


def test_what_is_kept_long_is_proposed_to_be_kept_on(world: World) -> None:
    Classification.objects.filter(code="A01").update(is_historical=False)
    file = make_due(world.officer, "A01")
    item = make_list(world.officer, at=AT + timedelta(days=365 * 40)).items.get()
    assert (item.outcome, item.extend_until, file.ends_on) == ("extend", date(2071, 3, 31), date(2047, 3, 31))


def test_a_fault_with_one_file_does_not_keep_the_others(world: World) -> None:
    files_ = [make_due(world.officer) for _n in range(2)]
    Document.objects.filter(file=files_[0]).update(subject_type="matter", subject_id=3)
    disposal = make_list(world.officer)
    propose_and_agree(world, disposal)

    def broken(**_sent: object) -> None:
        raise RuntimeError("out of reach")

    connect(document_ended, broken)
    with pytest.raises(RuntimeError):
        actions.execute_list(list_id=disposal.pk, at=AT)
    document_ended.disconnect(broken)
    assert sorted(RecordFile.objects.values_list("state", flat=True)) == ["disposal_review", "disposed"]
    assert actions.execute_list(list_id=disposal.pk, at=AT) == 1
    disposal.refresh_from_db()
    assert disposal.state == "done"


def test_on_the_first_of_april_all_files_move_in_one_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocho.modules.records.actions.files.PIECE", 2)
    for _n in range(5):
        actions.close_file(file_id=make_file(world.officer).pk, actor=by(world.officer), at=AT)
    assert actions.advance_files(at=datetime(2021, 3, 31, 14, 59, tzinfo=UTC)) == 0
    assert actions.advance_files(at=datetime(2021, 3, 31, 15, 0, tzinfo=UTC)) == 5  # midnight in Tokyo


def receive(world: World, once: str = "a", **values: object) -> int:
    whole = {"unit": SECTION, "title": "照会", "sender": "見本市", "channel": "post", "arrived_on": TODAY, **values}
    return actions.receive_document(once=once, actor=by(world.officer), at=AT, **whole).pk  # type: ignore[arg-type]


def test_what_arrives_is_numbered_passed_on_handled_and_filed(world: World) -> None:
    key = receive(world, stored_id=stored(world.officer))
    assert receive(world) == key
    with pytest.raises(RecordsRefused, match="収受してから"):
        actions.assign_received(received_id=key, unit=SECTION, actor=by(world.officer), at=AT)
    for _click in range(2):
        found = actions.register_received(received_id=key, actor=by(world.officer), at=AT)
    assert found.reference == "2-1"
    given = {"handling": "回答した", "classification": "B02", "actor": by(world.officer), "at": AT}
    with pytest.raises(RecordsRefused, match="配布してから"):
        actions.handle_received(received_id=key, **given)  # type: ignore[arg-type]
    actions.assign_received(received_id=key, unit=SECTION, actor=by(world.officer), at=AT)
    for _click in range(2):
        actions.handle_received(received_id=key, **given)  # type: ignore[arg-type]
    document = Document.objects.get()
    assert (document.subject_type, document.subject_id, document.number) == ("received", key, "2-1")
    with pytest.raises(RecordsRefused, match="到達の日"):
        receive(world, "b", arrived_on=TODAY + timedelta(days=1))


def test_what_arrived_leaves_number_and_days_when_its_file_is_destroyed(world: World) -> None:
    old = {"dated_on": date(2016, 5, 2), "subject_type": "received", "kind": "received"}
    key = receive(world, sender="甲野 太郎")
    actions.register_received(received_id=key, actor=by(world.officer), at=AT)
    actions.assign_received(received_id=key, unit=SECTION, actor=by(world.officer), at=AT)
    ReceivedDocument.objects.filter(id=key).update(state="handled", handling="回答した")
    file = make_file(world.officer, on=date(2016, 4, 1))
    make_document(world.officer, file, subject_id=key, **old)
    actions.close_file(file_id=file.pk, on=date(2016, 6, 1), actor=by(world.officer), at=AT)
    actions.advance_files(at=AT)
    disposal = make_list(world.officer)
    propose_and_agree(world, disposal)
    actions.execute_list(list_id=disposal.pk, at=AT)
    found = ReceivedDocument.objects.get(id=key)
    assert (found.reference, found.title, found.sender, found.handling, found.gone_at) == ("2-1", "", "", "", AT)


def test_the_documents_of_a_dissolved_office_go_to_who_took_over(world: World) -> None:
    old = make_unit("R02-0600-05-09", "整理課", parent=OrgUnit.objects.get(code="R02-0600-05"))
    file = make_due(world.officer, unit=old.code)
    UnitVersion.objects.filter(unit=old).update(valid_to=TODAY)
    Succession.objects.create(predecessor=old, successor=OrgUnit.objects.get(code=SECTION), on=TODAY)
    distrust()
    for person, sees in ((world.officer, True), (world.reviewer, True), (world.stranger, False)):
        assert files_visible_to(person, at=AT).filter(id=file.pk).exists() is sees
    made = actions.make_list(unit=old.code, title="引き継いだ分", actor=by(world.officer), at=AT)
    assert made.items.get().file_id == file.pk
