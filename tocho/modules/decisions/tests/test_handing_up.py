"""後閲 that nobody of its post can do: it waits for the post above, and never for nobody."""

from datetime import timedelta

import pytest

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.org.actions import register_absence, reorganise
from tocho.core.org.actions.appointments import ask_always
from tocho.core.org.actions.structure import Abolish
from tocho.core.org.models import AbsenceReason, Appointment, OrgUnit, Rank
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.engines.process import api as process
from tocho.ui.testing import Pages

from .. import actions
from ..actions.refusals import NotYourStep
from ..models import Decision, Step
from ..queries.acts import acts_of
from ..queries.inbox import Shown, inbox_page
from ..queries.registers import post_review_page
from ..rules import Consultation
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
NEXT_DAY = AT + timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def director(office: Office) -> User:
    return make_officer("director", make_post(OrgUnit.objects.get(code="T-01-01"), "部長", Rank.DIVISION_CHIEF))


def passed_over(office: Office) -> Step:
    """A matter that went on without the section it should have consulted."""
    user = office.stranger
    absence = {"reason": AbsenceReason.TRAVEL, "starts_at": AT, "ends_at": AT + timedelta(days=30)}
    register_absence(user_id=user.id, actor=office.actor("stranger"), at=AT, **absence)
    decision = circulate(office, make_draft(office, consultations=[Consultation(office.posts["stranger"].id)]))
    for name in ("deputy", "reviewer", "chief"):
        approve(office, decision, name)
    return decision.steps.get(kind="post_review")


def deputised(office: Office) -> Step:
    """A matter that the section's deputy decided for the chief."""
    decision = circulate(office, make_draft(office))
    absence = {"reason": AbsenceReason.TRAVEL, "starts_at": AT, "ends_at": AT + timedelta(hours=9)}
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    register_absence(user_id=office.chief.id, actor=office.actor("chief"), at=AT, **absence)
    step = decision.steps.get(kind="decide")
    deputy = office.actor("deputy")
    actions.deputise_decision(decision_id=decision.id, step_id=step.id, actor=deputy, urgency="急ぐ", at=AT)
    return decision.steps.get(kind="post_review")


def give(post: int, user: User, *, on: object) -> None:
    """From a day on the post has this holder and no other."""
    Appointment.objects.filter(post_id=post, ends_on=None).update(ends_on=on)
    Appointment.objects.create(user=user, post_id=post, kind=2, starts_on=on)
    ask_always()


def addresses(decision: Decision) -> set[str]:
    return {task.address for task in process.tasks_of(Subject("decision", decision.id))}


def test_the_section_is_abolished_at_midnight_and_nobody_succeeds_it(office: Office, director: User) -> None:
    step = passed_over(office)
    assert actions.hand_up_reviews(at=AT) == 0  # away, but in the post: it waits
    reorganise(changes=[Abolish("T-01-01-02")], on=NEXT_DAY.date(), actor=SYSTEM, at=AT)
    assert actions.hand_up_reviews(at=AT) == 0  # not before midnight
    assert actions.hand_up_reviews(at=NEXT_DAY) == 1
    assert actions.hand_up_reviews(at=NEXT_DAY) == 0
    step.refresh_from_db()
    post = Appointment.objects.get(user=director).post_id
    assert (step.raised_to_id, addresses(step.decision)) == (post, {f"post:{post}"})
    assert [row.step.id for row in inbox_page(director.id, Shown(kind="post_review"), at=NEXT_DAY).rows] == [step.id]
    assert len(post_review_page(director.id, whole=False, after=None, at=NEXT_DAY).rows) == 1
    done = actions.review_afterwards(
        decision_id=step.decision_id, step_id=step.id, actor=ledger.Actor(user_id=director.id), at=NEXT_DAY
    )
    assert done.steps.get(id=step.id).acted_post_id == post
    assert addresses(step.decision) == set()
    kinds = [entry.kind for entry in ledger.entries_of(Subject("decision", step.decision_id))]
    assert kinds[-2:] == ["decision.post_review_handed", "decision.post_reviewed"]


def test_the_deputy_who_decided_becomes_chief_and_is_not_asked_about_it(office: Office, director: User) -> None:
    step = deputised(office)
    give(office.posts["chief"].id, office.deputy, on=NEXT_DAY.date())
    assert actions.hand_up_reviews(at=NEXT_DAY) == 1
    with pytest.raises(NotYourStep):
        actions.review_afterwards(
            decision_id=step.decision_id, step_id=step.id, actor=office.actor("deputy"), at=NEXT_DAY
        )
    actions.review_afterwards(
        decision_id=step.decision_id, step_id=step.id, actor=ledger.Actor(user_id=director.id), at=NEXT_DAY
    )
    assert post_review_page(director.id, whole=False, after=None, at=NEXT_DAY).rows == ()


def test_the_drafter_takes_the_post_and_gives_it_up_again(office: Office, director: User) -> None:
    step = passed_over(office)
    give(office.posts["stranger"].id, office.drafter, on=NEXT_DAY.date())
    assert actions.hand_up_reviews(at=NEXT_DAY) == 1
    later = NEXT_DAY + timedelta(days=1)
    give(office.posts["stranger"].id, office.stranger, on=later.date())
    assert actions.hand_up_reviews(at=later) == 1
    step.refresh_from_db()
    assert (step.raised_to_id, addresses(step.decision)) == (None, {f"post:{step.post_id}"})
    assert acts_of(step.decision, [step], user_id=director.id, at=later).post_reviews == ()


def test_who_is_above_finds_it_on_the_pages(page: Pages, office: Office, director: User) -> None:
    step = passed_over(office)
    Appointment.objects.filter(user=office.stranger).update(ends_on=NEXT_DAY.date())
    ask_always()
    path = f"/desk/decisions/{step.decision_id}/"
    assert page.get(path, user=director).status == 404
    actions.hand_up_reviews(at=NEXT_DAY)
    assert "あなたの後閲を待っています" in page.get(path)
    assert step.decision.reference in page.get("/desk/decisions/post-reviews/", queries=12)
    page.post(f"{path}review/", page.get(f"{path}review/").fields)
    assert not Step.objects.filter(kind="post_review", state="active").exists()


def test_where_nobody_is_above_it_stays(office: Office) -> None:
    step = passed_over(office)
    Appointment.objects.filter(user=office.stranger).update(ends_on=NEXT_DAY.date())
    ask_always()
    assert actions.hand_up_reviews(at=NEXT_DAY) == 0
    assert Step.objects.get(id=step.id).raised_to_id is None
