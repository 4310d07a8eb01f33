"""The pages of files, documents, what arrived and disposal: an office sees its own, two people end a file."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from pytest_django import Settings

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.lib.csvfile import BOM
from tocho.modules.records import actions
from tocho.modules.records.models import Classification, Document, ReceivedDocument, RecordFile
from tocho.ui.testing import Pages

from .factories import (
    AT,
    PDF,
    SECTION,
    World,
    make_document,
    make_due,
    make_file,
    make_list,
    make_world,
    propose_and_agree,
    stored,
)

pytestmark = pytest.mark.django_db
DESK = "/desk/records/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def file(world: World) -> RecordFile:
    return make_file(world.officer)


def scan() -> BytesIO:
    upload = BytesIO(PDF)
    upload.name = "scan.pdf"
    return upload


def test_the_list_shows_the_own_office_only(page: Pages, world: World, file: RecordFile) -> None:
    found = page.get(DESK, user=world.officer, queries=16)
    assert ("証明事務つづり" in found, "現用" in found) == (True, True)
    assert "証明事務つづり" in page.get(DESK, user=world.reviewer)  # looks after the bureau's documents
    assert "証明事務つづり" not in page.get(DESK, user=world.stranger)
    assert page.get(f"{DESK}{file.pk}/", user=world.stranger).status == 404
    assert "当てはまるファイルはありません" in page.get(DESK + "?q=旅券", user=world.officer)
    assert page.get(DESK + "?after=x").location == DESK
    assert b"".join(page.get(DESK + "files.csv").streaming_content).startswith(BOM)
    assert page.get(DESK + "files.xlsx").status == 200
    assert page.get(DESK + "files.pdf").status == 404


@pytest.mark.parametrize("path", ["", "new/", "documents/", "received/", "disposals/", "classes/", "files.csv"])
def test_residents_have_no_business_here(page: Pages, world: World, path: str) -> None:
    assert page.get(DESK + path, user=world.resident).status == 403


@pytest.mark.parametrize("path", ["", "1/", "documents/1/", "received/1/", "disposals/1/"])
def test_nobody_without_signing_in(page: Pages, path: str) -> None:
    assert "/accounts/login/" in page.get(DESK + path).location


def test_a_file_is_opened_filled_and_closed(page: Pages, world: World) -> None:
    key = Classification.objects.get(code="B02").pk
    assert page.post(DESK + "new/", {"unit": SECTION, "classification": key}, user=world.officer).status == 422
    opened = page.post(DESK + "new/", {"unit": SECTION, "classification": key, "title": "補助金つづり"}).location
    assert page.get(opened).h1 == "補助金つづり"
    sent = {"title": "交付決定", "kind": "other", "dated_on": "2020-11-20"}
    assert "ファイルを選んでください" in page.post(opened + "add/", sent)
    assert page.post(opened + "add/", {**sent, "file": scan()}).location == opened
    document = Document.objects.get()
    assert page.get(f"{DESK}documents/{document.pk}/").headers["Content-Type"] == "application/pdf"
    kinds = [entry.kind for entry in ledger.entries_of(Subject("record_file", document.file_id))]
    assert kinds[-1] == "records.seen"
    day = page.get(opened + "close/").fields["on"]
    assert page.post(opened + "close/", {"on": day}).location == opened
    assert "完結を取り消す" in page.get(opened, queries=18)
    assert page.post(opened + "reopen/", {"reason": ""}).status == 422
    page.post(opened + "reopen/", {"reason": "誤り"})
    assert page.post(opened + "title/", {"title": "補助金つづり（新）"}).location == opened


def test_a_hold_is_seen_and_released(page: Pages, world: World, file: RecordFile) -> None:
    path = f"{DESK}{file.pk}/"
    page.post(path + "hold/", {"ground": "disclosure", "reason": "開示請求12号"}, user=world.officer)
    found = page.get(path)
    assert ("廃棄が止められています" in found, "開示請求12号" in found) == (True, True)
    assert "止められている" in page.get(DESK + "?held=yes") or "証明事務つづり" in page.get(DESK + "?held=yes")
    release = found.links["停止を解く"]
    assert page.get(release, user=world.stranger).status == 404
    page.post(release, {"reason": "開示した"}, user=world.officer)
    assert "廃棄が止められています" not in page.get(path)


def test_documents_are_searched_for_disclosure(page: Pages, world: World, file: RecordFile) -> None:
    make_document(world.officer, file, "補助金の交付について", stored_id=stored(world.officer))
    found = page.get(DESK + "documents/?q=補助金&first=2020-11-01&last=2020-11-30", user=world.officer, queries=16)
    assert "補助金の交付について" in found
    assert "当てはまる文書はありません" in page.get(DESK + "documents/?q=補助金&last=2019-01-01")
    content = b"".join(page.get(DESK + "documents/found.csv?encoding=cp932").streaming_content).decode("cp932")
    assert content.splitlines()[1].startswith("2主税徴第1号,")
    assert page.get(f"{DESK}documents/{Document.objects.get().pk}/", user=world.stranger).status == 404


def test_a_document_is_moved(page: Pages, world: World, file: RecordFile) -> None:
    document, right = make_document(world.officer, file), make_file(world.officer, title="正しいつづり")
    path = f"{DESK}documents/{document.pk}/move/"
    assert page.post(path, {"file": right.pk, "reason": ""}, user=world.officer).status == 422
    assert page.post(path, {"file": right.pk, "reason": "誤り"}).location == f"{DESK}{right.pk}/"


def test_what_arrives_goes_its_way(page: Pages, world: World) -> None:
    sent = {"unit": SECTION, "title": "照会文", "sender": "見本市", "channel": "post", "arrived_on": "2020-11-20"}
    added = page.post(DESK + "received/new/", {**sent, "file": scan()}, user=world.officer).location
    assert page.get(added).h1 == "照会文"
    assert page.get(added, user=world.stranger).status == 404
    act = f"{added}act/"
    assert page.post(act + "assign/", {"unit": "どこか"}, user=world.officer).status == 422
    page.post(act + "assign/", {"unit": "主税局 徴収部 徴収課"})
    assert page.post(act + "handle/", {"handling": "", "classification": "B02"}).status == 422
    page.post(act + "handle/", {"handling": "回答した", "classification": "B02"})
    assert [page.post(f"{act}{verb}/", {}).status for verb in ("handle", "scan", "nothing")] == [404] * 3
    assert ReceivedDocument.objects.get().state == "handled"
    assert "回答した" in page.get(added, queries=20)
    assert page.get(added + "file/").status == 200
    assert "照会文" in page.get(DESK + "received/?q=見本市&state=handled", queries=16)


def test_one_proposes_another_agrees(page: Pages, world: World) -> None:
    file = make_due(world.officer)
    made = page.post(DESK + "disposals/new/", {"unit": SECTION, "title": "年度末"}, user=world.officer).location
    assert "証明事務つづり" in page.get(made, queries=18)
    page.post(made + "propose/", {})
    assert page.post(made + "agree/", {}).status == 403  # the same person
    assert page.get(made, user=world.stranger).status == 404
    assert "同意する" in page.get(made, user=world.chief)
    page.post(made + "agree/", {})
    file.refresh_from_db()
    assert file.state == "disposal_review"  # a job carries it out
    assert page.get(made + "agree/").status == 405
    again = page.post(DESK + "disposals/new/", {"unit": SECTION, "title": "もう一つ"}, user=world.officer)
    assert "満了したファイルはありません" in again


def test_the_outcome_of_each_file_can_be_changed_before(page: Pages, world: World) -> None:
    make_due(world.officer)
    item = make_list(world.officer).items.get()
    path = f"{DESK}disposals/items/{item.pk}/"
    assert page.post(path, {"outcome": "extend"}, user=world.officer).status == 422
    page.post(path, {"outcome": "extend", "extend_until": "2999-03-31", "reason": "係争"})
    found = page.get(f"{DESK}disposals/{item.list_id}/")
    assert "2999年3月31日" in found
    assert page.post(f"{DESK}disposals/{item.list_id}/withdraw/", {"reason": "やめる"}).status == 302


def test_the_archive_takes_over(page: Pages, world: World, settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    file = make_due(world.officer)
    disposal = make_list(world.officer)
    disposal.items.update(outcome="transfer")
    propose_and_agree(world, disposal)
    actions.execute_list(list_id=disposal.pk, at=AT)
    path = f"{DESK}{file.pk}/"
    assert page.get(path + "receipt/", user=world.officer).status == 403
    assert "一式を作っています" in page.get(path, user=world.archivist)
    assert page.get(path + "package.zip").status == 404
    assert page.post(path + "package.zip", {}).location == path
    assert page.post(path + "receipt/", {"receipt": "公2-1"}).status == 422
    actions.package_file(file_id=file.pk, at=AT)
    assert b"".join(page.get(path + "package.zip").streaming_content).startswith(b"PK")
    page.post(path + "receipt/", {"receipt": "公2-1"})
    assert "受入番号 公2-1" in page.get(path)
    assert page.post(path + "package.zip", {}).status == 404
    assert page.get(path + "package.zip", user=world.stranger).status == 404


def test_a_double_click_receives_once(page: Pages, world: World) -> None:
    path = DESK + "received/new/"
    once = re.search(r'name="once" value="([^"]+)"', page.get(path, user=world.officer).html)
    assert once
    sent = {"unit": SECTION, "title": "照会文", "sender": "見本市", "channel": "post", "arrived_on": "2020-11-20"}
    for _click in range(2):
        assert page.post(path, {**sent, "once": once[1]}).status == 302
    assert ReceivedDocument.objects.count() == 1


def test_the_lists_are_searched(page: Pages, world: World) -> None:
    make_due(world.officer)
    make_list(world.officer)
    path = DESK + "disposals/"
    assert "令和2年度の協議" in page.get(path + "?q=令和2年度&state=drafting", user=world.officer, queries=14)
    assert "当てはまる協議はありません" in page.get(path + "?state=done")
    assert page.get(path + "?after=x").location == path


def test_the_documents_of_one_file(page: Pages, world: World, file: RecordFile) -> None:
    make_document(world.officer, file, "この中の文書")
    make_document(world.officer, make_file(world.officer), "別のファイルの文書", number="2")
    found = page.get(f"{DESK}documents/?file={file.pk}", user=world.officer)
    assert ("この中の文書" in found, "別のファイルの文書" in found) == (True, False)
