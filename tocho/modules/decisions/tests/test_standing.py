"""What an act rests on at its moment: the revision that was read, the 委任 in force, the chosen post, a place on the
route."""

from datetime import date, timedelta
from typing import Any

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.actions import appoint, register_absence
from tocho.core.org.actions.appointments import ask_always
from tocho.core.org.models import AbsenceReason, Appointment, AppointmentKind, OrgUnit, Rank, UnitVersion
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.ui.testing import Pages

from .. import actions
from ..models import Decision, Step
from ..queries.acts import acts_of
from ..rules import Consultation
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def revise(office: Office, decision: Decision, body: str, **more: Any) -> Decision:
    changes = {"body": body, "why": "誤り"}
    return actions.revise_draft(
        decision_id=decision.id, step_id=None, changes=changes, is_major=False, actor=office.actor("drafter"), at=AT,
        **more,
    )  # fmt: skip


def active(decision: Decision) -> Step:
    found = decision.steps.filter(state="active", circuit=decision.circuit)
    return found.exclude(kind__in=["inform", "post_review"]).get()


def test_nobody_approves_words_that_were_changed_after_they_were_read(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    revise(office, decision, "直した案")
    with pytest.raises(actions.Changed, match="改訂"):
        approve(office, decision, "deputy", seen=1)
    assert active(decision).post_id == office.posts["deputy"].id
    approve(office, decision, "deputy", seen=2)
    assert decision.steps.get(kind="line_review").revision == 2


def test_of_two_who_revise_the_same_words_the_second_is_told_of_the_first(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    revise(office, decision, "一人目の案", seen=1)
    with pytest.raises(actions.Changed):
        revise(office, decision, "二人目の案", seen=1)
    decision.refresh_from_db()
    assert (decision.body, decision.revision) == ("一人目の案", 2)


def test_the_page_says_that_it_was_revised_and_keeps_what_was_typed(page: Pages, office: Office) -> None:
    decision = circulate(office, make_draft(office))
    path = f"/desk/decisions/{decision.id}/"
    fields = page.get(path, user=office.deputy).fields | {"opinion": "異存ありません。"}
    revise(office, decision, "直した案")
    again = page.post(f"{path}approve/", fields)
    assert again.status == 422
    assert "開いたあとで改訂されました" in again
    assert "直した案" in again
    assert "異存ありません。" in again
    page.post(f"{path}approve/", again.fields | {"opinion": "異存ありません。"})
    assert decision.steps.get(kind="line_review").opinion == "異存ありません。"


def delegated(office: Office) -> tuple[Decision, int]:
    """A matter that waits for the decision of a delegate, and the 委任."""
    chief, delegate = office.posts["chief"].id, office.posts["stranger"].id
    terms = actions.Terms(chief, delegate, ["certificate"], "事務委任規則第3条", AT.date())
    row = actions.register_delegation(terms, actor=office.actor("reviewer"), at=AT)
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    return decision, row.id


def test_a_delegate_whose_delegation_has_ended_decides_nothing_and_sends_it_back(office: Office) -> None:
    decision, row = delegated(office)
    actions.revoke_delegation(delegation_id=row, actor=office.actor("reviewer"), at=AT)
    step = active(decision)
    values = {"decision_id": decision.id, "step_id": step.id, "actor": office.actor("stranger"), "at": AT}
    with pytest.raises(actions.NotYourStep, match="委任は終わりました"):
        actions.approve_step(**values)
    with pytest.raises(actions.NotYourStep, match="委任は終わりました"):
        actions.reject_matter(reason="否", **values)
    actions.return_draft(reason="委任が終わったため", **values)
    again = circulate(office, make_draft(office))
    assert (again.id, again.power, again.delegation_id) == (decision.id, "standing", None)
    assert again.steps.get(circuit=2, kind="decide").post_id == office.posts["chief"].id


def test_a_delegation_to_the_last_day_is_in_force_on_the_day_before(office: Office) -> None:
    decision, row = delegated(office)
    decided = actions.approve_step(
        decision_id=decision.id, step_id=active(decision).id, actor=office.actor("stranger"), at=AT
    )
    assert (decided.state, decided.power, decided.delegation_id) == ("decided", "delegated", row)


def test_the_common_superior_decides_by_the_own_power(office: Office) -> None:
    top = make_unit("T", "都", kind="government")
    governor = make_officer("governor", make_post(top, "知事", Rank.GOVERNOR))
    UnitVersion.objects.filter(unit=OrgUnit.objects.get(code="T-01")).update(parent=top)
    finance = make_unit("T-02-01", "主計課", parent=make_unit("T-02", "財務局", parent=top))
    accountant = make_officer("accountant", make_post(finance, "課長", Rank.SECTION_CHIEF))
    asked = [Consultation(Appointment.objects.get(user=accountant).post_id)]
    decision = circulate(office, make_draft(office, consultations=asked))
    approve(office, decision, "deputy")
    step = active(decision)
    by = Actor(user_id=accountant.id)
    actions.object_to_matter(decision_id=decision.id, step_id=step.id, actor=by, opinion="反対", at=AT)
    for name in ("reviewer", "chief"):
        approve(office, decision, name)
    actor = Actor(user_id=governor.id)
    step = active(decision)
    done = actions.approve_step(decision_id=decision.id, step_id=step.id, actor=actor, opinion="進める", at=AT)
    assert (done.state, done.power, done.decided_by_id) == ("decided", "own", governor.id)


def test_who_holds_two_posts_answers_under_the_one_they_chose(page: Pages, office: Office) -> None:
    second = make_post(make_unit("T-01-01-03", "納税課", parent=OrgUnit.objects.get(code="T-01-01")), "課長", 4)
    appoint(
        user_id=office.stranger.id, post_id=second.id, starts_on=date(2020, 4, 1), kind=AppointmentKind.CONCURRENT,
        actor=Actor(), at=AT,
    )  # fmt: skip
    asked = [Consultation(office.posts["stranger"].id), Consultation(second.id)]
    decision = circulate(office, make_draft(office, consultations=asked))
    approve(office, decision, "deputy")
    step = decision.steps.get(post_id=second.id)
    wrong = Actor(user_id=office.stranger.id, post_id=office.posts["stranger"].id)
    with pytest.raises(actions.NotYourStep):
        actions.approve_step(decision_id=decision.id, step_id=step.id, actor=wrong, at=AT)
    shown = page.get(f"/desk/decisions/{decision.id}/?step={step.id}", user=office.stranger)
    assert shown.fields["step"] == str(step.id)
    assert "あなたの番は2つあります" in shown
    page.post(f"/desk/decisions/{decision.id}/approve/", shown.fields)
    step.refresh_from_db()
    assert (step.state, step.capacity, step.acted_post_id) == ("approved", "concurrent", second.id)
    assert decision.steps.get(post_id=office.posts["stranger"].id).state == "active"
    said = [entry.data for entry in ledger.entries_of(Subject("decision", decision.id))]
    assert [("capacity" in one, "objected" in one) for one in said[-2:]] == [(False, False), (True, False)]


def test_on_hold_the_drafter_is_told_so_and_revises_nothing(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    values = {"decision_id": decision.id, "step_id": active(decision).id, "at": AT}
    actions.hold_matter(actor=office.actor("deputy"), reason="資料待ち", **values)
    with pytest.raises(actions.StepGone, match="保留"):
        revise(office, decision, "直した案")


def test_the_next_deputy_decides_where_the_first_has_drafted_the_matter(office: Office) -> None:
    unit = OrgUnit.objects.get(code="T-01-01-01")
    other = make_officer("other", make_post(unit, "課長代理（二）", Rank.DEPUTY_SECTION_CHIEF))
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    assert list(active(decision).deputies) == [office.posts["deputy"].id, Appointment.objects.get(user=other).post_id]
    Appointment.objects.filter(user=office.deputy).update(ends_on=AT.date())
    Appointment.objects.create(user=office.drafter, post=office.posts["deputy"], kind=2, starts_on=AT.date())
    ask_always()
    absence = {"starts_at": AT, "ends_at": AT + timedelta(hours=9), "reason": AbsenceReason.TRAVEL}
    register_absence(user_id=office.chief.id, actor=office.actor("chief"), at=AT, **absence)
    assert actions.offer_waiting(at=AT) == 1
    assert process.inbox([f"post:{Appointment.objects.get(user=other).post_id}"]).count == 1
    step = active(decision)
    assert acts_of(decision, [*decision.steps.all()], user_id=other.id, at=AT).deputise == step
    done = actions.deputise_decision(
        decision_id=decision.id, step_id=step.id, actor=Actor(user_id=other.id), urgency="急ぐ", at=AT
    )
    assert done.state == "decided"


def test_only_who_takes_part_lets_others_read(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    values = {"decision_id": decision.id, "at": AT}
    stranger, reviewer = office.posts["stranger"].id, office.posts["reviewer"].id
    with pytest.raises(actions.NotYourStep, match="関与者だけ"):
        actions.inform_posts(posts=[reviewer], actor=office.actor("stranger"), **values)
    actions.inform_posts(posts=[stranger], actor=office.actor("deputy"), **values)
    with pytest.raises(actions.NotYourStep, match="関与者だけ"):
        actions.inform_posts(posts=[reviewer], actor=office.actor("stranger"), **values)
    assert decision.steps.filter(kind="inform").count() == 1


def test_a_receipt_is_no_answer_so_the_drafter_still_pulls_back(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    chief = office.posts["chief"].id
    actions.inform_posts(decision_id=decision.id, posts=[chief], actor=office.actor("drafter"), at=AT)
    step = decision.steps.get(kind="inform")
    actions.read_matter(decision_id=decision.id, step_id=step.id, actor=office.actor("chief"), at=AT)
    assert acts_of(decision, [*decision.steps.all()], user_id=office.drafter.id, at=AT).may_pull_back
    done = actions.pull_back_draft(decision_id=decision.id, actor=office.actor("drafter"), reason="誤り", at=AT)
    assert done.state == "pulled_back"


def test_a_colleague_takes_over_the_draft_of_who_has_left_the_office(page: Pages, office: Office) -> None:
    colleague = make_officer("colleague", make_post(OrgUnit.objects.get(code="T-01-01-01"), "主事（二）"))
    decision = circulate(office, make_draft(office, subject_id=0))
    values = {"decision_id": decision.id, "step_id": active(decision).id, "reason": "誤り", "at": AT}
    actions.return_draft(actor=office.actor("deputy"), **values)
    there = f"/desk/decisions/{decision.id}/"
    assert page.get(f"{there}edit/", user=colleague).status == 403  # while the drafter is there
    Appointment.objects.filter(user=office.drafter).update(ends_on=AT.date())
    ask_always()
    assert page.get(there).links["起案を引き継いで直す"] == f"{there}edit/"
    form = page.get(f"{there}edit/").fields
    said = {"category": "certificate", "importance": "ordinary", "title": "直した件名", "body": "直した案"}
    page.post(f"{there}edit/", {**form, **said, "post": Appointment.objects.get(user=colleague).post_id})
    decision.refresh_from_db()
    assert (decision.drafter, decision.revision, decision.number) == (colleague, 2, 1)
    assert [row.made_by for row in decision.revisions.all()] == [office.drafter, colleague]
    actions.circulate_draft(decision_id=decision.id, actor=Actor(user_id=colleague.id), at=AT)
    assert active(decision).post_id == office.posts["deputy"].id
