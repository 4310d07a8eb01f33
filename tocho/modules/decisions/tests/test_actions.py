"""起案 → 回付 → 審議・審査 → 決定, and every way in which it must not go."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.models import Appointment
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions, api
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.signals import decision_decided

from .factories import AT, UNIT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def kinds(decision: Decision) -> list[str]:
    return [entry.kind for entry in ledger.entries_of(Subject("decision", decision.id))]


def test_the_route_comes_from_the_authority_table(office: Office) -> None:
    decision = make_draft(office)
    stations = [(step.kind, step.post_id) for step in decision.steps.all()]
    posts = {name: post.id for name, post in office.posts.items()}
    assert stations == [
        ("line_review", posts["deputy"]),
        ("legal_check", posts["reviewer"]),
        ("decide", posts["chief"]),
    ]
    assert "証明" in decision.article


def test_from_draft_to_decision(office: Office) -> None:
    heard: list[Any] = []
    decision_decided.connect(lambda **news: heard.append((news["subject"], news["outcome"])), weak=False)
    decision = circulate(office, make_draft(office))
    approve(office, decision, "deputy")
    approve(office, decision, "reviewer", opinion="別紙の和暦を修正")
    decided = approve(office, decision, "chief")
    assert (decided.state, decided.reference) == ("decided", "2主税徴第1号")
    assert len(decided.content_digest) == 64
    assert heard == [(Subject("matter", 1), "approve")]
    assert kinds(decided) == [
        "decision.drafted",
        "decision.circulated",
        "decision.reviewed",
        "decision.reviewed",
        "decision.decided",
    ]
    assert process.tasks_of(Subject("decision", decided.id)) == ()


def test_each_station_finds_it_in_its_inbox_in_turn(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer", "chief"):
        assert process.inbox([f"post:{office.posts[name].id}"]).count == 1
        approve(office, decision, name)
        assert process.inbox([f"post:{office.posts[name].id}"]).count == 0


@pytest.mark.parametrize("name", ["drafter", "chief", "stranger"])
def test_only_the_station_whose_turn_it_is_acts(office: Office, name: str) -> None:
    decision = circulate(office, make_draft(office))
    with pytest.raises(actions.NotYourStep):
        approve(office, decision, name)


def test_a_post_that_ended_yesterday_does_not_act(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    Appointment.objects.filter(user=office.deputy).update(ends_on=date(2020, 11, 20))
    with pytest.raises(actions.NotYourStep):
        approve(office, decision, "deputy", at=AT + timedelta(days=1))


def test_a_second_click_is_told_so_and_decides_nothing_twice(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = decision.steps.get(state="active")
    for _click in (1, 2):
        values = {"decision_id": decision.id, "step_id": step.id, "actor": office.actor("deputy"), "at": AT}
        if _click == 1:
            actions.approve_step(**values)
        else:
            with pytest.raises(actions.StepGone):
                actions.approve_step(**values)


def test_a_returned_draft_is_the_next_revision_of_the_same_number(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = decision.steps.get(state="active")
    actions.return_draft(
        decision_id=decision.id, step_id=step.id, actor=office.actor("deputy"), reason="根拠を加えて", at=AT
    )
    again = make_draft(office, body="根拠を加えました。")
    assert (again.id, again.revision, again.number, again.state) == (decision.id, 2, 1, "drafting")
    circulate(office, again)
    assert again.steps.filter(revision=2, state="active").count() == 1


def test_a_return_needs_a_reason(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = decision.steps.get(state="active")
    with pytest.raises(Refused, match="理由"):
        actions.return_draft(decision_id=decision.id, step_id=step.id, actor=office.actor("deputy"), reason=" ", at=AT)


def test_pulled_back_only_before_anyone_acted(office: Office) -> None:
    first = circulate(office, make_draft(office))
    pulled = actions.pull_back_draft(decision_id=first.id, actor=office.actor("drafter"), reason="", at=AT)
    assert pulled.state == "pulled_back"
    second = circulate(office, make_draft(office, subject_id=2))
    approve(office, second, "deputy")
    with pytest.raises(actions.DraftRefused):
        actions.pull_back_draft(decision_id=second.id, actor=office.actor("drafter"), reason="", at=AT)


def test_only_the_decider_rejects(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    values = {"decision_id": decision.id, "reason": "要件に合わない", "at": AT}
    with pytest.raises(actions.NotYourStep):
        actions.reject_matter(step_id=decision.steps.get(state="active").id, actor=office.actor("deputy"), **values)
    approve(office, decision, "deputy")
    approve(office, decision, "reviewer")
    step = decision.steps.get(state="active")
    assert actions.reject_matter(step_id=step.id, actor=office.actor("chief"), **values).state == "rejected"


def test_numbers_have_no_gaps_when_a_draft_is_rolled_back(office: Office) -> None:
    make_draft(office, subject_id=1)
    with transaction.atomic():
        make_draft(office, subject_id=2)
        transaction.set_rollback(True)
    assert make_draft(office, subject_id=3).number == 2


def test_what_is_decided_cannot_be_edited(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer", "chief"):
        approve(office, decision, name)
    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        Decision.objects.filter(id=decision.id).update(body="べつの内容")


def test_a_decision_by_rule_is_recorded_once_as_electronic() -> None:
    make_office()
    values = {
        "category": "facility_use",
        "content": {"title": "利用承認", "body": "", "outcome": "approve"},
        "rule": "auto #1",
        "article": "要領第3条",
        "subject": Subject("matter", 9),
        "unit": UNIT,
        "at": AT,
    }
    first, second = api.decide_by_rule(**values), api.decide_by_rule(**values)
    assert first == second
    assert Decision.objects.get().medium == "electronic"
