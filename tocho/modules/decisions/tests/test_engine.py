"""協議・異議・改訂・引上げ・後閲・代決・差戻し先・保留・引戻しへの同意, on real rows."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.actions import appoint, register_absence
from tocho.core.org.models import AbsenceReason, Appointment, AppointmentKind, OrgUnit, Post, Rank, UnitVersion
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.engines.process.reminders import steps_due, tell
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision, NumberSeries, Revision, Step
from tocho.modules.decisions.queries.standing import matter_of
from tocho.modules.decisions.rules import Consultation
from tocho.modules.decisions.rules.hard_rules import faults

from .factories import AT, UNIT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def accountant(office: Office) -> Any:
    """The chief of another bureau's section, who is consulted."""
    finance = make_unit("T-02", "財務局", parent=make_unit("T", "都", kind="government"))
    return make_officer(
        "accountant", make_post(make_unit("T-02-01", "主計課", parent=finance), "課長", Rank.SECTION_CHIEF)
    )


def post_of(user: Any) -> int:
    return Appointment.objects.get(user=user).post_id


def active(decision: Decision, kind: str = "") -> Step:
    found = decision.steps.filter(state="active", circuit=decision.circuit)
    return (found.filter(kind=kind) if kind else found.exclude(kind__in=["inform", "post_review"])).get()


def away(user: Any, days: int = 10) -> None:
    register_absence(
        user_id=user.id,
        starts_at=AT - timedelta(hours=1),
        ends_at=AT + timedelta(days=days),
        reason=AbsenceReason.TRAVEL,
        actor=Actor(user_id=user.id),
        at=AT - timedelta(hours=1),
    )


def sound(decision: Decision) -> Decision:
    decision.refresh_from_db()
    assert faults(matter_of(decision, decision.steps.filter(circuit=decision.circuit))) == ()
    return decision


def consulted(office: Office, *users: Any, **more: Any) -> Decision:
    asked = [Consultation(post_of(user), **more) for user in users]
    return circulate(office, make_draft(office, consultations=asked))


def by(user: Any) -> Actor:
    return Actor(user_id=user.id)


def test_an_objection_goes_on_and_the_decider_must_say_why(office: Office, accountant: Any) -> None:
    decision = consulted(office, accountant)
    approve(office, decision, "deputy")
    step = active(decision)
    assert (step.kind, step.post_id) == ("consult", post_of(accountant))
    with pytest.raises(Refused, match="理由"):
        actions.object_to_matter(decision_id=decision.id, step_id=step.id, actor=by(accountant), opinion="", at=AT)
    actions.object_to_matter(
        decision_id=decision.id, step_id=step.id, actor=by(accountant), opinion="予算がない", at=AT
    )
    approve(office, sound(decision), "reviewer")
    settled = actions.settle_objection(decision_id=decision.id, step_id=step.id, actor=by(accountant), at=AT)
    approve(office, settled, "chief")
    assert sound(decision).state == "decided"
    assert list(decision.steps.filter(post_id=step.post_id).values_list("state", flat=True)) == ["objected", "approved"]


def test_an_unresolved_objection_is_decided_by_the_common_superior(office: Office, accountant: Any) -> None:
    top = OrgUnit.objects.get(code="T")
    governor = make_officer("governor", make_post(top, "知事", Rank.GOVERNOR))
    UnitVersion.objects.filter(unit__code="T-01").update(parent=top)
    decision = consulted(office, accountant)
    approve(office, decision, "deputy")
    actions.object_to_matter(
        decision_id=decision.id, step_id=active(decision).id, actor=by(accountant), opinion="反対", at=AT
    )
    approve(office, decision, "reviewer")
    assert (active(decision).kind, active(decision).post_id) == ("line_review", office.posts["chief"].id)
    approve(office, sound(decision), "chief", opinion="進めたい")
    step = active(decision)
    assert (step.kind, step.post_id) == ("decide", post_of(governor))
    with pytest.raises(Refused, match="異議"):
        actions.approve_step(decision_id=decision.id, step_id=step.id, actor=by(governor), at=AT)
    actions.approve_step(decision_id=decision.id, step_id=step.id, actor=by(governor), opinion="調整した", at=AT)
    assert sound(decision).state == "decided"


def test_those_consulted_at_the_same_time_and_two_of_three_suffice(office: Office) -> None:
    people = [
        make_officer(f"asked{n}", make_post(make_unit(f"T-03-0{n}", f"第{n}課"), "課長", Rank.SECTION_CHIEF))
        for n in (1, 2, 3)
    ]
    decision = consulted(office, *people, group=1, needed=2)
    approve(office, decision, "deputy")
    open_ones = decision.steps.filter(state="active", kind="consult")
    assert open_ones.count() == 3
    for person in people[1:]:
        step = decision.steps.get(post_id=post_of(person))
        actions.approve_step(decision_id=decision.id, step_id=step.id, actor=by(person), at=AT)
    assert decision.steps.get(post_id=post_of(people[0])).state == "spared"
    assert process.inbox([f"post:{post_of(people[0])}"]).count == 0
    assert active(sound(decision)).kind == "legal_check"


def test_a_major_revision_asks_everybody_again_and_keeps_what_was_approved(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    approve(office, decision, "deputy")
    values = {"decision_id": decision.id, "step_id": None, "actor": office.actor("drafter"), "at": AT}
    actions.revise_draft(changes={"body": "直した案", "why": "数字の誤り"}, is_major=True, **values)
    decision = sound(decision)
    assert (decision.revision, decision.circuit, active(decision).post_id) == (2, 2, office.posts["deputy"].id)
    old = decision.steps.get(circuit=1, state="approved")
    assert (old.revision, Revision.objects.get(decision=decision, number=1).body) == (1, "交付してよろしいか。")


def test_a_minor_revision_tells_those_who_approved(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    approve(office, decision, "deputy")
    step = active(decision)
    actions.revise_draft(
        decision_id=decision.id, step_id=step.id, changes={"title": "件名（修正）", "why": "てにをは"}, is_major=False,
        actor=office.actor("reviewer"), at=AT,
    )  # fmt: skip
    told = sound(decision).steps.get(kind="inform")
    assert (told.post_id, told.state, active(decision).id) == (office.posts["deputy"].id, "active", step.id)
    actions.read_matter(decision_id=decision.id, step_id=told.id, actor=office.actor("deputy"), at=AT)
    approve(office, decision, "reviewer")
    approve(office, decision, "chief")
    assert sound(decision).title == "件名（修正）"
    assert decision.steps.get(kind="decide").revision == 2


def test_a_revision_needs_its_reason_and_a_change(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    values = {"decision_id": decision.id, "step_id": None, "is_major": True, "actor": office.actor("drafter"), "at": AT}
    with pytest.raises(Refused, match="理由"):
        actions.revise_draft(changes={"body": "x", "why": ""}, **values)
    with pytest.raises(Refused, match="何も変わって"):
        actions.revise_draft(changes={"body": decision.body, "why": "確認"}, **values)
    with pytest.raises(actions.NotYourStep):
        actions.revise_draft(changes={"body": "x", "why": "y"}, **{**values, "actor": office.actor("chief")})


def test_a_later_participant_pulls_up_and_the_earlier_one_reviews_afterwards(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    decide = decision.steps.get(kind="decide")
    waiting = decision.steps.get(kind="legal_check")
    with pytest.raises(actions.NotYourStep, match="審査"):
        actions.pull_up_step(
            decision_id=decision.id, step_id=decide.id, actor=office.actor("chief"), reason="急ぐ", at=AT
        )
    actions.pull_up_step(
        decision_id=decision.id, step_id=waiting.id, actor=office.actor("reviewer"), reason="至急のため", at=AT
    )
    left = sound(decision).steps.get(kind="post_review")
    assert (decision.steps.get(post_id=office.posts["deputy"].id, kind="line_review").state, left.state) == (
        "pulled_up",
        "active",
    )
    approve(office, decision, "chief")
    with pytest.raises(Refused, match="施行がまだ"):
        actions.complete_matter(decision_id=decision.id, actor=office.actor("drafter"), at=AT)
    actions.issue_decision(decision_id=decision.id, at=AT)
    with pytest.raises(Refused, match="後閲"):
        actions.complete_matter(decision_id=decision.id, actor=office.actor("drafter"), at=AT)
    actions.review_afterwards(decision_id=decision.id, step_id=left.id, actor=office.actor("deputy"), at=AT)
    actions.complete_matter(decision_id=decision.id, actor=office.actor("drafter"), at=AT)
    assert sound(decision).state == "completed"


def test_who_is_not_back_in_time_is_left_to_review_afterwards(office: Office) -> None:
    away(office.deputy)
    decision = circulate(office, make_draft(office))
    assert decision.steps.get(kind="line_review").state == "deferred_to_post_review"
    assert active(sound(decision)).kind == "legal_check"
    assert process.inbox([f"post:{office.posts['deputy'].id}"]).count == 1


def test_a_short_absence_holds_nothing_up_by_itself(office: Office) -> None:
    away(office.deputy, days=1)
    assert active(circulate(office, make_draft(office))).kind == "line_review"


def to_the_decider(office: Office, **more: Any) -> Step:
    decision = circulate(office, make_draft(office, **more))
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    return active(decision)


def test_a_deputy_decides_and_the_decider_reviews_afterwards(office: Office) -> None:
    away(office.chief)
    step = to_the_decider(office)
    values = {"decision_id": step.decision_id, "step_id": step.id, "actor": office.actor("deputy"), "at": AT}
    assert process.inbox([f"post:{office.posts['deputy'].id}"]).count == 1  # it was offered
    with pytest.raises(Refused, match="急ぐ理由"):
        actions.deputise_decision(urgency=" ", **values)
    decision = actions.deputise_decision(urgency="本日が提出期限", **values)
    step.refresh_from_db()
    assert (decision.state, step.state, step.capacity) == ("decided", "acted_by_deputy", "deputy")
    assert step.evidence["absences"]
    entry = next(one for one in ledger.entries_of(Subject("decision", decision.id)) if one.kind == "decision.decided")
    assert (entry.actor.acting_for_id, entry.data["capacity"]) == (office.chief.id, "deputy")
    assert "提出期限" not in str(entry.data)
    left = sound(decision).steps.get(kind="post_review")
    with pytest.raises(actions.NotYourStep):
        actions.review_afterwards(decision_id=decision.id, step_id=left.id, actor=office.actor("deputy"), at=AT)
    actions.review_afterwards(decision_id=decision.id, step_id=left.id, actor=office.actor("chief"), at=AT)
    assert sound(decision).steps.get(kind="post_review").state == "post_reviewed"
    assert process.tasks_of(Subject("decision", decision.id)) == ()


def test_nobody_deputises_while_the_decider_is_there_or_outside_the_order(office: Office) -> None:
    step = to_the_decider(office)
    values = {"decision_id": step.decision_id, "step_id": step.id, "urgency": "急ぐ", "at": AT}
    with pytest.raises(actions.NotAbsent, match="不在"):
        actions.deputise_decision(actor=office.actor("deputy"), **values)
    away(office.chief)
    with pytest.raises(actions.NotAbsent):
        actions.deputise_decision(actor=office.actor("stranger"), **values)
    with pytest.raises(actions.NotYourStep):
        actions.deputise_decision(actor=office.actor("drafter"), **values)


def test_the_offer_follows_the_absence(office: Office) -> None:
    to_the_decider(office)
    inbox = f"post:{office.posts['deputy'].id}"
    assert process.inbox([inbox]).count == 0
    away(office.chief)
    assert (actions.offer_waiting(at=AT), process.inbox([inbox]).count) == (1, 1)
    assert actions.offer_waiting(at=AT) == 0
    assert (actions.offer_waiting(at=AT + timedelta(days=20)), process.inbox([inbox]).count) == (1, 0)


def test_sent_back_to_a_named_station_those_from_there_on_answer_again(office: Office) -> None:
    step = to_the_decider(office)
    target = Step.objects.get(decision=step.decision_id, kind="line_review")
    decision = actions.return_draft(
        decision_id=step.decision_id, step_id=step.id, to_step_id=target.id, reason="根拠を確かめて",
        actor=office.actor("chief"), at=AT,
    )  # fmt: skip
    assert (decision.state, active(decision).post_id) == ("circulating", office.posts["deputy"].id)
    for name in ("deputy", "reviewer", "chief"):
        approve(office, sound(decision), name)
    assert sound(decision).state == "decided"
    assert decision.steps.filter(kind="decide").count() == 2


def test_held_nothing_moves_until_it_is_resumed(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = active(decision)
    values = {"decision_id": decision.id, "step_id": step.id, "actor": office.actor("deputy"), "at": AT}
    actions.hold_matter(reason="資料を待つ", **values)
    with pytest.raises(actions.StepGone, match="保留"):
        actions.approve_step(**values)
    actions.resume_matter(**values)
    approve(office, sound(decision), "deputy")


def test_pulled_back_after_an_answer_only_with_consent(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    approve(office, decision, "deputy")
    actions.ask_back(decision_id=decision.id, actor=office.actor("drafter"), reason="誤りがあった", at=AT)
    step = active(decision)
    with pytest.raises(actions.NotYourStep):
        actions.let_back(decision_id=decision.id, step_id=step.id, actor=office.actor("chief"), at=AT)
    actions.let_back(decision_id=decision.id, step_id=step.id, actor=office.actor("reviewer"), at=AT)
    assert sound(decision).state == "pulled_back"


def test_abandoned_by_the_drafter_with_a_reason(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    values = {"decision_id": decision.id, "at": AT}
    with pytest.raises(actions.NotYourStep):
        actions.abandon_matter(actor=office.actor("deputy"), reason="不要", step_id=active(decision).id, **values)
    actions.abandon_matter(actor=office.actor("drafter"), reason="不要になった", **values)
    assert (sound(decision).state, decision.note) == ("abandoned", "不要になった")


def test_who_holds_the_post_concurrently_acts_under_it_and_the_record_says_so(office: Office) -> None:
    Appointment.objects.filter(user=office.deputy).update(ends_on=date(2020, 11, 1))
    appoint(
        user_id=office.stranger.id, post_id=office.posts["deputy"].id, starts_on=date(2020, 11, 1),
        kind=AppointmentKind.ACTING, actor=Actor(), at=AT,
    )  # fmt: skip
    decision = circulate(office, make_draft(office))
    step = active(decision)
    actions.approve_step(decision_id=decision.id, step_id=step.id, actor=by(office.stranger), at=AT)
    step.refresh_from_db()
    assert (step.capacity, step.acted_post_id) == ("acting_post", office.posts["deputy"].id)
    assert step.evidence["appointment"] == Appointment.objects.get(kind=AppointmentKind.ACTING).id


def test_a_proxy_by_law_decides_beside_the_holder(office: Office) -> None:
    appoint(
        user_id=office.stranger.id, post_id=office.posts["chief"].id, starts_on=date(2020, 11, 1),
        kind=AppointmentKind.PROXY, basis="職務代理規程第2条", actor=Actor(), at=AT,
    )  # fmt: skip
    step = to_the_decider(office)
    actions.approve_step(decision_id=step.decision_id, step_id=step.id, actor=by(office.stranger), at=AT)
    step.refresh_from_db()
    assert (step.capacity, step.evidence["basis"]) == ("duty_proxy", "職務代理規程第2条")


def test_a_delegate_decides_in_the_own_name(office: Office) -> None:
    chief, deputy = office.posts["chief"].id, office.posts["stranger"].id
    terms = actions.Terms(chief, deputy, ["certificate"], "事務委任規則第3条", date(2020, 11, 20))
    row = actions.register_delegation(terms, actor=by(office.reviewer), at=AT)
    assert actions.register_delegation(terms, actor=by(office.reviewer), at=AT) == row
    decision = make_draft(office)
    assert (decision.power, decision.delegation_id, decision.steps.get(kind="decide").post_id) == (
        "delegated",
        row.id,
        deputy,
    )
    chain = actions.Terms(deputy, office.posts["reviewer"].id, [], "規則", date(2020, 11, 20))
    with pytest.raises(actions.DelegationRefused, match="さらに"):
        actions.register_delegation(chain, actor=by(office.reviewer), at=AT)
    actions.revoke_delegation(delegation_id=row.id, actor=by(office.reviewer), at=AT)
    assert make_draft(office, subject_id=2).power == "standing"


def test_the_database_refuses_what_the_rules_refuse(office: Office) -> None:
    decision = circulate(office, make_draft(office))
    step = active(decision)
    approve(office, decision, "deputy")
    forbidden: list[tuple[Any, dict[str, Any]]] = [
        (Step.objects.filter(id=step.id), {"opinion": "後から"}),
        (Step.objects.filter(decision=decision, kind="decide"), {"state": "deferred_to_post_review"}),
        (Step.objects.filter(decision=decision, kind="legal_check"), {"state": "pulled_up"}),
        (Step.objects.filter(decision=decision, state="active"),
         {"state": "approved", "acted_by": office.drafter, "acted_at": AT}),
        (Decision.objects.filter(id=decision.id), {"state": "decided", "decided_at": AT}),
        (Decision.objects.filter(id=decision.id), {"state": "drafting"}),
        (Decision.objects.filter(id=decision.id), {"medium": "paper"}),
        (Revision.objects.filter(decision=decision), {"body": "後から"}),
    ]  # fmt: skip
    for rows, values in forbidden:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)


def test_a_cancelled_issue_and_a_changed_decision_are_new_decisions(office: Office) -> None:
    first = to_the_decider(office).decision
    approve(office, first, "chief")
    second = make_draft(office, subject_id=2, relates_to=first.id, relation="cancel_issuance")
    circulate(office, second)
    for name in ("deputy", "reviewer", "chief"):
        approve(office, second, name)
    assert sound(first).state == "issuance_cancelled"
    assert not actions.issue_decision(decision_id=first.id, at=AT)
    with pytest.raises(Refused, match="決定した事案だけ"):
        make_draft(office, subject_id=3, relates_to=first.id, relation="change")


def test_reserved_numbers_are_used_or_given_up_with_a_reason(office: Office) -> None:
    values = {"actor": office.actor("drafter"), "at": AT}
    row = actions.reserve_number(unit=UNIT, purpose="年度当初の一括起案", **values)
    other = actions.reserve_number(unit=UNIT, purpose="別件", **values)
    assert make_draft(office, reservation=row.id).number == row.number == 1
    with pytest.raises(Refused, match="使えません"):
        make_draft(office, subject_id=2, reservation=row.id)
    with pytest.raises(Refused, match="理由"):
        actions.give_up_number(reservation_id=other.id, why="", **values)
    actions.give_up_number(reservation_id=other.id, why="取りやめ", **values)
    assert make_draft(office, subject_id=3).number == 3


def test_the_drafter_reviews_nothing_under_another_post(office: Office) -> None:
    appoint(
        user_id=office.drafter.id, post_id=make_post(Post.objects.get(id=office.posts["deputy"].id).unit, "係長").id,
        starts_on=date(2020, 4, 1), kind=AppointmentKind.CONCURRENT, actor=Actor(), at=AT,
    )  # fmt: skip
    Appointment.objects.filter(user=office.deputy).update(ends_on=date(2020, 11, 1))
    appoint(
        user_id=office.drafter.id, post_id=office.posts["deputy"].id, starts_on=date(2020, 11, 1),
        kind=AppointmentKind.ACTING, actor=Actor(), at=AT,
    )  # fmt: skip
    assert not make_draft(office).steps.filter(post_id=office.posts["deputy"].id).exists()


def test_silence_approves_nothing_it_is_told_to_the_post_above(office: Office) -> None:
    decision = circulate(office, make_draft(office, due_on=date(2020, 11, 24)))
    (task,) = process.tasks_of(Subject("decision", decision.id))
    assert task.due_on == date(2020, 11, 24)
    much_later = AT + timedelta(days=60)
    for late in steps_due(at=much_later):
        tell(late, at=much_later)
    actions.offer_waiting(at=much_later)
    assert [one.id for one in process.escalated_to([f"post:{office.posts['chief'].id}"], today=much_later.date())]
    assert (sound(decision).state, active(decision).acted_at) == ("circulating", None)


def test_one_act_counts_for_two_posts_only_where_the_rule_allows(office: Office) -> None:
    def concurrently(subject: int, *, collapses: bool) -> list[str]:
        decision = make_draft(office, subject_id=subject)
        Decision.objects.filter(id=decision.id).update(collapses=collapses)
        circulate(office, decision)
        step = active(decision)
        actions.approve_step(decision_id=decision.id, step_id=step.id, actor=by(office.reviewer), at=AT)
        return list(decision.steps.order_by("stage").values_list("capacity", flat=True))

    Appointment.objects.filter(user=office.deputy).update(ends_on=date(2020, 11, 1))
    appoint(
        user_id=office.reviewer.id, post_id=office.posts["deputy"].id, starts_on=date(2020, 11, 1),
        kind=AppointmentKind.CONCURRENT, actor=Actor(), at=AT,
    )  # fmt: skip
    assert concurrently(1, collapses=False) == ["concurrent", "", ""]
    assert concurrently(2, collapses=True) == ["concurrent", "collapsed", ""]


def test_the_command_judges_what_is_stored(office: Office) -> None:
    step = to_the_decider(office)
    approve(office, step.decision, "chief")
    out = StringIO()
    call_command("check_decisions", stdout=out)
    assert "1 decisions judged, 0 faults." in out.getvalue()
    NumberSeries.objects.update(last=2)
    with pytest.raises(CommandError):
        call_command("check_decisions", stdout=out, stderr=out)


def test_a_review_that_nobody_can_make_is_not_left_out(office: Office) -> None:
    office.posts["reviewer"].serves_as = ""
    office.posts["reviewer"].save()
    with pytest.raises(Refused, match="相手がいません"):
        circulate(office, make_draft(office, category="permit"))
