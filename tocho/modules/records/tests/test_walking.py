"""Lists by the indexes show what a plain question of the table would, page after page, however little is read."""

import random
from datetime import timedelta

import pytest
from django.db.models import Q

from tocho.core.ledger.api import SYSTEM
from tocho.core.org.tests.factories import make_unit
from tocho.modules.records import actions
from tocho.modules.records.models import Document, ReceivedDocument, RecordFile
from tocho.modules.records.permissions import Reach, reach_of
from tocho.modules.records.queries import listing, walking
from tocho.modules.records.queries.walking import Way, page_keys

from .factories import AT, TODAY, by, make_document, make_due, make_file, make_list, make_world

pytestmark = pytest.mark.django_db
WORDS = ("補助金の交付", "道路の占用", "許可の申請", "通知の送付")


@pytest.fixture(params=[(2, 5), (4, 9), (500, 3000)])
def walked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "WALKED", request.param)
    monkeypatch.setattr(walking, "LEAST", 1)
    monkeypatch.setattr(walking, "SPREAD", 1)


@pytest.fixture
def offices() -> list[str]:
    """Three offices, of which one has most of the documents."""
    world, chance = make_world(), random.Random(7)
    codes = [make_unit(f"X-{number}", f"課{number}", position=number + 5).code for number in range(3)]
    files = [make_file(world.officer, "B02", unit=code) for code in codes]
    for _number in range(40):
        file = files[0] if chance.random() < 0.7 else chance.choice(files)
        day = TODAY - timedelta(days=chance.randrange(9))
        make_document(world.officer, file, chance.choice(WORDS), dated_on=day, kind=chance.choice(["other", "notice"]))
    return codes


def pages(way: Way, wanted: Q, words: str) -> list[int]:
    """All keys, page after page of three."""
    found: list[int] = []
    for _page in range(40):
        keys = page_keys(way, wanted, words, after=found[-1] if found else None, limit=3)
        found += keys[:3]
        if len(keys) <= 3:
            return found
    raise AssertionError("it never ends")


@pytest.mark.usefixtures("walked")
def test_pages_are_what_the_table_says(offices: list[str]) -> None:
    since = TODAY - timedelta(days=5)
    for codes in (offices, offices[:1], offices[1:], []):
        for words in ("", "道路", "補助金 交付", "ない"):
            rows = Document.objects.filter(unit__in=codes)
            for word in words.split():
                rows = rows.filter(title__contains=word)
            ids = list(rows.order_by("-id").values_list("id", flat=True))
            assert pages(Way(Document, codes), Q(), words) == ids
            other = rows.filter(kind="notice").order_by("-id").values_list("id", flat=True)
            assert pages(Way(Document, codes, equal={"kind": "notice"}), Q(), words) == list(other)
            days = rows.filter(dated_on__gte=since).order_by("-dated_on", "-id").values_list("id", flat=True)
            assert pages(Way(Document, codes, day="dated_on", first=since), Q(), words) == list(days)
            wanted = Q(number__contains="1")
            assert pages(Way(Document, codes), wanted, words) == list(
                rows.filter(wanted).order_by("-id").values_list("id", flat=True)
            )


@pytest.mark.usefixtures("walked")
def test_what_another_table_says_fits(offices: list[str]) -> None:
    """A class is of the file, not of the document; with words, and with what the document itself says."""
    files = RecordFile.objects.filter(unit__in=offices[1:])
    way = Way(Document, offices, among=("file_id", files))
    for words in ("", "道路", "ない"):
        rows = Document.objects.filter(file__in=files).order_by("-id")
        rows = rows.filter(title__contains=words) if words else rows
        assert pages(way, Q(), words) == list(rows.values_list("id", flat=True))
        assert pages(way, Q(kind="notice"), words) == list(rows.filter(kind="notice").values_list("id", flat=True))


@pytest.mark.usefixtures("walked")
def test_what_comes_in_two_ways_is_shown_once(offices: list[str]) -> None:
    for number in range(9):
        found = actions.receive_document(
            unit=offices[number % 3],
            title=WORDS[number % 4],
            sender="見本",
            channel="post",
            arrived_on=TODAY,
            once=f"w{number}",
            actor=SYSTEM,
            at=AT,
        )
        actions.register_received(received_id=found.pk, actor=SYSTEM, at=AT)
        if number % 2:
            actions.assign_received(received_id=found.pk, unit=offices[number % 3], actor=SYSTEM, at=AT)
    way = Way(ReceivedDocument, offices, columns=("unit", "assigned_unit"))
    assert pages(way, Q(), "") == list(ReceivedDocument.objects.order_by("-id").values_list("id", flat=True))


@pytest.mark.parametrize("many", [1, 1_500])
def test_the_archive_sees_what_comes_to_it(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MANY_COMING", many)
    world = make_world()
    file = make_due(world.officer)
    listed = make_list(world.officer)
    reach = reach_of(world.archivist, at=AT)
    assert listing.file_page(reach, listing.Filters(), on=TODAY).rows == ()
    actions.propose_list(list_id=listed.pk, actor=by(world.officer), at=AT)
    assert [row.file for row in listing.file_page(reach, listing.Filters(), on=TODAY).rows] == [file]
    rows = listing.document_page(reach, listing.Filters(q="交付"), on=TODAY).rows
    assert [row.document.file_id for row in rows] == [file.pk]
    assert listing.document_page(Reach(frozenset()), listing.Filters(), on=TODAY).rows == ()
