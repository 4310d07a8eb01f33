"""The pages of the acts: offered to whom they are for, said in words when they are not possible, each in one press."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tocho.core.ledger.api import Actor
from tocho.core.org.actions import register_absence
from tocho.core.org.models import AbsenceReason
from tocho.modules.decisions.actions import issue_decision
from tocho.modules.decisions.models import Decision, Delegation, NumberReservation, Step
from tocho.ui.testing import Pages

from .factories import Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
DRAFT = {
    "category": "certificate",
    "importance": "ordinary",
    "title": "様式の変更について",
    "body": "改めてよろしいか。",
    "consulted": "主税局 徴収部 計画課",
}


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def decision(office: Office) -> Decision:
    return circulate(office, make_draft(office))


def url(decision: Decision, verb: str = "") -> str:
    return f"/desk/decisions/{decision.id}/{verb}"


def press(page: Pages, decision: Decision, verb: str, user: Any, **values: Any) -> Any:
    """Open the page of an act and press its button."""
    form = page.get(url(decision, f"{verb}/"), user=user, queries=26)
    return page.post(url(decision, f"{verb}/"), {**form.fields, **values}, queries=70)


def fresh(decision: Decision) -> Decision:
    decision.refresh_from_db()
    return decision


def away(user: Any) -> None:
    now = timezone.now()
    register_absence(
        user_id=user.id, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=2),
        reason=AbsenceReason.LEAVE, actor=Actor(user_id=user.id), at=now - timedelta(hours=1),
    )  # fmt: skip


def test_draft_new_circulate_edit(page: Pages, office: Office) -> None:
    form = page.get("/desk/decisions/new/", user=office.drafter)
    post = office.posts["drafter"].id
    answer = page.post("/desk/decisions/new/", {**form.fields, **DRAFT, "post": post}, queries=60)
    decision = Decision.objects.get()
    assert answer.location == url(decision)
    assert list(decision.steps.values_list("kind", flat=True)) == ["line_review", "consult", "legal_check", "decide"]
    edit = page.get(url(decision, "edit/"))
    assert "主税局 徴収部 計画課" in edit
    page.post(url(decision, "edit/"), {**edit.fields, **DRAFT, "post": post, "title": "直した件名", "consulted": ""})
    assert (fresh(decision).title, decision.steps.count(), decision.number) == ("直した件名", 3, 1)
    press(page, decision, "circulate", office.drafter)
    assert fresh(decision).state == "circulating"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "件名を入力してください"),
        ({"consulted": "ない局 ない課"}, "「ない局 ない課」という組織は見つかりません"),
        ({"category": "nothing"}, "事案の種類"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(page: Pages, office: Office, changes: Any, words: str) -> None:
    values = {**DRAFT, "post": office.posts["drafter"].id, **changes}
    answer = page.post("/desk/decisions/new/", values, user=office.drafter)
    assert answer.status == 422
    assert words in answer
    assert "改めてよろしいか。" in answer


def test_draft_edit_is_for_the_drafter_while_in_hand(page: Pages, office: Office, decision: Decision) -> None:
    assert page.get(url(decision, "edit/"), user=office.drafter).status == 403
    assert page.get(url(decision, "edit/"), user=office.stranger).status == 404


@pytest.mark.parametrize("verb", ["hold", "revise", "inform", "pull-up", "deputise", "review", "read", "complete"])
def test_a_stranger_finds_no_act(page: Pages, office: Office, decision: Decision, verb: str) -> None:
    assert page.get(url(decision, f"{verb}/"), user=office.stranger).status == 404


@pytest.mark.parametrize("verb", ["object", "settle", "deputise", "review", "read", "circulate", "paper", "let-back"])
def test_what_is_not_possible_is_not_offered(page: Pages, office: Office, decision: Decision, verb: str) -> None:
    assert page.get(url(decision, f"{verb}/"), user=office.deputy).status == 403


def test_no_such_act(page: Pages, office: Office, decision: Decision) -> None:
    assert page.get(url(decision, "destroy/"), user=office.deputy).status == 404


def test_held_and_resumed(page: Pages, office: Office, decision: Decision) -> None:
    press(page, decision, "hold", office.deputy, reason="資料を待つ")
    assert "資料を待つ" in page.get(url(decision), user=office.drafter)
    assert "承認して次へ回す" not in page.get(url(decision), user=office.deputy).text
    press(page, decision, "resume", office.chief)
    assert fresh(decision).state == "circulating"


def test_pulled_up_by_the_next(page: Pages, office: Office, decision: Decision) -> None:
    shown = page.get(url(decision), user=office.reviewer)
    assert "まだ処理していない人がいます" in shown
    assert press(page, decision, "pull-up", office.reviewer, reason="急ぐ").location == "/desk/"
    assert decision.steps.get(kind="line_review").state == "pulled_up"


def test_deputised_and_reviewed_afterwards(page: Pages, office: Office, decision: Decision) -> None:
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    away(office.chief)
    assert "決定権者が不在です" in page.get(url(decision), user=office.deputy, queries=24)
    press(page, decision, "deputise", office.deputy, urgency="きょうが期限")
    assert fresh(decision).state == "decided"
    listed = page.get("/desk/decisions/post-reviews/", user=office.chief, queries=8)
    assert decision.reference in listed
    assert decision.reference in page.get("/desk/decisions/post-reviews/?whose=unit", user=office.drafter)
    press(page, decision, "review", office.chief)
    assert "残っている後閲はありません" in page.get("/desk/decisions/post-reviews/", user=office.chief)
    issue_decision(decision_id=decision.id, at=timezone.now())
    press(page, decision, "complete", office.drafter)
    assert fresh(decision).state == "completed"


def test_returned_to_a_named_station(page: Pages, office: Office, decision: Decision) -> None:
    approve(office, decision, "deputy")
    target = decision.steps.get(kind="line_review")
    press(page, decision, "return", office.reviewer, reason="根拠を", to=target.id)
    assert fresh(decision).state == "circulating"
    assert decision.steps.get(state="active").post_id == office.posts["deputy"].id


def test_asked_back_and_let_back(page: Pages, office: Office, decision: Decision) -> None:
    approve(office, decision, "deputy")
    press(page, decision, "ask-back", office.drafter, reason="誤りがあった")
    assert "起案者が引戻しを依頼しています" in page.get(url(decision), user=office.reviewer)
    press(page, decision, "let-back", office.reviewer)
    assert fresh(decision).state == "pulled_back"


def test_informed_and_read(page: Pages, office: Office, decision: Decision) -> None:
    answer = press(page, decision, "inform", office.drafter, offices="どこにもない課")
    assert (answer.status, "どこにもない課" in answer) == (422, True)
    press(page, decision, "inform", office.drafter, offices="主税局 徴収部 計画課")
    assert "供覧を受けています" in page.get(url(decision), user=office.stranger)
    press(page, decision, "read", office.stranger)
    assert decision.steps.get(kind="inform").state == "read"


def test_revised_by_the_drafter_and_shown_with_what_was_before(page: Pages, office: Office, decision: Decision) -> None:
    values = {"title": decision.title, "body": "直した案", "why": "誤り", "is_major": "minor"}
    press(page, decision, "revise", office.drafter, **values)
    shown = page.get(url(decision), user=office.deputy, queries=20)
    assert "直した案" in shown
    assert "前の改訂の内容" in shown


def test_deferred_by_the_drafter_before_it_circulates(page: Pages, office: Office) -> None:
    decision = make_draft(office)
    press(page, decision, "defer", office.drafter, steps=[str(decision.steps.get(kind="line_review").id)])
    press(page, decision, "circulate", office.drafter)
    assert decision.steps.get(state="active", kind="legal_check").post_id == office.posts["reviewer"].id
    assert decision.steps.get(kind="post_review").state == "active"


def test_a_paper_exception_is_entered_with_its_scan(page: Pages, office: Office) -> None:
    now = timezone.now()
    decision = make_draft(office, paper_reason="law")
    Decision.objects.filter(id=decision.id).update(drafted_at=now)
    page.get(url(decision, "paper/"), user=office.drafter)
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 sample", content_type="application/pdf")
    values = {"decided_on": timezone.localdate().isoformat(), "scans": scan}
    page.post(url(decision, "paper/"), values)
    step = Step.objects.get(decision=decision, kind="decide")
    assert (fresh(decision).state, decision.medium, step.capacity, step.acted_by_id) == (
        "decided", "paper", "paper", office.chief.id,
    )  # fmt: skip


def test_abandoned_with_a_reason(page: Pages, office: Office, decision: Decision) -> None:
    press(page, decision, "abandon", office.drafter, reason="不要になった")
    assert "不要になった" in page.get(url(decision), user=office.deputy)


def test_a_change_is_drafted_from_the_decided_matter(page: Pages, office: Office, decision: Decision) -> None:
    for name in ("deputy", "reviewer", "chief"):
        approve(office, decision, name)
    form = page.get(f"/desk/decisions/new/?change={decision.id}", user=office.drafter)
    assert decision.reference in form
    values = {**DRAFT, "post": office.posts["drafter"].id, "change": decision.id, "relation": "cancel"}
    assert page.post("/desk/decisions/new/", values).status == 422  # a disposition is cancelled with reasons
    page.post("/desk/decisions/new/", {**values, "reasons": "誤りがあったため"})
    later = Decision.objects.exclude(id=decision.id).get()
    assert (later.relates_to_id, later.relation) == (decision.id, "cancel")
    assert later.reference in page.get(url(decision))
    assert page.get("/desk/decisions/new/?change=999999").status == 404


def test_delegation_list_is_kept_by_those_who_check_documents(page: Pages, office: Office) -> None:
    assert page.post("/desk/decisions/delegations/", {}, user=office.drafter).status == 403
    today = timezone.localdate().isoformat()
    values = {"from_office": "主税局 徴収部 徴収課", "to_office": "主税局 徴収部 計画課", "basis": "規則第3条"}
    page.get("/desk/decisions/delegations/", user=office.reviewer)
    page.post("/desk/decisions/delegations/", {**values, "starts_on": today})
    listed = page.get("/desk/decisions/delegations/", queries=12)
    assert "規則第3条" in listed
    row = Delegation.objects.get()
    page.post(f"/desk/decisions/delegations/{row.id}/revoke/", {})
    assert "解除" in page.get("/desk/decisions/delegations/")


def test_number_list_reserves_and_gives_up(page: Pages, office: Office) -> None:
    assert page.post("/desk/decisions/numbers/", {"purpose": ""}, user=office.drafter).status == 422
    page.post("/desk/decisions/numbers/", {"purpose": "年度当初の起案"})
    row = NumberReservation.objects.get()
    assert "年度当初の起案" in page.get("/desk/decisions/numbers/", queries=12)
    page.post(f"/desk/decisions/numbers/{row.id}/give-up/", {"why": "取りやめ"})
    assert "欠番" in page.get("/desk/decisions/numbers/")
    assert page.post(f"/desk/decisions/numbers/{row.id}/give-up/", {"why": "x"}, user=office.reviewer).status == 404


def test_pages_of_the_registers_are_for_employees(page: Pages, office: Office) -> None:
    for path in ("/desk/decisions/new/", "/desk/decisions/numbers/", "/desk/decisions/delegations/"):
        assert "/accounts/login/" in page.get(path).location


def test_a_second_press_is_told_so(page: Pages, office: Office, decision: Decision) -> None:
    form = page.get(url(decision, "hold/"), user=office.deputy)
    values = {**form.fields, "reason": "待つ"}
    page.post(url(decision, "hold/"), values)
    assert page.post(url(decision, "hold/"), values).status == 422
