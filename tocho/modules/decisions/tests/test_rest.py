"""The acts of a station over the REST API."""

import pytest

from tocho.engines.rest.tests.factories import Program, make_secret

from .factories import Office, circulate, make_draft, make_office

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
