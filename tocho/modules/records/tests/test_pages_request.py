"""Pages of received documents and requests for disclosure."""

import pytest

from tocho.modules.records import actions
from tocho.modules.records.models import DisclosureItem, DisclosureRequest, Document, ReceivedDocument
from tocho.ui.testing import Pages

from .factories import AT, CULTURE, SECTION, TODAY, World, by, make_document, make_file, make_world

pytestmark = pytest.mark.django_db
DESK = "/desk/records/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def received(page: Pages, world: World) -> str:
    sent = {"unit": SECTION, "title": "開示請求書", "sender": "見本太郎", "channel": "post", "arrived_on": "2020-11-20"}
    return page.post(DESK + "received/new/", sent, user=world.officer).location


def test_a_received_document_is_shown_linked_and_corrected(page: Pages, world: World, received: str) -> None:
    assert "まだだれにも供覧していません" in page.get(received, queries=20)
    assert page.post(received + "act/show/", {"users": [world.stranger.pk]}).status == 422  # not of the line
    assert page.post(received + "act/show/", {"users": [world.chief.pk]}).location == received
    assert page.post(received + "act/link/", {"subject_type": "decision", "number": "999"}).status == 422
    wrong = page.post(received + "act/correct/", {"title": "直した", "sender": "見本太郎", "reason": ""})
    assert wrong.status == 422
    page.post(received + "act/correct/", {"title": "直した", "sender": "見本太郎", "reason": "誤記"})
    assert "あなたに供覧されています" in page.get(received, user=world.chief)
    assert page.post(received + "act/read/", {}).location == received
    assert "あなたに供覧されています" not in page.get(received)
    assert page.get(received, user=world.stranger).status == 404
    assert (page.get(received + "act/read/").status, page.post(received + "links/0/end/", {}).status) == (405, 404)
    content = page.get(DESK + "received/found.csv", user=world.officer)
    assert "直した" in b"".join(content.streaming_content).decode()


def test_a_request_is_answered(page: Pages, world: World, received: str) -> None:
    document = make_document(world.officer, make_file(world.officer), "補助金の交付について")
    number = ReceivedDocument.objects.get().pk
    assert "開示請求書" in page.get(f"{DESK}requests/new/?received={number}", user=world.officer)
    sent = {"unit": SECTION, "title": "補助金の交付", "requested_on": "2020-11-20", "once": "a"}
    made = page.post(f"{DESK}requests/new/?received={number}", sent).location
    assert "開示請求書" not in page.get(made, queries=22)
    assert "加える" in page.get(made + "search/?q=補助金", queries=24)
    assert page.post(made + "search/", {"document": [document.pk, "x"]}).location == made
    assert page.post(made + "decide/", {"decided_on": "2020-11-20"}).status == 422
    item = f"{DESK}requests/items/{DisclosureItem.objects.get().pk}/"
    assert page.post(item, {"verdict": "partial", "exemption": "", "note": ""}).status == 422
    assert page.post(item, {"verdict": "partial", "exemption": "2", "note": "氏名"}).location == made
    assert page.get(item + "open/").location == f"{DESK}{document.file_id}/"
    table = b"".join(page.get(made + "documents.csv").streaming_content).decode()
    assert ("2号　個人に関する情報" in table, "氏名" in table) == (True, True)
    assert page.post(made + "decide/", {"decided_on": TODAY.isoformat()}).location == made
    assert page.get(made + "search/").location == made
    assert page.post(made + "close/", {"reason": "写しを交付した"}).location == made
    assert "一部開示" in page.get(DESK + "requests/?state=closed&q=補助金", queries=16)
    register = b"".join(page.get(DESK + "requests/found.csv?state=closed").streaming_content).decode()
    assert ("補助金の交付" in register, "一部開示" in register) == (True, True)
    assert "補助金" not in b"".join(page.get(DESK + "requests/found.csv?state=open").streaming_content).decode()
    assert page.get(DESK + "requests/found.xlsx").status == 200
    assert page.get(DESK + "requests/found.csv", user=world.resident).status == 403


def test_a_request_is_extended_by_its_office_only(page: Pages, world: World) -> None:
    request = actions.open_request(
        unit=SECTION, title="文書", requested_on=TODAY, once="1", actor=by(world.officer), at=AT
    )
    path = f"{DESK}requests/{request.pk}/"
    assert page.post(path + "correct/", {"title": "文書", "asked_on": "2020-11-20"}, user=world.officer).status == 422
    put_right = {"title": "令和元年度の文書", "asked_on": "2020-11-20", "corrected_on": "2020-11-23"}
    assert page.post(path + "correct/", put_right).location == path
    assert ("補正に3日" in page.get(path), page.get(path).h1) == (True, "令和元年度の文書")
    assert page.post(path + "extend/", {"due_on": "2030-01-01", "reason": "多い"}, user=world.officer).status == 422
    assert page.post(path + "extend/", {"due_on": "2020-12-20", "reason": "多い"}).location == path
    assert "多い" in page.get(path)
    document = make_document(world.officer, make_file(world.officer, unit=CULTURE))
    page.post(path + "search/", {"document": [document.pk]})
    assert not DisclosureItem.objects.exists()  # of an office that this person does not see
    parts = ("", "search/", "extend/", "correct/", "documents.csv")
    assert [page.get(path + name, user=world.stranger).status for name in parts] == [404] * len(parts)
    assert (page.get(DESK + "requests/0/").status, page.get(DESK + "requests/", user=world.resident).status) == (
        404,
        403,
    )
    assert page.get(DESK + "requests/?after=x", user=world.officer).location == DESK + "requests/"
    page.client.logout()
    assert "/accounts/login/" in page.get(path).location
    assert (DisclosureRequest.objects.count(), Document.objects.count()) == (1, 1)
