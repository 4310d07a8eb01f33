"""Two people at once, with real connections: exactly one act counts."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tocho.core.calendar.api import office_day
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.actions import register_absence
from tocho.core.org.models import AbsenceReason, Appointment, OrgUnit, Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.actions import StepGone
from tocho.modules.decisions.models import AuthorityTable, Decision, NumberSeries
from tocho.modules.decisions.rules import Consultation

from .factories import AT, UNIT, Office, approve, circulate, make_draft, make_office

ENDS = ("decision.decided", "decision.rejected", "decision.returned")


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_counts() -> None:
    office = make_office()
    decision = circulate(office, make_draft(office))
    step = decision.steps.get(state="active")
    results: list[str] = []

    def click() -> None:
        try:
            actions.approve_step(decision_id=decision.id, step_id=step.id, actor=office.actor("deputy"), at=AT)
            results.append("done")
        except Refused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "refused", "refused", "refused"]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_gapless_under_concurrency() -> None:
    office = make_office()

    def draft(n: int) -> None:
        make_draft(office, subject_id=n)
        connection.close()

    threads = [threading.Thread(target=draft, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Decision.objects.values_list("number", flat=True)) == list(range(1, 9))


def race(*acts: Callable[[], object]) -> list[str]:
    """Each act in a session of its own, at the same moment: "done" or the kind of refusal, sorted."""
    results: list[str] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait()
            act()
            results.append("done")
        except Refused as refused:
            results.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def to_the_chief(office: Office) -> tuple[Decision, int]:
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    return decision, decision.steps.get(state="active").id


@pytest.mark.django_db(transaction=True)
def test_the_decider_and_a_deputy_at_once_decide_once() -> None:
    office = make_office()
    decision, step = to_the_chief(office)
    register_absence(
        user_id=office.chief.id, starts_at=AT - timedelta(hours=1), ends_at=AT + timedelta(days=1),
        reason=AbsenceReason.TRAVEL, actor=Actor(), at=AT - timedelta(hours=1),
    )  # fmt: skip
    values = {"decision_id": decision.id, "step_id": step, "at": AT}
    assert race(
        lambda: actions.approve_step(actor=office.actor("chief"), **values),
        lambda: actions.deputise_decision(actor=office.actor("deputy"), urgency="急ぐ", **values),
        lambda: actions.reject_matter(actor=office.actor("chief"), reason="否", **values),
        lambda: actions.return_draft(actor=office.actor("chief"), reason="戻す", **values),
    ) == ["StepGone", "StepGone", "StepGone", "done"]
    entries = ledger.entries_of(Subject("decision", decision.id))
    assert sum(one.kind in ENDS for one in entries) == 1


@pytest.mark.django_db(transaction=True)
def test_a_revision_and_an_approval_at_once_never_approve_what_was_not_seen() -> None:
    office = make_office()
    decision, step = to_the_chief(office)
    race(
        lambda: actions.approve_step(decision_id=decision.id, step_id=step, actor=office.actor("chief"), at=AT),
        lambda: actions.revise_draft(
            decision_id=decision.id, step_id=None, changes={"body": "直した", "why": "誤り"}, is_major=True,
            actor=office.actor("drafter"), at=AT,
        ),
    )  # fmt: skip
    decision.refresh_from_db()
    if decision.state == "decided":
        assert (decision.revision, decision.body) == (1, "交付してよろしいか。")
    else:
        assert (decision.revision, decision.steps.filter(circuit=2, acted_at=None).count()) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_a_small_revision_and_an_approval_at_once_never_approve_what_was_not_read() -> None:
    office = make_office()
    decision, step = to_the_chief(office)
    values = {"decision_id": decision.id, "at": AT}
    changes = {"body": "直した", "why": "てにをは"}
    done = race(
        lambda: actions.approve_step(step_id=step, actor=office.actor("chief"), seen=1, **values),
        lambda: actions.revise_draft(
            step_id=None, changes=changes, is_major=False, actor=office.actor("drafter"), **values
        ),
        lambda: actions.revise_draft(
            step_id=None, changes={**changes, "body": "別の案"}, is_major=False, actor=office.actor("drafter"), seen=1,
            **values,
        ),
    )  # fmt: skip
    decision.refresh_from_db()
    answered = decision.steps.get(id=step)
    if decision.state == "decided":
        assert (answered.revision, decision.body) == (1, "交付してよろしいか。")
        assert done == ["StepGone", "StepGone", "done"]
    else:
        assert (answered.state, answered.acted_by) == ("active", None)
        assert decision.revisions.count() == decision.revision == 1 + done.count("done")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_across_the_turn_of_the_fiscal_year_count_without_gaps() -> None:
    office = make_office()
    last = datetime(2021, 3, 31, 14, 59, 59, tzinfo=UTC)  # a second before midnight in Tokyo
    content = {"title": "件名", "body": "案", "outcome": "approve"}

    def draft(number: int) -> None:
        what = actions.Draft("certificate", {"amount": 400}, content, Subject("matter", number), UNIT)
        with transaction.atomic():
            made = actions.create_draft(
                what, drafter=office.actor("drafter"), at=last + timedelta(seconds=number % 2)
            )  # fmt: skip
            if number % 5 == 0:
                raise StepGone(f"{made.number} is given back")

    def of(number: int) -> Callable[[], object]:
        return lambda: draft(number)

    assert race(*(of(number) for number in range(20))) == ["StepGone"] * 4 + ["done"] * 16
    for year in (2020, 2021):
        numbers = Decision.objects.filter(fiscal_year=year).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 9))
    assert set(NumberSeries.objects.values_list("fiscal_year", "last")) == {(2020, 8), (2021, 8)}


@pytest.mark.django_db(transaction=True)
def test_two_deputies_and_who_returns_at_once_decide_once() -> None:
    office = make_office()
    unit = OrgUnit.objects.get(code=UNIT)
    second = make_officer("second", make_post(unit, "課長代理（二）", Rank.DEPUTY_SECTION_CHIEF))
    decision, step = to_the_chief(office)
    absent = {"starts_at": AT - timedelta(hours=1), "ends_at": AT + timedelta(days=1), "at": AT - timedelta(hours=1)}
    for user in (office.chief, office.deputy):
        register_absence(user_id=user.id, reason=AbsenceReason.TRAVEL, actor=Actor(user_id=user.id), **absent)
    values = {"decision_id": decision.id, "step_id": step, "at": AT}
    told = race(
        lambda: actions.deputise_decision(actor=Actor(user_id=second.id), urgency="急ぐ", **values),
        lambda: actions.deputise_decision(actor=Actor(user_id=second.id), urgency="急ぐ", **values),
        lambda: actions.deputise_decision(actor=office.actor("deputy"), urgency="急ぐ", **values),
        lambda: actions.approve_step(actor=office.actor("chief"), **values),
        lambda: actions.hold_matter(actor=office.actor("chief"), reason="待つ", **values),
    )
    assert told.count("done") in (1, 2)  # held in between, nobody decides
    kinds = [entry.kind for entry in ledger.entries_of(Subject("decision", decision.id))]
    decision.refresh_from_db()
    assert kinds.count("decision.decided") == (decision.state == "decided")
    assert decision.steps.filter(kind="post_review").count() == decision.steps.filter(state="acted_by_deputy").count()


@pytest.mark.django_db(transaction=True)
def test_informed_and_reviewed_twice_at_once_once_each() -> None:
    office = make_office()
    decision = circulate(office, make_draft(office))
    check = decision.steps.get(kind="legal_check")
    values = {"decision_id": decision.id, "at": AT}
    actions.pull_up_step(step_id=check.id, actor=office.actor("reviewer"), reason="急ぐ", **values)
    posts, left = [office.posts["stranger"].id], decision.steps.get(kind="post_review").id
    inform = [lambda: actions.inform_posts(posts=posts, actor=office.actor("drafter"), **values)] * 3
    review = [lambda: actions.review_afterwards(step_id=left, actor=office.actor("deputy"), **values)] * 3
    assert race(*inform, *review) == ["StepGone"] * 2 + ["done"] * 4
    kinds = [entry.kind for entry in ledger.entries_of(Subject("decision", decision.id))]
    assert (kinds.count("decision.informed"), kinds.count("decision.post_reviewed")) == (1, 1)
    assert decision.steps.filter(kind="inform").count() == 1


@pytest.mark.django_db(transaction=True)
def test_all_who_are_consulted_answer_at_once_and_it_goes_on_once() -> None:
    office = make_office()
    units = [make_unit(f"T-05-{n}", f"第{n}課") for n in range(1, 6)]
    asked = [make_officer(f"asked{n}", make_post(unit, "課長", Rank.SECTION_CHIEF)) for n, unit in enumerate(units)]
    posts = [Appointment.objects.get(user=one).post_id for one in asked]
    decision = circulate(office, make_draft(office, consultations=[Consultation(post) for post in posts]))
    approve(office, decision, "deputy")
    steps = {step.post_id: step.id for step in decision.steps.filter(kind="consult")}

    def answer(n: int) -> Callable[[], object]:
        return lambda: actions.approve_step(
            decision_id=decision.id, step_id=steps[posts[n]], actor=Actor(user_id=asked[n].id), at=AT
        )

    assert race(*(answer(n) for n in range(5))) == ["done"] * 5
    assert decision.steps.get(state="active").kind == "legal_check"


@pytest.mark.django_db(transaction=True)
def test_two_who_put_a_table_in_force_at_once_do_it_once() -> None:
    office = make_office()
    table = AuthorityTable.objects.get()
    proposal = actions.Proposal(table.xml.replace("別表（見本）", "別表の改正"), office_day(AT), "組織の見直し")
    change = actions.propose_authority(proposal, actor=office.actor("reviewer"), at=AT)
    told: list[str] = []

    def enact(name: str) -> None:
        try:
            actions.enact_authority(change_id=change.id, actor=office.actor(name), at=AT)
        except Refused as refused:
            told.append(refused.message)
            raise

    assert race(lambda: enact("chief"), lambda: enact("deputy"), lambda: enact("stranger")) == [
        "Refused",
        "Refused",
        "done",
    ]
    assert told == ["この改正案は、ほかの人が先に施行を決めました。版の一覧で確かめてください。"] * 2
    assert AuthorityTable.objects.filter(digest=change.digest).count() == 1
    kinds = [entry.kind for entry in ledger.entries_of(Subject("authority_change", change.id))]
    assert kinds.count("authority.enacted") == 1


@pytest.mark.django_db(transaction=True)
def test_a_table_is_withdrawn_or_put_in_force_never_both() -> None:
    office = make_office()
    table = AuthorityTable.objects.get()
    proposal = actions.Proposal(table.xml.replace("別表（見本）", "別表の改正"), office_day(AT), "組織の見直し")
    change = actions.propose_authority(proposal, actor=office.actor("reviewer"), at=AT)
    values = {"change_id": change.id, "at": AT}
    assert race(
        lambda: actions.enact_authority(actor=office.actor("chief"), **values),
        lambda: actions.withdraw_authority(actor=office.actor("reviewer"), **values),
    ) == ["Refused", "done"]
    change.refresh_from_db()
    assert (change.table_id is None) == (change.withdrawn_at is not None)


@pytest.mark.django_db(transaction=True)
def test_a_trial_run_by_two_workers_counts_each_decision_once() -> None:
    office = make_office()
    make_draft(office)
    Decision.objects.update(drafted_at=AT - timedelta(days=1))
    xml = AuthorityTable.objects.get().xml.replace("別表（見本）", "別表の改正")
    proposal = actions.Proposal(xml, office_day(AT), "組織の見直し")
    change = actions.propose_authority(proposal, actor=office.actor("reviewer"), at=AT)
    trial = change.trials.get()
    assert race(*[lambda: actions.run_trial(trial_id=trial.id, at=AT)] * 3) == ["done"] * 3
    assert change.trials.get().tally["units"] == {"T-01-01-01": 1}


@pytest.mark.django_db(transaction=True)
def test_of_two_proposals_put_in_force_at_the_same_moment_one_is() -> None:
    office = make_office()
    clerk = make_officer("clerk", make_post(office.posts["reviewer"].unit, "主任（文書）", serves_as="legal_review"))
    third = make_officer("third", make_post(office.posts["reviewer"].unit, "主事（文書）", serves_as="legal_review"))
    table, day = AuthorityTable.objects.get(), office_day(AT)

    def proposed(name: str) -> int:
        proposal = actions.Proposal(table.xml.replace("別表（見本）", name), day, name, base_id=table.id)
        return actions.propose_authority(proposal, actor=Actor(user_id=clerk.id), at=AT).id

    first, other = proposed("一の改正"), proposed("二の改正")
    found = race(
        lambda: actions.enact_authority(change_id=first, actor=Actor(user_id=office.reviewer.id), at=AT),
        lambda: actions.enact_authority(change_id=other, actor=Actor(user_id=third.id), at=AT),
    )
    assert found == ["Refused", "done"]
    assert AuthorityTable.objects.count() == 2
