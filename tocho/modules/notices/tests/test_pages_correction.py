from typing import Any

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import decided, sealed_notice

pytestmark = pytest.mark.django_db
GIVEN = {
    "title": "納税証明書",
    "name": "山田 花子",
    "address": "東京都新宿区西新宿二丁目8番1号",
    "row-0": "自動車税種別割",
    "row-1": "1,000円",
    "why": "金額の誤り",
}


@pytest.fixture
def office() -> Office:
    return make_office()


def fact(**changes: Any) -> Notice:
    return sealed_notice(**{"unit": UNIT, "profile": "organisation", "decision_id": None, **changes})


def at(notice: Notice, what: str = "correct/") -> str:
    return f"/desk/notices/{notice.id}/{what}"


def test_a_notice_is_corrected_reviewed_and_sealed(page: Any, office: Office, run_jobs: Any) -> None:
    notice = fact()
    assert at(notice) in page.get(at(notice, ""), user=office.drafter).links.values()
    empty = page.get(at(notice), user=office.drafter)
    assert "自動車税種別割" in empty.html
    seen = page.post(at(notice), {**GIVEN, "do": "preview"}, user=office.drafter)
    assert (seen.status, "data:image/png" in seen.html, Notice.objects.count()) == (200, True, 1)
    assert "1,000円" in seen.html
    sent = page.post(at(notice), {**GIVEN, "do": "send"}, user=office.drafter)
    new = Notice.objects.get(supersedes=notice)
    assert sent.location == at(new, "")
    assert page.post(at(new, "review/"), {}, user=office.drafter).status == 403
    assert "審査を終えて" in page.get(at(new, "review/"), user=office.reviewer).text
    assert "公印審査待ち 1" in page.get("/desk/notices/?state=review", user=office.reviewer).text
    assert page.post(at(new, "review/"), {}, user=office.reviewer).status == 302
    run_jobs()
    notice.refresh_from_db()
    assert notice.state == "superseded"
    assert "すでにあります" in page.get(at(notice), user=office.drafter).text


def test_a_disposition_leads_to_the_decision_that_changes_it(page: Any, office: Office) -> None:
    notice = fact(profile="disposition", decision_id=7)
    shown = page.get(at(notice), user=office.drafter)
    assert "/desk/decisions/new/?change=7" in shown.links.values()
    assert page.post(at(notice), {**GIVEN, "do": "send"}, user=office.drafter).status == 422
    later = decided(8, changes=7)
    sent = page.post(at(notice), {**GIVEN, "decision": str(later.id), "do": "send"}, user=office.drafter)
    assert (sent.status, Notice.objects.get(supersedes=notice).decision_id) == (302, later.id)


def test_what_is_wrong_stays_on_the_form(page: Any, office: Office) -> None:
    notice = fact()
    for wrong in ({"why": ""}, {"row-1": "0円"}, {"name": "\U0001f984さん"}):
        shown = page.post(at(notice), {**GIVEN, **wrong, "do": "send"}, user=office.drafter)
        assert (shown.status, "西新宿" in shown.html) == (422, True), wrong
    assert Notice.objects.count() == 1


def test_only_the_office_corrects(page: Any, office: Office) -> None:
    notice = fact()
    assert page.get(at(notice)).status == 302
    assert page.get(at(notice), user=office.stranger).status == 404
    assert page.get(at(notice), user=office.reviewer).status == 403
    assert page.get("/desk/notices/999999/correct/", user=office.drafter).status == 404
    assert page.get(at(notice, "review/"), user=office.drafter).status == 403


def test_what_must_be_mended_is_one_press_away(page: Any, office: Office) -> None:
    notice = fact()
    Notice.objects.filter(id=notice.id).update(problem="タイムスタンプを付けられません")
    assert "直すところがあるもの 1" in page.get("/desk/notices/", user=office.drafter).text
    assert at(notice, "") in page.get("/desk/notices/?problem=1", user=office.drafter).links.values()


def test_author_or_reviewer_takes_a_waiting_correction_back(page: Any, office: Office) -> None:
    notice = fact()
    page.post(at(notice), {**GIVEN, "do": "send"}, user=office.drafter)
    new = Notice.objects.get(supersedes=notice)
    assert "この訂正を取り下げる" in page.get(at(new, ""), user=office.drafter).text
    assert page.post(at(new, "withdraw/"), {}, user=office.deputy).status == 403
    assert page.post(at(new, "withdraw/"), {}, user=office.drafter).location == at(new, "")
    assert "取下げの理由を入力してください" in page.get(at(new, ""), user=office.reviewer).text
    taken = page.post(at(new, "withdraw/"), {"withdraw-reason": "金額が違う"}, user=office.reviewer)
    assert (taken.location, Notice.objects.count()) == (at(notice, ""), 1)
    assert page.post(at(new, "withdraw/"), {"withdraw-reason": "x"}, user=office.drafter).status == 404
    assert "訂正の取下げ" in page.get(at(notice, ""), user=office.drafter).text
