"""What the counters make of 後閲: those that fell away are neither due nor left."""

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject

from .. import actions
from ..facts import FACTS
from ..models import Decision
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def counted(decision: Decision, name: str) -> int:
    """What a counter sums up over all entries of a decision."""
    counter = next(each for each in FACTS.counters if each.key == f"decisions.{name}")
    entries = [entry for entry in ledger.entries_of(Subject("decision", decision.id)) if entry.kind in counter.kinds]
    return sum(amount for entry in entries for _unit, amount in counter.fold(entry))


def deferred(office: Office) -> Decision:
    decision = make_draft(office)
    step = decision.steps.get(kind="line_review")
    return actions.defer_stations(decision_id=decision.id, steps=[step.id], actor=office.actor("drafter"), at=AT)


def test_post_reviews_that_fell_away_are_not_due(office: Office) -> None:
    decision = circulate(office, deferred(office))
    assert [counted(decision, name) for name in ("post_reviews", "post_reviews_due", "post_reviews_left")] == [1, 1, 1]
    step = decision.steps.exclude(kind="post_review").get(state="active")
    reviewer = office.actor("reviewer")
    actions.return_draft(decision_id=decision.id, step_id=step.id, reason="誤り", actor=reviewer, at=AT)
    assert [counted(decision, name) for name in ("post_reviews", "post_reviews_due", "post_reviews_left")] == [1, 0, 0]


def test_post_reviews_of_a_draft_written_anew_are_not_due(office: Office) -> None:
    decision = deferred(office)
    make_draft(office)
    assert [counted(decision, name) for name in ("post_reviews_due", "post_reviews_left")] == [0, 0]


def test_a_post_review_that_is_done_is_due_and_not_left(office: Office) -> None:
    decision = circulate(office, deferred(office))
    for name in ("reviewer", "chief"):
        approve(office, decision, name)
    step = decision.steps.get(kind="post_review")
    actions.review_afterwards(decision_id=decision.id, step_id=step.id, actor=office.actor("deputy"), at=AT)
    names = ("post_reviews_done", "post_reviews_due", "post_reviews_left")
    assert [counted(decision, name) for name in names] == [1, 1, 0]
