"""The decision's pages: for those on its route and in its unit; nobody else finds it."""

import io
from datetime import date

import pytest

from tocho.core.files import api as files
from tocho.core.org.models import Succession
from tocho.modules.decisions.models import Decision
from tocho.ui.testing import Pages

from .factories import AT, Office, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def decision(office: Office) -> Decision:
    return circulate(office, make_draft(office))


def url(decision: Decision, verb: str = "") -> str:
    return f"/desk/decisions/{decision.id}/{verb}"


def test_everyone_on_the_route_sees_it_and_whose_turn_it_is(page: Pages, office: Office, decision: Decision) -> None:
    deputy = page.get(url(decision), user=office.deputy, queries=18)
    assert "あなたの番です" in deputy
    assert "承認して次へ回す" in deputy
    assert "承認して次へ回す" not in page.get(url(decision), user=office.chief).text


@pytest.mark.parametrize("verb", ["", "return/", "reject/", "print/"])
def test_a_stranger_finds_nothing(page: Pages, office: Office, decision: Decision, verb: str) -> None:
    assert page.get(url(decision, verb), user=office.stranger).status == 404


def test_nobody_without_signing_in(page: Pages, decision: Decision) -> None:
    assert "/accounts/login/" in page.get(url(decision)).location


def test_approved_in_turn_until_it_is_decided(page: Pages, office: Office, decision: Decision) -> None:
    for person in (office.deputy, office.reviewer, office.chief):
        shown = page.get(url(decision), user=person)
        answer = page.post(url(decision, "approve/"), {"step": shown.fields["step"]}, queries=30)
        assert answer.location == "/desk/"
    decision.refresh_from_db()
    assert decision.state == "decided"


def test_a_stale_page_is_told_so(page: Pages, office: Office, decision: Decision) -> None:
    step = page.get(url(decision), user=office.deputy).fields["step"]
    page.post(url(decision, "approve/"), {"step": step})
    again = page.post(url(decision, "approve/"), {"step": step})
    assert again.status == 422
    assert "ほかの操作が先に行われました" in again


def test_returned_with_a_reason(page: Pages, office: Office, decision: Decision) -> None:
    form = page.get(url(decision, "return/"), user=office.deputy)
    assert page.post(url(decision, "return/"), {"step": form.fields["step"], "reason": ""}).status == 422
    page.post(url(decision, "return/"), {"step": form.fields["step"], "reason": "根拠を"})
    decision.refresh_from_db()
    assert decision.state == "returned"


def test_only_whose_turn_it_is_may_return(page: Pages, office: Office, decision: Decision) -> None:
    assert page.get(url(decision, "return/"), user=office.chief).status == 403


def test_decision_list_filters(page: Pages, office: Office, decision: Decision) -> None:
    assert decision.reference in page.get("/desk/decisions/", user=office.drafter, queries=8)
    assert "当てはまる事案はありません" in page.get("/desk/decisions/?q=ほかの件名")


def test_the_printed_draft_names_everyone(page: Pages, office: Office, decision: Decision) -> None:
    printed = page.get(url(decision, "print/"), user=office.drafter)
    assert printed.h1 == "起案書"
    assert "課長代理" in printed


def test_pulled_back_by_the_drafter(page: Pages, office: Office, decision: Decision) -> None:
    page.post(url(decision, "pull-back/"), {"reason": ""}, user=office.drafter)
    decision.refresh_from_db()
    assert decision.state == "pulled_back"


def test_an_opinion_that_is_too_long_is_kept_and_marked(page: Pages, office: Office, decision: Decision) -> None:
    step = page.get(url(decision), user=office.deputy).fields["step"]
    answer = page.post(url(decision, "approve/"), {"step": step, "opinion": "長" * 2001})
    assert answer.status == 422
    assert "意見は2000文字以内" in answer
    assert "長" * 2001 in answer.html


def test_a_request_without_a_step_is_refused(page: Pages, office: Office, decision: Decision) -> None:
    assert page.post(url(decision, "approve/"), {"step": "²"}, user=office.deputy).status == 422


def test_the_annex_is_open_to_the_whole_route_and_to_nobody_else(page: Pages, office: Office) -> None:
    pdf = io.BytesIO(b"%PDF-1.7 sample")
    annex = files.store(pdf, name="納税証明書（案）.pdf", by=office.actor("drafter"), at=AT)
    decision = circulate(office, make_draft(office, attachments=[annex.id]))
    assert "別紙　納税証明書（案）を見る" in page.get(url(decision), user=office.reviewer)
    assert page.get(url(decision, f"files/{annex.id}/"), user=office.reviewer).status == 200
    assert page.get(url(decision, f"files/{annex.id}/"), user=office.stranger).status == 404


def test_a_unit_that_was_taken_over_is_read_by_the_one_that_took_it(
    page: Pages, office: Office, decision: Decision
) -> None:
    gone, into = office.posts["drafter"].unit, office.posts["stranger"].unit
    Succession.objects.create(predecessor=gone, successor=into, on=date(2020, 4, 1))
    assert page.get(url(decision), user=office.stranger).status == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=交付して", True),
        ("q=よろしい", True),
        ("q=2主税徴第1号", True),
        ("q=通数", True),
        ("q=!", False),
        ("state=circulating&category=certificate&drafter=draft", True),
        ("drafter=だれか", False),
        ("decider=chief", False),
        ("office=主税局 徴収部 徴収課", True),
        ("office=どこか", False),
        ("since=2020-11-20&until=2020-11-20", True),
        ("since=2020-11-21", False),
        ("by=decided&since=2020-11-20", False),
        ("since=x&until=9999-99-99", True),
    ],
)
def test_decision_list_finds_by_what_is_asked(
    page: Pages, office: Office, decision: Decision, query: str, found: bool
) -> None:
    assert (decision.reference in page.get(f"/desk/decisions/?{query}", user=office.drafter, queries=12)) is found


def test_decision_list_finds_only_what_one_may_see(page: Pages, office: Office, decision: Decision) -> None:
    assert decision.reference not in page.get("/desk/decisions/?q=交付して", user=office.stranger)


def test_decision_export_writes_what_is_found(page: Pages, office: Office, decision: Decision) -> None:
    plain = page.get("/desk/decisions/export/csv/?q=交付して", user=office.drafter)
    assert "2主税徴第1号,納税証明書の交付について,証明,回付中" in b"".join(plain.streaming_content).decode()
    assert page.get("/desk/decisions/export/xlsx/", user=office.drafter).status == 200
    assert page.get("/desk/decisions/export/pdf/").status == 404
    other = page.get("/desk/decisions/export/csv/?encoding=cp932", user=office.stranger)
    assert "主税徴" not in b"".join(other.streaming_content).decode("cp932")
