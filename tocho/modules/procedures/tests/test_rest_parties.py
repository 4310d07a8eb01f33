"""Documents, co-signers and agents over the REST API, as the pages do and with the same limits."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.notify.models import Message
from tocho.engines.rest.tests.factories import Program, make_person, make_secret
from tocho.modules.mandates import actions as powers
from tocho.modules.mandates.actions import Scope
from tocho.modules.mandates.tests.factories import make_agent, make_mandate
from tocho.modules.procedures.models import Application

from .factories import ANSWERS, World, make_world
from .test_rest import OWN, pdf

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {"procedure": "mihon", "answers": {**ANSWERS, "kind": "free"}, "declared": True}
DRAFT = {**NEW, "submit": False}
DOCUMENTS = [
    {"key": "articles", "title": "定款"},
    {"key": "photos", "title": "写真", "max_files": 3, "optional": True, "formats": ["jpeg"]},
]
ROLES = [{"key": "chief", "title": "代表者", "level": "link", "declaration": "同意します。"}]
SOON = (timezone.localdate() + timedelta(days=9)).isoformat()


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def world() -> World:
    return make_world(documents=DOCUMENTS)


@pytest.fixture
def person() -> User:
    return make_person()


@pytest.fixture
def program(person: User) -> Program:
    return Program(make_secret(person, OWN))


@pytest.fixture
def officer(world: World) -> Program:
    return Program(make_secret(world.office.drafter, ["cases:read", "cases:write"]))


def given(program: Program, person: User) -> str:
    """A submitted application with its document; its address."""
    url = f"/applications/{program.post('/applications', DRAFT).json()['id']}"
    body = {"files": [pdf(person)], "seen": 0}
    assert program.post(f"{url}/documents/articles", body, key="give").status_code == 200
    assert program.post(f"{url}/documents/articles", body, key="give").status_code == 200  # once
    assert program.post(f"{url}/submit", {"declared": True}).json()["state"] == "examining"
    return url


def document(found: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in found["documents"] if one["key"] == key)


def test_documents_are_listed_given_and_taken_away(world: World, person: User, program: Program) -> None:
    url = f"/applications/{program.post('/applications', DRAFT).json()['id']}"
    assert program.get(f"{url}/documents").json()["asked"] == ["articles"]
    assert program.post(f"{url}/submit", {"declared": True}).status_code == 422
    found = program.post(f"{url}/documents/articles", {"files": [pdf(person)], "seen": 0}).json()
    sheet = document(found, "articles")["files"][0]
    assert (found["asked"], sheet["name"], document(found, "articles")["seen"]) == ([], "a.pdf", 1)
    read = program.get(f"{url}/files/{sheet['id']}")
    assert (read.status_code, b"".join(read.streaming_content)[:5]) == (200, b"%PDF-")  # type: ignore[attr-defined]
    removed = program.send("DELETE", f"{url}/documents/articles/files/{sheet['id']}", {}).json()
    assert removed["asked"] == ["articles"]


def test_only_own_fresh_and_fitting_files_are_taken(world: World, person: User, program: Program) -> None:
    url = f"/applications/{program.post('/applications', DRAFT).json()['id']}"
    mine, strangers = pdf(person), pdf(make_person("taro"))
    for files in ([strangers], [mine, mine], [2**63], [0]):
        assert program.post(f"{url}/documents/articles", {"files": files, "seen": 0}).status_code == 422
    assert program.post(f"{url}/documents/photos", {"files": [mine], "seen": 0}).status_code == 422  # no picture
    assert program.post(f"{url}/documents/articles", {"files": [mine], "seen": 0}).status_code == 200
    again = f"/applications/{program.post('/applications', DRAFT).json()['id']}/documents/articles"
    answer = program.post(again, {"files": [mine], "seen": 0})
    assert (answer.status_code, answer.json()["type"]) == (422, "/api/#not-possible")
    assert program.post(f"{url}/documents/none", {"files": [pdf(person)], "seen": 0}).status_code == 404
    assert program.post(f"{url}/documents/articles", {"files": [], "seen": 0}).status_code == 422


def test_returned_by_the_office_and_given_again(world: World, person: User, program: Program, officer: Program) -> None:
    url = given(program, person)
    case = f"/cases/{Application.objects.get().id}"
    seen = document(officer.get(f"{case}/documents").json(), "articles")["seen"]
    judged = {"seen": seen, "accept": False, "reason": "最新のものではありません"}
    assert officer.post(f"{case}/documents/articles/judgement", {**judged, "seen": 9}).status_code == 422
    assert officer.post(f"{case}/documents/articles/judgement", judged).status_code == 200
    assert document(program.get(f"{url}/documents").json(), "articles")["reason"] == ""  # noted is not said yet
    back = officer.post(f"{case}/documents/return", {"deadline_on": SOON})
    assert (back.status_code, back.json()["correction"]) == (201, True)
    assert program.get(url).json()["correction"]["documents"] == ["articles@applicant"]
    again = document(program.get(f"{url}/documents").json(), "articles")
    assert (again["state"], again["reason"], again["open"]) == ("returned", "最新のものではありません", True)
    assert program.post(f"{url}/correction", {"answers": {}}).status_code == 422
    body = {"files": [pdf(person)], "seen": again["seen"]}
    assert document(program.post(f"{url}/documents/articles", body).json(), "articles")["round"] == 2
    assert program.post(f"{url}/correction", {"answers": {}}).json()["state"] == "examining"


def test_documents_are_reached_by_their_people_and_scopes_only(
    world: World, person: User, program: Program, officer: Program
) -> None:
    url = given(program, person)
    application = Application.objects.get()
    stranger = Program(make_secret(make_person("taro"), OWN))
    other_office = Program(make_secret(world.office.stranger, ["cases:read", "cases:write"]))
    reader = Program(make_secret(person, ["applications:read"]))
    file_id = document(program.get(f"{url}/documents").json(), "articles")["files"][0]["id"]
    case = f"/cases/{application.id}"
    for path in ("/documents", "/cosigners", f"/files/{file_id}"):
        assert stranger.get(url + path).status_code == 404
    assert other_office.get(f"{case}/documents").status_code == 404
    assert other_office.get(f"{case}/files/{file_id}").status_code == 404
    assert officer.get(f"{case}/files/{file_id}").status_code == 200
    assert program.get(f"{case}/documents").status_code == 403
    assert reader.post(f"{url}/documents/articles", {"files": [1], "seen": 0}).status_code == 403
    assert Program().get(f"{url}/documents").status_code == 401


def test_cosigners_are_named_reminded_and_taken_back(person: User, program: Program) -> None:
    make_world(cosign={"roles": ROLES})
    url = f"/applications/{program.post('/applications', DRAFT).json()['id']}"
    assert program.get(f"{url}/cosigners").json()["roles"][0]["missing"] == 1
    body = {"role": "chief", "name": "伊藤 由美", "email": "ito@example.jp"}
    assert program.post(f"{url}/cosigners", {**body, "email": "ito"}).json()["errors"]["email"]
    assert program.post(f"{url}/cosigners", {**body, "role": "none"}).status_code == 422
    made = program.post(f"{url}/cosigners", body, key="c")
    assert (made.status_code, made.json()) == (201, program.post(f"{url}/cosigners", body, key="c").json())
    assert program.post(f"{url}/cosigners", body).status_code == 422  # asked already
    asked = made.json()["roles"][0]["people"][0]
    assert (asked["state"], made.json()["met"]) == ("invited", False)
    assert program.post(f"{url}/cosigners/{asked['id']}/remind", {}).status_code == 200
    assert Message.objects.filter(template="procedures/signing_reminder").count() == 1
    assert program.post(f"{url}/cosigners/{2**70}/remind", {}).status_code == 422
    gone = program.send("DELETE", f"{url}/cosigners/{asked['id']}", {}).json()
    assert gone["roles"][0]["people"] == []


def test_an_agent_applies_for_the_principal(world: World) -> None:
    principal, agent = make_resident(), make_agent()
    today = timezone.localdate()
    scope = Scope([], today, today + timedelta(days=9), categories=["certificate"])
    row = make_mandate(principal, agent, scope=scope, at=timezone.now())
    program = Program(make_secret(agent, [*OWN, "mandates:read"]))
    assert [one["id"] for one in program.get("/mandates").json()] == [row.id]
    made = program.post("/applications", {**DRAFT, "mandate": row.id}).json()
    assert (made["acting_as"], "鈴木 一郎" in made["agent"]) == ("agent", True)
    url = f"/applications/{made['id']}"
    body = {"files": [pdf(agent)], "seen": 0}
    assert program.post(f"{url}/documents/articles", body).status_code == 200
    assert program.post(f"{url}/submit", {"declared": True}).json()["state"] == "examining"
    application = Application.objects.get()
    entries = {entry.kind: entry.actor for entry in ledger.entries_of(Subject("application", application.id))}
    for kind in ("dossier.given", "application.submitted"):
        assert (entries[kind].user_id, entries[kind].acting_for_id) == (agent.id, principal.id)
    powers.revoke_mandate(mandate_id=row.id, user_id=principal.id, at=timezone.now())
    assert program.get(url).status_code == 404
    assert program.get("/mandates").json() == []
    assert SYSTEM.user_id is None


def test_nobody_acts_by_a_power_they_do_not_hold(world: World, person: User, program: Program) -> None:
    row = make_mandate(make_resident(), make_agent(), at=timezone.now())
    for mandate in (row.id, 2**62):
        answer = program.post("/applications", {**DRAFT, "mandate": mandate})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["mandate"])
    assert list(program.post("/applications", {**DRAFT, "acting_as": "company"}).json()["errors"]) == ["acting_as"]
    assert program.get("/mandates").status_code == 403
    User.objects.filter(id=person.id).update(kind="company")
    assert program.post("/applications", {**DRAFT, "acting_as": "company"}).json()["acting_as"] == "company"
    assert not Application.objects.filter(acting_as="agent").exists()
