"""What arrives: linked to what came of it, shown to people, found again, scanned, corrected."""

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.modules.records import actions, api
from tocho.modules.records.actions import RecordsRefused
from tocho.modules.records.models import Document, ReceivedDocument, ReceivedLink, ReceivedReader
from tocho.modules.records.permissions import reach_of, received_visible_to
from tocho.modules.records.queries import listing

from .factories import AT, CULTURE, PDF, SECTION, TODAY, World, by, make_world, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def receive(
    world: World, title: str = "補助金の交付について", *, once: str = "1", unit: str = SECTION
) -> ReceivedDocument:
    found = actions.receive_document(
        unit=unit,
        title=title,
        sender="見本商事",
        channel="post",
        arrived_on=TODAY,
        once=once,
        actor=by(world.officer),
        at=AT,
    )
    return actions.register_received(received_id=found.pk, actor=by(world.officer), at=AT)


def found(world: World, **asked: str) -> list[str]:
    page = listing.received_page(reach_of(world.officer, at=AT), listing.Filters(**asked), on=TODAY)
    return [row.received.title for row in page.rows]


def test_it_is_found_by_its_words_number_and_state(world: World) -> None:
    first = receive(world)
    receive(world, "道路の占用について", once="2")
    assert found(world, q="補助 見本商事") == ["補助金の交付について"]
    assert found(world, q=first.reference) == ["補助金の交付について"]
    assert (found(world, q="ない言葉"), found(world, state="handled"), len(found(world))) == ([], [], 2)
    given = {"title": "助成の交付について", "sender": "見本商事"}
    actions.correct_received(received_id=first.pk, reason="誤記", actor=by(world.officer), at=AT, **given)
    assert (found(world, q="助成"), found(world, q="補助金")) == (["助成の交付について"], [])


def test_the_office_that_handles_it_finds_it_in_its_inbox(world: World) -> None:
    received = receive(world)
    actions.assign_received(received_id=received.pk, unit=CULTURE, actor=by(world.officer), at=AT)
    inbox = process.inbox(org.addresses_of(world.stranger.pk, at=AT)).rows
    assert [(row.kind, row.subject.id) for row in inbox] == [("records.handle", received.pk)]
    actions.handle_received(
        received_id=received.pk, handling="回答した", classification="B02", actor=by(world.stranger), at=AT
    )
    assert not process.inbox(org.addresses_of(world.stranger.pk, at=AT)).rows


def test_a_link_is_made_once_and_taken_off_once(world: World) -> None:
    received = receive(world)
    given = {"received_id": received.pk, "subject_type": "decision", "subject_id": 7}
    links = [actions.link_received(**given, actor=by(world.officer), at=AT) for _time in range(2)]
    assert links[0] == links[1]
    assert [view.id for view in api.received_of("decision", 7)] == [received.pk]
    for _time in range(2):
        actions.unlink_received(link_id=links[0].pk, actor=by(world.officer), at=AT)
    assert api.received_of("decision", 7) == ()
    with pytest.raises(RecordsRefused):
        actions.link_received(received_id=received.pk, subject_type="cat", subject_id=1, actor=by(world.officer), at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceivedLink.objects.update(subject_id=8)


def test_who_is_shown_it_reads_it_once(world: World) -> None:
    received = receive(world)
    given = {"received_id": received.pk, "actor": by(world.officer), "at": AT}
    assert actions.show_received(user_ids=[world.chief.pk, world.stranger.pk], **given) == 2
    assert actions.show_received(user_ids=[world.chief.pk], **given) == 0
    assert received_visible_to(world.stranger, at=AT).filter(id=received.pk).exists()
    assert [row.kind for row in process.inbox(org.addresses_of(world.chief.pk, at=AT)).rows] == ["records.read"]
    mine = {"received_id": received.pk, "actor": by(world.chief), "at": AT}
    assert [actions.read_received(**mine) for _time in range(2)] == [True, False]
    assert not process.inbox(org.addresses_of(world.chief.pk, at=AT)).rows
    for nobody in ([], [world.resident.pk]):
        with pytest.raises(RecordsRefused):
            actions.show_received(user_ids=nobody, **given)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceivedReader.objects.filter(read_at__isnull=False).update(read_at=None)


def test_a_scan_is_added_once_and_filed_with_it(world: World) -> None:
    received = receive(world)
    scan = stored(world.officer, PDF)
    for _time in range(2):
        actions.attach_scan(received_id=received.pk, stored_id=scan, actor=by(world.officer), at=AT)
    other = stored(world.officer, PDF + b"%")
    with pytest.raises(RecordsRefused):
        actions.attach_scan(received_id=received.pk, stored_id=other, actor=by(world.officer), at=AT)
    actions.assign_received(received_id=received.pk, unit=SECTION, actor=by(world.officer), at=AT)
    actions.handle_received(
        received_id=received.pk, handling="済", classification="B02", actor=by(world.officer), at=AT
    )
    assert Document.objects.get(subject_type="received").stored_id == scan
    with pytest.raises(RecordsRefused):
        actions.correct_received(
            received_id=received.pk, title="別", sender="別", reason="誤記", actor=by(world.officer), at=AT
        )
