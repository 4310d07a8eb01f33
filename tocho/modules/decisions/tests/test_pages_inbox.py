"""The inbox of those who decide: in order, narrowed; several at once, each by itself; what must be opened is named."""

import uuid

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_post
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Batch, Decision, Step
from tocho.ui.testing import Pages

from .factories import AT, Office, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
INBOX, TOGETHER = "/desk/decisions/inbox/", "/desk/decisions/inbox/together/"


@pytest.fixture
def office() -> Office:
    return make_office()


def waiting(office: Office, number: int, **more: object) -> Decision:
    return circulate(office, make_draft(office, subject_id=number, title=f"証明{number}について", **more))


def weighty(decision: Decision) -> Decision:
    Decision.objects.filter(id=decision.id).update(facts={"amount": 9_000, "importance": "important"})
    return decision


def open_step(decision: Decision) -> Step:
    return decision.steps.get(state="active")


def confirmed(*decisions: Decision, once: str = "") -> dict[str, object]:
    steps = [open_step(decision) for decision in decisions]
    seen = {f"seen_{step.id}": step.revision for step in steps}
    return {"step": [step.id for step in steps], "confirmed": "1", "_once": once or uuid.uuid4().hex, **seen}


def test_inbox_lists_what_waits_and_badges_count_it(page: Pages, office: Office) -> None:
    waiting(office, 1)
    weighty(waiting(office, 2))
    shown = page.get(INBOX, user=office.deputy, queries=17)
    assert "証明1について" in shown
    assert "審議 2（超過 2）" in shown
    assert "重要" in shown
    assert shown.html.count('name="step"') == 1
    assert "待っている事案はありません" in page.get(INBOX, user=office.chief)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("least=1000", [2]),
        ("most=1000", [1]),
        ("q=証明2", [2]),
        ("kind=decide", []),
        ("due=late", [1, 2]),
        ("days=1", [1, 2]),
        ("unit=T-01-01-01", [1, 2]),
        ("unit=T-02", []),
        ("sort=age", [1, 2]),
        ("post=1", []),
        ("days=x&least=-1", [1, 2]),
    ],
)
def test_inbox_is_narrowed(page: Pages, office: Office, query: str, found: list[int]) -> None:
    waiting(office, 1)
    waiting(office, 2, facts={"amount": 9_000})
    shown = page.get(f"{INBOX}?{query}", user=office.deputy)
    assert [number for number in (1, 2) if f"証明{number}について" in shown] == found


def test_inbox_pages_follow_each_other(page: Pages, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocho.modules.decisions.queries.inbox.PAGE", 1)
    for number in (1, 2):
        waiting(office, number)
    for sort in ("", "sort=age"):
        first = page.get(f"{INBOX}?{sort}", user=office.deputy)
        assert "証明1について" in first
        second = page.get(f"{INBOX}{first.links['次へ']}")
        assert "証明2について" in second
        assert "証明1について" not in second
    assert page.get(f"{INBOX}?after=x~y", user=office.deputy).location == INBOX


@pytest.mark.parametrize("address", [INBOX, TOGETHER])
def test_inbox_is_for_who_holds_a_post(page: Pages, office: Office, address: str) -> None:
    assert "/accounts/login/" in page.get(address).location
    office.posts["stranger"].appointments.all().delete()
    assert page.get(INBOX, user=office.stranger).status == 403
    assert page.get(TOGETHER, user=office.stranger).status == 405


def test_together_is_shown_before_it_is_done(page: Pages, office: Office) -> None:
    plain = waiting(office, 1)
    steps = [open_step(one).id for one in (plain, weighty(waiting(office, 2)))]
    shown = page.post(TOGETHER, {"step": steps}, user=office.deputy, queries=15)
    assert "1件をまとめて処理する" in shown
    assert "重要・異例・先例となる事案です" in shown
    assert open_step(plain).state == "active"
    none = page.post(TOGETHER, {"step": [0, "x"]})
    assert none.location == INBOX


def test_together_each_is_its_own_act_and_a_double_click_does_nothing(page: Pages, office: Office) -> None:
    decisions = [waiting(office, number) for number in (1, 2, 3)]
    sent = confirmed(*decisions)
    first = page.post(TOGETHER, sent, user=office.deputy, queries=90)
    second = page.post(TOGETHER, sent)
    assert first.location == second.location
    assert Batch.objects.count() == 1
    for decision in decisions:
        kinds = [entry.kind for entry in ledger.entries_of(Subject("decision", decision.id))]
        assert kinds.count("decision.reviewed") == 1
    told = page.get(first.location)
    assert "3件は済みました" in told
    again = page.post(TOGETHER, {**sent, "_once": "another"})  # a second tab with the same list
    assert "3件は済みました" in page.get(again.location)


def test_together_leaves_out_what_changed_meanwhile(page: Pages, office: Office) -> None:
    kept, gone, revised = (waiting(office, number) for number in (1, 2, 3))
    sent = confirmed(kept, gone, revised)
    actions.pull_back_draft(decision_id=gone.id, actor=office.actor("drafter"), reason="", at=AT)
    actions.revise_draft(
        decision_id=revised.id, step_id=None, changes={"title": "ほか", "why": "誤り"}, is_major=False,
        actor=office.actor("drafter"), at=AT,
    )  # fmt: skip
    told = page.get(page.post(TOGETHER, sent, user=office.deputy).location)
    assert "1件は済みました" in told
    assert "2件は処理しませんでした" in told
    assert "ほかの操作が先に行われました" in told
    assert "一覧を見たあとで改訂されました" in told


def test_together_nobody_answers_for_anothers_post_or_learns_of_it(page: Pages, office: Office) -> None:
    decision = waiting(office, 1)
    told = page.get(page.post(TOGETHER, confirmed(decision), user=office.stranger).location)
    assert "証明1について" not in told
    assert open_step(decision).kind == "line_review"


def test_what_stopped_in_the_middle_is_told_and_carried_on(page: Pages, office: Office) -> None:
    decisions = [waiting(office, number) for number in (1, 2)]
    pairs = [(open_step(one).id, 1) for one in decisions]
    batch = actions.begin_batch(stations=pairs, once="x", actor=office.actor("deputy"), at=AT)
    actions.approve_unopened(
        decision_id=decisions[0].id, step_id=pairs[0][0], seen=1, actor=office.actor("deputy"), at=AT
    )
    assert "まとめて処理の途中です" in page.get(INBOX, user=office.deputy)
    there = f"/desk/decisions/inbox/batches/{batch.id}/"
    told = page.get(there)
    assert "1件は済みました" in told
    assert "1件はまだです" in told
    assert page.get(there, user=office.chief).status == 404
    page.post(there, {}, user=office.deputy)
    assert "2件は済みました" in page.get(there)
    assert "まとめて処理の途中です" not in page.get(INBOX)


def test_the_rest_of_a_batch_is_given_up(page: Pages, office: Office) -> None:
    decision = waiting(office, 1)
    batch = actions.begin_batch(stations=[(open_step(decision).id, 1)], once="x", actor=office.actor("deputy"), at=AT)
    page.post(f"/desk/decisions/inbox/batches/{batch.id}/", {"act": "give_up"}, user=office.deputy)
    assert "まとめて処理の途中です" not in page.get(INBOX)
    assert open_step(decision).state == "active"


def test_decided_and_on_to_the_next(page: Pages, office: Office) -> None:
    first, second = waiting(office, 1), waiting(office, 2)
    shown = page.get(page.get(INBOX, user=office.deputy).links["証明1について"], queries=24)
    assert "受信箱に2件" in shown
    sent = {"step": shown.fields["step"], "queue": shown.fields["queue"]}
    following = page.post(f"/desk/decisions/{first.id}/approve/", sent, queries=36)
    assert following.location.startswith(f"/desk/decisions/{second.id}/?")
    shown = page.get(following.location)
    refused = page.get(shown.links["差し戻すR"])
    sent = {"step": refused.fields["step"], "queue": refused.fields["queue"], "reason": "根拠を"}
    assert page.post(f"/desk/decisions/{second.id}/return/", sent).location == INBOX + "?"


def test_a_decision_offered_for_a_deputy_is_opened(page: Pages, office: Office) -> None:
    make_post(office.posts["drafter"].unit, "主任", Rank.STAFF)
    decision = waiting(office, 1)
    Step.objects.filter(decision=decision, kind="decide").update(
        state="active", deputies=[office.posts["deputy"].id], deputy_task_id=1
    )
    shown = page.get(f"{INBOX}?kind=deputise", user=office.deputy)
    assert "代決 1" in shown
    assert 'name="step"' not in shown.html
