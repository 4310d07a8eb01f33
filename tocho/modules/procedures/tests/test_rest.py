"""Apply, follow, correct and examine over the REST API, as the pages do and with the same limits."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM
from tocho.engines.rest import actions as rest
from tocho.engines.rest.tests.factories import Program, Receiver, make_person, make_secret
from tocho.modules.procedures.models import Application

from .factories import ANSWERS, FORM, World, make_world

pytestmark = pytest.mark.django_db
OWN = ["applications:read", "applications:write"]
NEW: dict[str, Any] = {"procedure": "mihon", "answers": {**ANSWERS, "kind": "free"}, "declared": True}
FILE_FIELD = {"key": "photo", "type": "file", "label": "写真", "types": ["pdf"], "max_mb": 5}


@pytest.fixture
def world() -> World:
    steps = [*FORM["steps"][:1], {**FORM["steps"][1], "fields": [*FORM["steps"][1]["fields"], FILE_FIELD]}]  # type: ignore[index]
    return make_world(form={**FORM, "steps": steps})


@pytest.fixture
def person() -> User:
    return make_person()


@pytest.fixture
def program(person: User) -> Program:
    return Program(make_secret(person, OWN))


@pytest.fixture
def officer(world: World) -> Program:
    return Program(make_secret(world.office.drafter, ["cases:read", "cases:write"]))


def pdf(user: User) -> int:
    content = BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    return files.store(content, name="a.pdf", by=type(SYSTEM)(user_id=user.pk), at=timezone.now()).id


def test_anybody_reads_the_catalogue(world: World) -> None:
    assert [one["key"] for one in Program().get("/procedures").json()] == ["mihon"]
    found = Program().get("/procedures/mihon").json()
    assert found["form"]["steps"][0]["key"] == "what"
    assert Program().get("/procedures/none").status_code == 404
    assert Program().get("/procedures/mihon/choices/none").status_code == 404


def test_an_application_gets_its_number_once_for_a_key(world: World, program: Program) -> None:
    made = program.post("/applications", NEW, key="k")
    assert made.status_code == 201
    assert made.json()["state"] == "examining"
    assert made.json()["receipt_number"]
    assert program.post("/applications", NEW, key="k").json() == made.json()
    assert Application.objects.count() == 1
    assert program.post("/applications", {**NEW, "submit": False}, key="k").status_code == 422
    listed = program.get("/applications").json()
    assert [one["id"] for one in listed["items"]] == [made.json()["id"]]


def test_a_write_without_a_key_is_refused(world: World, program: Program) -> None:
    answer = program.post("/applications", NEW, key="")
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/#key-needed")
    assert not Application.objects.exists()


def test_errors_stand_beside_their_place_and_nothing_is_kept(world: World, program: Program) -> None:
    answer = program.post("/applications", {**NEW, "answers": {**ANSWERS, "copies": 99}})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert list(answer.json()["errors"]) == ["answers.copies"]
    assert not Application.objects.exists()


def test_a_draft_is_filled_in_pieces_and_submitted(world: World, program: Program) -> None:
    draft = program.post("/applications", {**NEW, "answers": {"kind": "free", "copies": 99}, "submit": False}).json()
    assert set(draft["missing"]) == {"copies", "applicant_name.family", "applicant_email"}
    assert draft["answers"].get("copies") is None
    url = f"/applications/{draft['id']}"
    assert program.post(f"{url}/submit", {"declared": True}).status_code == 422
    assert program.put(f"{url}/answers", {"answers": NEW["answers"]}).json()["missing"] == {}
    assert program.post(f"{url}/submit", {"declared": True}).json()["state"] == "examining"
    assert program.put(f"{url}/answers", {"answers": {}}).status_code == 422


def test_only_own_files_are_taken(world: World, person: User, program: Program) -> None:
    strangers = pdf(make_person("taro"))
    for given in ([{"id": strangers, "name": "a.pdf", "size": 1}], {"id": strangers}, [{"id": "x"}]):
        answer = program.post("/applications", {**NEW, "answers": {**NEW["answers"], "photo": given}})
        assert answer.status_code == 422
    mine = {**NEW, "answers": {**NEW["answers"], "photo": [{"id": pdf(person)}]}}
    assert program.post("/applications", mine).json()["answers"]["photo"][0]["name"] == "a.pdf"


def test_a_file_is_checked_by_its_content(world: World, program: Program) -> None:
    forged = SimpleUploadedFile("a.pdf", b"MZ this is a program")
    answer = program.client.post("/api/v1/files", {"file": forged}, headers=program.headers)  # type: ignore[arg-type]
    assert answer.status_code == 422


@pytest.mark.parametrize("secret", ["", "vt_wrong", "nonsense"])
def test_without_a_token_nothing_is_told(world: World, secret: str) -> None:
    answer = Program(secret).get("/applications")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_does_what_its_scopes_say_and_ends(world: World, person: User) -> None:
    reader = Program(make_secret(person, ["applications:read"]))
    assert reader.post("/applications", NEW).status_code == 403
    for token in rest.tokens.Token.objects.all():
        rest.revoke_token(token_id=token.id, actor=SYSTEM, at=timezone.now())
    assert reader.get("/applications").status_code == 401


def test_another_persons_application_is_not_there(world: World, program: Program) -> None:
    made = program.post("/applications", NEW).json()
    other = Program(make_secret(make_person("taro"), OWN))
    assert other.get(f"/applications/{made['id']}").status_code == 404
    assert other.post(f"/applications/{made['id']}/withdraw", {}).status_code == 404


def test_the_office_corrects_and_drafts_and_the_applicant_answers(
    world: World, program: Program, officer: Program
) -> None:
    made = program.post("/applications", NEW).json()
    case = officer.get("/cases").json()["items"][0]
    seen = officer.get(f"/cases/{case['id']}").json()
    assert seen["mine"]
    assert seen["answers"]["copies"] == 2
    soon = (timezone.localdate() + timedelta(days=9)).isoformat()
    asked = {"message": "通数を直してください", "fields": ["copies"], "deadline_on": soon}
    assert officer.post(f"/cases/{case['id']}/corrections", asked).status_code == 201
    url = f"/applications/{made['id']}"
    assert program.get(url).json()["correction"]["fields"] == ["copies"]
    assert program.post(f"{url}/correction", {"answers": {"copies": 3}}).json()["state"] == "examining"
    assert program.post(f"{url}/correction", {"answers": {"copies": 3}}).status_code == 422
    assert officer.post(f"/cases/{case['id']}/draft", {"outcome": "reject"}).status_code == 422
    drafted = officer.post(f"/cases/{case['id']}/draft", {"outcome": "approve"})
    assert drafted.status_code == 201, drafted.json()
    assert program.get(url).json()["state"] == "decision_pending"


def test_another_office_sees_no_case(world: World, program: Program, officer: Program) -> None:
    program.post("/applications", NEW)
    case = officer.get("/cases").json()["items"][0]
    stranger = Program(make_secret(world.office.stranger, ["cases:read", "cases:write"]))
    assert stranger.get("/cases").json()["items"] == []
    assert stranger.get(f"/cases/{case['id']}").status_code == 404


def test_withdrawing_twice_with_one_key_is_withdrawing_once(world: World, program: Program) -> None:
    made = program.post("/applications", NEW).json()
    url = f"/applications/{made['id']}/withdraw"
    assert program.post(url, {"reason": "間違えた"}, key="w").json()["state"] == "withdrawn"
    assert program.post(url, {"reason": "間違えた"}, key="w").status_code == 200


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"procedure": "a\\u0000"}', b'{"procedure": 5, "answers": 7}', b"\xff"]
)
def test_what_is_not_readable_is_said_so(world: World, program: Program, body: bytes) -> None:
    answer = program.post("/applications", body)
    assert answer.status_code in (400, 422)
    assert json.loads(answer.content)["title"]


@override_settings(WEBHOOK_TRUSTED_HOSTS=["127.0.0.1"])
def test_applicant_and_office_are_told_and_nobody_else(
    world: World, person: User, program: Program, run_jobs: RunJobs
) -> None:
    receivers = {user: Receiver() for user in (person, world.office.drafter, world.office.stranger)}
    rest.read_ledger(at=timezone.now())
    for user, receiver in receivers.items():
        hook = rest.make_hook(user_id=user.pk, url=receiver.url, kinds=["application.submitted"], at=timezone.now())
        receiver.secret = hook.secret
    made = program.post("/applications", NEW).json()
    ledger.seal(at=timezone.now())
    assert rest.read_ledger(at=timezone.now()) == 2
    assert rest.read_ledger(at=timezone.now()) == 0
    run_jobs(only="rest.deliver")
    told = [[event["subject"]["id"] for event in receiver.events] for receiver in receivers.values()]
    assert told == [[made["id"]], [made["id"]], []]
    assert "山田" not in json.dumps(receivers[person].events, ensure_ascii=False)
