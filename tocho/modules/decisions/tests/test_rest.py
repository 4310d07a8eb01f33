"""The acts of a station over the REST API."""

import pytest
from django.utils import timezone

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.engines.rest.tests.factories import Program, make_secret

from .. import actions
from ..facts import FACTS
from ..rules import Consultation
from .factories import Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def program(office: Office, name: str) -> Program:
    return Program(make_secret(getattr(office, name), ["decisions:read", "decisions:write"]))


def test_a_matter_passes_its_stations_and_is_decided(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    url = f"/decisions/{decision.id}"
    for name in ("deputy", "reviewer", "chief"):
        caller = program(office, name)
        step = caller.get(url).json()["step"]
        assert step, name
        answer = caller.post(f"{url}/approve", {"step": step}, key="a")
        assert answer.status_code == 200
        assert caller.post(f"{url}/approve", {"step": step}, key="a").json() == answer.json()
    assert answer.json()["state"] == "decided"


def test_who_acts_out_of_turn_is_refused(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = program(office, "deputy").get(f"/decisions/{decision.id}").json()["step"]
    answer = program(office, "chief").post(f"/decisions/{decision.id}/approve", {"step": step})
    assert (answer.status_code, answer.json()["type"]) == (422, "/api/#not-possible")


def test_a_return_needs_its_reason(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    caller = program(office, "deputy")
    step = caller.get(f"/decisions/{decision.id}").json()["step"]
    assert caller.post(f"/decisions/{decision.id}/return", {"step": step, "reason": ""}).status_code == 422
    answer = caller.post(f"/decisions/{decision.id}/return", {"step": step, "reason": "添付が足りません"})
    assert answer.json()["state"] == "returned"


def test_a_stranger_finds_nothing(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    caller = program(office, "stranger")
    assert caller.get("/decisions").json()["items"] == []
    assert caller.get(f"/decisions/{decision.id}").status_code == 404
    assert caller.post(f"/decisions/{decision.id}/approve", {"step": 1}).status_code == 404


def test_held_and_resumed(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    url, caller = f"/decisions/{decision.id}", program(office, "deputy")
    body = {"step": caller.get(url).json()["step"], "reason": "資料を待つ"}
    held = caller.post(f"{url}/hold", body, key="h")
    assert (held.json()["state"], held.json()["on_hold"]) == ("on_hold", body["step"])
    assert caller.post(f"{url}/hold", body, key="h").json() == held.json()  # sent twice
    assert program(office, "stranger").post(f"{url}/resume", {"step": body["step"]}).status_code == 404
    assert caller.post(f"{url}/resume", {"step": body["step"]}).json()["state"] == "circulating"


def test_the_drafter_pulls_back_and_nobody_else(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    url = f"/decisions/{decision.id}/pull-back"
    assert program(office, "deputy").post(url, {"reason": "誤り"}).status_code == 422
    assert program(office, "drafter").post(url, {"reason": ""}).status_code == 422
    assert program(office, "drafter").post(url, {"reason": "誤り"}).json()["state"] == "pulled_back"


def test_who_is_informed_gives_the_receipt_once(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    actions.inform_posts(
        decision_id=decision.id, posts=[office.posts["chief"].id], actor=office.actor("drafter"), at=timezone.now()
    )
    url, caller = f"/decisions/{decision.id}", program(office, "chief")
    (step,) = caller.get(url).json()["to_read"]
    assert program(office, "deputy").post(f"{url}/read", {"step": step}).status_code == 422
    assert caller.post(f"{url}/read", {"step": step}).json()["to_read"] == []
    assert caller.post(f"{url}/read", {"step": step}).status_code == 422


def test_what_was_passed_over_is_reviewed_afterwards(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = decision.steps.get(kind="legal_check")
    actions.pull_up_step(
        decision_id=decision.id, step_id=step.id, actor=office.actor("reviewer"), reason="急ぐ", at=timezone.now()
    )
    url, caller = f"/decisions/{decision.id}", program(office, "deputy")
    (left,) = caller.get(url).json()["post_reviews"]
    assert program(office, "chief").post(f"{url}/post-review", {"step": left}).status_code == 422
    assert caller.post(f"{url}/post-review", {"step": left, "opinion": "見た"}).json()["post_reviews"] == []
    fold = next(each for each in FACTS.counters if each.key == "decisions.post_reviews_left").fold
    entries = ledger.entries_of(Subject("decision", decision.id))
    counted = [amount for entry in entries for _unit, amount in fold(entry)]
    assert (max(counted), sum(counted)) == (1, 0)


@pytest.mark.parametrize("verb", ["object", "hold", "resume", "post-review", "read", "pull-back"])
def test_no_verb_reaches_into_another_office_or_without_its_scope(office: Office, verb: str) -> None:
    decision = circulate(office, make_draft(office))
    url, body = f"/decisions/{decision.id}/{verb}", {"step": 1, "reason": "なし"}
    assert program(office, "stranger").post(url, body).status_code == 404
    reader = Program(make_secret(office.deputy, ["decisions:read"]))
    assert reader.post(url, body).status_code == 403
    assert Program().post(url, body).status_code == 401


def test_who_is_consulted_objects_with_a_reason_and_the_draft_goes_on(office: Office) -> None:
    asked = [Consultation(office.posts["stranger"].id)]
    decision = circulate(office, make_draft(office, consultations=asked))
    approve(office, decision, "deputy")
    url, caller = f"/decisions/{decision.id}", program(office, "stranger")
    step = caller.get(url).json()["step"]
    assert caller.post(f"{url}/object", {"step": step, "reason": ""}).status_code == 422
    refused = program(office, "chief").post(f"{url}/object", {"step": step, "reason": "反対"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/api/#not-possible")
    answer = caller.post(f"{url}/object", {"step": step, "reason": "反対"}, key="o")
    assert (answer.status_code, answer.json()["step"]) == (200, None)
    assert caller.post(f"{url}/object", {"step": step, "reason": "反対"}, key="o").json() == answer.json()
    assert decision.steps.get(kind="consult").state == "objected"
