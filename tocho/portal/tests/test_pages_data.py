"""「わたしの情報」: what is held, who looked, a copy to take away, and the end of an account."""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.tests.factories import make_user
from tocho.modules.consultations.models import Consultation
from tocho.modules.consultations.tests.factories import book, make_slot, make_theme
from tocho.modules.events.tests.factories import join, make_event
from tocho.modules.line.models import Friend
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.tests.factories import World, make_world, submit
from tocho.modules.registers.models import OwnRecord
from tocho.portal.held import close_account, copy_as_json, copy_of
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def hanako(world: World) -> User:
    return make_user("hanako", "山田 花子", kind="resident")


@pytest.fixture
def case(world: World, hanako: User) -> Application:
    return submit(world.version, user_id=hanako.id, kind="free")


def test_each_look_of_an_office_is_shown_to_the_person(
    page: Pages, world: World, hanako: User, case: Application
) -> None:
    assert "まだだれも見ていません" in page.get("/my/data/", user=hanako)
    page.get(f"/desk/cases/{case.id}/", user=world.office.drafter)
    shown = page.get("/my/data/", user=hanako, queries=15)
    assert "主税局 徴収部 徴収課" in shown
    assert str(case.receipt_number) in shown
    assert "この申請を開いた部署の記録" in page.get(f"/applications/{case.public_id}/")


def test_looks_are_paged(page: Pages, world: World, hanako: User, case: Application) -> None:
    for _look in range(51):
        actions.record_look(application=case, actor=world.office.actor("drafter"), at=timezone.now())
    last = ledger.entries_of(Subject("application", case.id))[1]
    shown = page.get("/my/data/", user=hanako)
    assert shown.text.count("徴収課") == 50
    assert page.get(f"/my/data/?after={last.id + 1}").text.count("徴収課") == 1


def test_a_copy_holds_answers_messages_and_files(page: Pages, hanako: User, case: Application) -> None:
    page.client.force_login(hanako)
    file = SimpleUploadedFile("写真.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    page.post(f"/applications/{case.public_id}/messages/", {"text": "質問です", "files": file, "_once": "a"})
    data = json.loads(page.post("/my/data/copy/", {"form": "json"}).response.content)
    (application,) = data["applications"]
    assert application["receipt_number"] == case.receipt_number
    assert ["種類", "無料"] in application["answers"]
    assert application["messages"][0]["text"] == "質問です"
    answer = page.post("/my/data/copy/", {"form": "zip"}).response
    names = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist()  # type: ignore[attr-defined]
    assert names[0] == "data.json"
    assert names[1].startswith(f"files/{case.receipt_number}/")
    assert [e.kind for e in ledger.entries_of(Subject("user", hanako.id))] == ["accounts.exported"] * 2


def test_a_copy_holds_nothing_of_others(page: Pages, world: World, hanako: User, case: Application) -> None:
    other = make_user("taro", kind="resident")
    page.client.force_login(other)
    assert json.loads(page.post("/my/data/copy/", {"form": "json"}).response.content)["applications"] == []
    assert page.get("/my/data/copy/").status == 405


def test_an_account_with_a_running_application_stays(page: Pages, hanako: User, case: Application) -> None:
    assert "いまは削除できません" in page.get("/my/data/close/", user=hanako)
    page.post("/my/data/close/")
    hanako.refresh_from_db()
    assert hanako.is_active


def test_an_account_is_closed_with_all_that_is_only_its_own(
    page: Pages, world: World, hanako: User, case: Application
) -> None:
    actions.withdraw_application(application_id=case.id, reason="", at=timezone.now())
    draft = actions.start_application(version=world.version, user_id=hanako.id, language="ja", at=timezone.now())
    OwnRecord.objects.create(user=hanako, values={"phone": "1"}, updated_at=timezone.now())
    Friend.objects.create(line_id="U1", user=hanako, added_at=timezone.now(), linked_at=timezone.now())
    page.client.force_login(hanako)
    assert "元には戻せません" in page.get("/my/data/close/")
    assert page.post("/my/data/close/").location == "/"
    hanako.refresh_from_db()
    draft.refresh_from_db()
    assert (hanako.is_active, hanako.email, hanako.display_name, draft.state) == (False, "", "", "expired")
    assert not OwnRecord.objects.exists()
    assert Application.objects.get(id=case.id).answers
    assert Friend.objects.get().user_id is None
    assert "/accounts/login/" in page.get("/my/data/").location


def test_registrations_for_events_are_shown_and_copied(page: Pages, world: World, hanako: User) -> None:
    join(make_event(at=timezone.now()), user_id=hanako.id, at=timezone.now(), answer="しつもん")
    shown = page.get("/my/data/", user=hanako)
    for words in ("催しの申し込み", "納税の説明会", "one@example.jp", "しつもん"):
        assert words in shown
    (row,) = copy_of(hanako.id)["events"]
    assert (row["email"], row["answer"], row["people"]) == ("one@example.jp", "しつもん", 1)
    close_account(user_id=hanako.id, at=timezone.now())
    assert copy_of(hanako.id)["events"] == []


def test_an_employee_closes_no_account(page: Pages, world: World) -> None:
    page.client.force_login(world.office.drafter)
    page.post("/my/data/close/")
    world.office.drafter.refresh_from_db()
    assert world.office.drafter.is_active


@pytest.mark.parametrize("path", ["", "close/"])
def test_nobody_sees_data_without_signing_in(page: Pages, path: str) -> None:
    assert "/accounts/login/" in page.get(f"/my/data/{path}").location


def test_own_consultations_are_shown_and_copied_and_nobody_elses(page: Pages, world: World, hanako: User) -> None:
    at = timezone.now()
    theme = make_theme(confidential=True)
    own = book(theme, make_slot(at=at), user=hanako, at=at, name="はなちゃん", phone="03-0000-0000")
    other = book(theme, make_slot(at=at, hours=50), user=world.office.chief, at=at, name="別の人", once="other")
    Consultation.objects.filter(id=own.id).update(record="職員の見立て")
    shown = page.get("/my/data/", user=hanako)
    for words in ("都税の相談", "はなちゃん", "03-0000-0000", "証明", "開示請求"):
        assert words in shown
    assert "職員の見立て" not in shown
    (row,) = copy_of(hanako.id)["consultations"]
    assert (row["name"], row["answers"], row["has_record"]) == ("はなちゃん", (("何について", "証明"),), True)
    assert b"hanako" in copy_as_json(hanako.id)
    # The office that holds the talk finds only its own in its own data.
    assert [one["name"] for one in copy_of(world.office.chief.id)["consultations"]] == ["別の人"]
    close_account(user_id=hanako.id, at=at)
    assert copy_of(hanako.id)["consultations"] == []
    assert Consultation.objects.get(id=other.id).user_id == world.office.chief.id
