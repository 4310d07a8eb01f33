"""The earlier decision that a draft cancels or changes: found by number, title and day, among what one may see."""

import pytest

from tocho.core.org.tests.factories import make_user
from tocho.lib.errors import Refused
from tocho.ui.testing import Pages

from ..models import Decision
from .factories import Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
FIND, NEW = "/desk/decisions/earlier/", "/desk/decisions/new/"
DRAFT = {
    "category": "certificate",
    "importance": "ordinary",
    "title": "交付の取消し",
    "body": "取り消してよいか。",
    "reasons": "誤り",
}


@pytest.fixture
def office() -> Office:
    return make_office()


def decided(office: Office, subject_id: int = 1, **changes: object) -> Decision:
    decision = circulate(office, make_draft(office, subject_id, **changes))
    for name in ("deputy", "reviewer", "chief"):
        decision = approve(office, decision, name)
    return decision


@pytest.mark.parametrize("find", ["第1号", "第１号", "1", "納税証明", "令和2年11月20日", "R2.11.20", "2020-11-20"])
def test_earlier_search_finds_by_number_title_and_day(page: Pages, office: Office, find: str) -> None:
    decision = decided(office)
    shown = page.get(f"{FIND}?find={find}&place=new", user=office.drafter, queries=12)
    assert f"{NEW}?change={decision.id}" in shown
    part = page.get(f"{FIND}?find={find}", htmx=True)
    assert f'name="change" value="{decision.id}"' in part
    assert "<html" not in part


def test_earlier_search_finds_only_what_was_decided(page: Pages, office: Office) -> None:
    make_draft(office)
    assert "当てはまる決定はありません" in page.get(f"{FIND}?find=納税", user=office.drafter)
    assert "当てはまる決定は見つかりません" in page.get(f"{FIND}?find=納税", htmx=True)


def test_earlier_search_stays_within_what_one_may_see(page: Pages, office: Office) -> None:
    decision = decided(office)
    assert "当てはまる決定はありません" in page.get(f"{FIND}?find=納税", user=office.stranger)
    assert page.get(f"{NEW}?change={decision.id}").status == 404
    form = page.get(NEW)
    values = {**form.fields, **DRAFT, "post": office.posts["stranger"].id, "change": decision.id}
    assert page.post(NEW, values).status == 404


def test_earlier_search_of_the_own_office_alone(page: Pages, office: Office) -> None:
    decision = decided(office)  # the reviewer sees it by the route, and is of another office
    assert str(decision.id) in page.get(f"{FIND}?find=納税", user=office.reviewer)
    assert "当てはまる決定はありません" in page.get(f"{FIND}?find=納税&own=1")
    assert decision.reference in page.get(f"{FIND}?own=1", user=office.drafter)


def test_earlier_search_is_for_employees(page: Pages, office: Office) -> None:
    assert "/accounts/login/" in page.get(FIND).location
    assert page.post(FIND, {}, user=office.drafter).status == 405
    assert page.get(FIND, user=make_user("nobody")).status == 403


def test_words_that_choose_nothing_are_asked_about_and_nothing_typed_is_lost(page: Pages, office: Office) -> None:
    decision = decided(office)
    form = page.get(NEW, user=office.drafter)
    values = {**form.fields, **DRAFT, "post": office.posts["drafter"].id, "find": "納税"}
    asked = page.post(NEW, values)
    assert asked.status == 422
    assert "前の決定を1つ選んでください" in asked
    assert "取り消してよいか。" in asked
    page.post(NEW, {**values, "change": decision.id, "relation": "cancel"})
    later = Decision.objects.exclude(id=decision.id).get()
    assert (later.relates_to_id, later.relation) == (decision.id, "cancel")
    edit = f"/desk/decisions/{later.id}/edit/"
    assert decision.reference in page.get(edit)
    page.post(edit, {**values, "find": "", "change": "", "relation": "cancel"})
    later.refresh_from_db()
    assert (later.relates_to_id, later.relation) == (None, "")


def test_what_was_chosen_is_kept_while_typing(page: Pages, office: Office) -> None:
    decision = decided(office)
    page.post("/desk/decisions/typed/new/", {"title": "途中", "change": decision.id}, user=office.drafter, htmx=True)
    assert decision.reference in page.get(NEW)


def test_a_decision_is_cancelled_once(page: Pages, office: Office) -> None:
    decision = decided(office)
    second = circulate(office, make_draft(office, 3, relates_to=decision.id, relation="change"))
    first = decided(office, 2, relates_to=decision.id, relation="cancel")
    form = page.get(f"{NEW}?change={decision.id}", user=office.drafter)
    values = {**form.fields, **DRAFT, "post": office.posts["drafter"].id, "change": decision.id, "relation": "cancel"}
    refused = page.post(NEW, values)
    assert refused.status == 422
    assert f"{first.reference}ですでに取り消されています" in refused
    for name in ("deputy", "reviewer"):
        approve(office, second, name)
    step = second.steps.get(kind="decide")
    with pytest.raises(Refused, match="すでに取り消されています"):
        approve(office, second, "chief")
    step.refresh_from_db()
    assert step.state == "active"
