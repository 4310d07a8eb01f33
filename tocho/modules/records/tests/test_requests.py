"""A request for disclosure: looked for, judged, decided; its files are kept meanwhile."""

import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.modules.records import actions
from tocho.modules.records.actions import RecordsRefused
from tocho.modules.records.facts import FACTS
from tocho.modules.records.models import DisclosureItem, DisclosureRequest, DisclosureSearch, Document, Hold, RecordFile
from tocho.modules.records.permissions import reach_of
from tocho.modules.records.queries import listing
from tocho.modules.records.queries.counts import request_rows
from tocho.modules.records.queries.requests import item_rows
from tocho.modules.records.queries.texts import text_of_file

from .factories import AT, SECTION, TODAY, World, by, make_document, make_due, make_file, make_world, stored

COUNTED = ("requests", "decided", "in_time", "extended", *DisclosureRequest.Outcome.values)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def ask(world: World, once: str = "1") -> DisclosureRequest:
    return actions.open_request(
        unit=SECTION, title="補助金の交付決定", requested_on=TODAY, once=once, actor=by(world.officer), at=AT
    )


def add(world: World, request: DisclosureRequest, *documents: Document) -> int:
    keys = [document.pk for document in documents]
    return actions.add_items(request_id=request.pk, document_ids=keys, actor=by(world.officer), at=AT)


def judge(world: World, item: DisclosureItem, verdict: str, **said: str) -> DisclosureItem:
    return actions.judge_item(item_id=item.pk, verdict=verdict, actor=by(world.officer), at=AT, **said)


def decide(world: World, request: DisclosureRequest) -> DisclosureRequest:
    return actions.decide_request(request_id=request.pk, actor=by(world.officer), at=AT)


def search(world: World, request: DisclosureRequest, **asked: str) -> list[str]:
    page = listing.document_page(reach_of(world.officer, at=AT), listing.Filters(**asked), on=TODAY)
    actions.note_search(request_id=request.pk, asked=asked, found=len(page.rows), actor=by(world.officer), at=AT)
    return [row.document.title for row in page.rows]


def test_numbers_have_no_gaps_and_a_double_click_is_one(world: World) -> None:
    first, same, next_one = ask(world), ask(world), ask(world, "2")
    assert (first, first.number, next_one.number) == (same, 1, 2)
    assert first.due_on == TODAY + timedelta(days=14)
    with pytest.raises(RecordsRefused):
        actions.open_request(
            unit=SECTION, title="先", requested_on=TODAY + timedelta(days=1), once="3", actor=by(world.officer), at=AT
        )


def test_documents_are_found_by_what_they_say(world: World, run_jobs: RunJobs) -> None:
    file, request = make_file(world.officer), ask(world)
    text = stored(world.officer, "橋の耐震補強の経緯を記す。".encode(), "経緯.txt")
    make_document(world.officer, file, "経緯について", stored_id=text)
    make_document(world.officer, file, "交付について")
    assert search(world, request, q="耐震補強") == []
    run_jobs()
    assert search(world, request, q="耐震補強") == ["経緯について"]
    assert search(world, request, q="耐震補強 交付") == []
    rows = request.searches.order_by("id").values_list("asked", "found")
    assert [(asked["q"], count) for asked, count in rows] == [("耐震補強", 0), ("耐震補強", 1), ("耐震補強 交付", 0)]
    with pytest.raises(DatabaseError), transaction.atomic():
        DisclosureSearch.objects.update(found=9)


def test_office_documents_are_read_by_their_words(world: World) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        body = '<w:p xmlns:w="x"><w:r><w:t>橋の</w:t></w:r><w:r><w:t>耐震</w:t></w:r></w:p>'
        archive.writestr("word/document.xml", f'<w:document xmlns:w="x">{body}</w:document>')
    try:
        key = stored(world.officer, content.getvalue(), "経緯.docx")
    except Exception as error:  # what counts as a document is core.files' to say
        pytest.skip(str(error))
    assert "橋の耐震" in text_of_file(key, most=100)


def test_what_is_asked_for_is_kept_until_the_request_is_closed(world: World) -> None:
    file, request, other = make_due(world.officer), ask(world), ask(world, "2")
    document = file.documents.get()
    assert (add(world, request, document), add(world, request, document), add(world, other, document)) == (1, 0, 1)
    hold = Hold.objects.filter(request=request).get()
    with pytest.raises(RecordsRefused):
        actions.release_hold(hold_id=hold.pk, reason="不要", actor=by(world.officer), at=AT)
    actions.hold_file(file_id=file.pk, ground="audit", reason="監査", actor=by(world.officer), at=AT)
    for each in (request, other):
        with pytest.raises(RecordsRefused):
            actions.make_list(unit=SECTION, title="", actor=by(world.officer), at=AT)
        actions.close_request(request_id=each.pk, reason="取下げ", actor=by(world.officer), at=AT)
    assert list(file.holds.filter(released_at=None).values_list("ground", flat=True)) == ["audit"]
    actions.release_hold(hold_id=file.holds.get(ground="audit").pk, reason="終わった", actor=by(world.officer), at=AT)
    assert actions.make_list(unit=SECTION, title="", actor=by(world.officer), at=AT).items.count() == 1


def test_every_document_is_judged_before_it_is_decided(world: World) -> None:
    file, request = make_file(world.officer), ask(world)
    documents = [make_document(world.officer, file, f"文書{n}", number=str(n)) for n in range(3)]
    with pytest.raises(RecordsRefused):
        decide(world, request)  # nothing was looked for
    search(world, request, q="文書")
    add(world, request, *documents)
    first, second, third = request.items.order_by("id")
    judge(world, first, "disclose")
    for verdict in ("partial", "apart"):
        with pytest.raises(RecordsRefused):
            judge(world, second, verdict)
    judge(world, second, "partial", exemption="2", note="氏名")
    with pytest.raises(RecordsRefused):
        decide(world, request)
    with pytest.raises(DatabaseError), transaction.atomic():
        DisclosureRequest.objects.update(state="decided", outcome="full", decided_on=TODAY)
    judge(world, third, "apart", note="別の件")
    assert decide(world, request).outcome == decide(world, request).outcome == "partial"
    rows = list(item_rows(request, user=world.officer, at=AT))
    assert [(row[8], row[9][:2], row[10]) for row in rows] == [
        ("開示", "", ""),
        ("一部開示", "2号", "氏名"),
        ("対象外", "", "別の件"),
    ]
    assert [row[3] for row in item_rows(request, user=world.stranger, at=AT)] == ["", "", ""]
    with pytest.raises(RecordsRefused):
        judge(world, first, "withhold", exemption="1")
    with pytest.raises(DatabaseError), transaction.atomic():
        DisclosureItem.objects.filter(id=first.pk).update(verdict="withhold", exemption="1")


def test_its_time_is_extended_once_and_sixty_days_at_most(world: World) -> None:
    request = ask(world)
    given = {"request_id": request.pk, "reason": "多い", "actor": by(world.officer), "at": AT}
    for day in (TODAY + timedelta(days=61), TODAY + timedelta(days=14)):
        with pytest.raises(RecordsRefused):
            actions.extend_request(due_on=day, **given)
    actions.extend_request(due_on=TODAY + timedelta(days=60), **given)
    with pytest.raises(DatabaseError), transaction.atomic():
        DisclosureRequest.objects.update(due_on=date(2022, 1, 1), extension_reason="また")
    search(world, request, q="ない")
    assert decide(world, request).outcome == "absent"


def correct(world: World, request: DisclosureRequest, days: int, *, title: str = "補助金の交付") -> DisclosureRequest:
    """Put right ``days`` after it was asked for, both of them days before today."""
    asked_on = request.requested_on
    return actions.correct_request(
        request_id=request.pk,
        title=title,
        asked_on=asked_on,
        corrected_on=asked_on + timedelta(days=days),
        actor=by(world.officer),
        at=AT + timedelta(days=10),
    )


def test_the_days_of_a_correction_do_not_count(world: World) -> None:
    request = correct(world, ask(world), 3)
    assert (request.due_on, request.title) == (TODAY + timedelta(days=17), "補助金の交付")
    assert correct(world, request, 3) == request
    for days in (2, 11):  # fewer than before, in the future
        with pytest.raises(RecordsRefused):
            correct(world, request, days)
    with pytest.raises(DatabaseError), transaction.atomic():
        DisclosureRequest.objects.update(correction_days=9)  # the limit stays behind
    extending = {"due_on": TODAY + timedelta(days=40), "reason": "多い", "actor": by(world.officer), "at": AT}
    actions.extend_request(request_id=request.pk, **extending)
    with pytest.raises(RecordsRefused):
        correct(world, request, 5)


@pytest.mark.parametrize("bare", ["refused", "rejected"])
def test_what_is_refused_or_rejected_is_not_looked_for(world: World, bare: str) -> None:
    request = ask(world)
    whole = {"bare": bare, "actor": by(world.officer), "at": AT}
    assert actions.decide_request(request_id=request.pk, **whole).outcome == bare
    other = ask(world, "2")
    add(world, other, make_document(world.officer, make_file(world.officer)))
    with pytest.raises(RecordsRefused, match="却下にできません"):
        actions.decide_request(request_id=other.pk, **whole)


def test_requests_are_counted_by_month_and_bureau(world: World) -> None:
    late, quick = ask(world), ask(world, "2")
    for request, day in ((late, 15), (quick, 0)):
        search(world, request, q="ない")
        at = AT + timedelta(days=day)
        actions.decide_request(request_id=request.pk, actor=by(world.officer), at=at)
    rows = [dict(zip(("month", "code", "bureau", *COUNTED), row, strict=True)) for row in request_rows(on=TODAY)]
    shown = [(row["month"], row["requests"], row["decided"], row["in_time"], row["absent"]) for row in rows]
    assert shown == [("2020-11", 2, 1, 1, 1), ("2020-12", 0, 1, 0, 1)]
    assert {(row["code"], row["bureau"]) for row in rows} == {("R02-0600", "主税局")}
    entries = [entry for key in (late.pk, quick.pk) for entry in ledger.entries_of(Subject("disclosure", key))]
    counters = {counter.key: counter for counter in FACTS.counters}

    def counted(name: str) -> int:
        counter = counters[f"records.requests{name}"]
        shown = [entry for entry in entries if entry.kind in counter.kinds]
        return sum(amount for entry in shown for _unit, amount in counter.fold(entry))

    assert [counted(name) for name in ("", "_decided", "_in_time", "_days", "_within_14")] == [2, 2, 1, 15, 1]


def test_a_look_stands_in_the_history_of_the_file(world: World) -> None:
    file, request = make_file(world.officer), ask(world)
    add(world, request, make_document(world.officer, file))
    actions.note_item_seen(item_id=request.items.get().pk, actor=by(world.officer), at=AT)
    assert RecordFile.objects.get(id=file.pk).holds.filter(request=request).exists()
    assert request.items.get().seen_at == AT
