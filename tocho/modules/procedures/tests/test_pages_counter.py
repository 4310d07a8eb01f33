"""An officer files for a person at the counter: the same case, another channel, the officer as who typed."""

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.modules.procedures.facts import _is_online
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import World, make_world

pytestmark = pytest.mark.django_db
FILING = {"procedure": "mihon", "channel": "counter", "identity": "photo_card"}


@pytest.fixture
def world() -> World:
    return make_world()


def file_it(page: Pages, world: World, **values: str) -> Application:
    begun = page.post("/desk/counter/", {**FILING, **values}, user=world.office.drafter)
    application = Application.objects.get()
    assert begun.location == f"/apply/{application.public_id}/step/what/"
    assert "ご本人に代わって入力しています" in page.get(begun.location)
    page.post(begun.location, {"kind": "free", "copies": "1"})
    name = {f"applicant_name_{part}": "ア" for part in ("family", "given", "family_kana", "given_kana")}
    fields = page.get(f"/apply/{application.public_id}/step/who/").fields
    answers = {key: "ヤマダ" if "kana" in key else "山田" for key in fields if key.startswith("applicant_name")} or name
    assert page.post(f"/apply/{application.public_id}/step/who/", {**answers, "applicant_email": ""}).status == 302
    page.post(f"/apply/{application.public_id}/submit/", {"declaration": "on"})
    application.refresh_from_db()
    return application


def test_filed_at_the_counter_without_a_mail_address(page: Pages, world: World) -> None:
    application = file_it(page, world)
    assert application.receipt_number
    assert (application.channel, application.filed_by_id, application.user_id) == (
        "counter", world.office.drafter.id, None
    )  # fmt: skip
    begun, submitted = ledger.entries_of(Subject("application", application.id))[:2]
    assert (begun.kind, begun.data["identity"]) == ("application.filing_begun", "photo_card")
    assert (submitted.kind, submitted.actor.user_id) == ("application.submitted", world.office.drafter.id)
    assert not _is_online(submitted)
    assert "控えを印刷する" in page.get(f"/applications/{application.public_id}/")


@pytest.mark.parametrize("missing", ["procedure", "channel", "identity"])
def test_what_must_be_said(page: Pages, world: World, missing: str) -> None:
    assert page.post("/desk/counter/", {**FILING, missing: ""}, user=world.office.drafter).status == 422
    assert not Application.objects.exists()


def test_only_officers_of_the_bureau(page: Pages, world: World) -> None:
    assert "/accounts/login/" in page.get("/desk/counter/").location
    assert "見本の申請" in page.get("/desk/counter/", user=world.office.drafter, queries=10).html
