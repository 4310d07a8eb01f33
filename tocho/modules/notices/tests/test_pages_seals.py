from typing import Any

import pytest

from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice, SealAuthorisation
from tocho.modules.notices.tests.factories import LATER, authorised, decided, new_notice

pytestmark = pytest.mark.django_db
LIST, STANDING = "/desk/notices/seals/", "/desk/notices/standing/"
GIVEN = {"starts_on": "2100-04-01", "ends_on": "2101-03-31", "basis": "2総文第1号", "reason": "様式の決まった証明"}


@pytest.fixture
def office() -> Office:
    return make_office()


def waiting(**changes: Any) -> Notice:
    return new_notice(is_authorised=False, unit=UNIT, **changes)


def at(notice: Notice, what: str) -> str:
    return f"/desk/notices/{notice.id}/{what}/"


def test_seal_list_is_for_who_keeps_the_seal(page: Any, office: Office) -> None:
    notice = waiting()
    assert page.get(LIST).status == 302
    assert [page.get(LIST, user=one).status for one in (office.drafter, office.stranger)] == [403, 403]
    shown = page.get(LIST, user=office.reviewer, queries=30)
    assert at(notice, "review") in shown.links.values()
    assert "山田 花子" in shown.text
    assert "公印審査" in page.get("/desk/", user=office.reviewer).text


def test_seal_list_reviews_many_after_one_confirmation(page: Any, office: Office, run_jobs: Any) -> None:
    found = [waiting(kind=f"k{n}").id for n in range(2)]
    barred = waiting(kind="k9", decision_id=decided(9, people=(office.drafter, office.reviewer)).id)
    assert page.post(LIST, {}, user=office.reviewer).status == 422
    assert page.post(LIST, {"notice": ["x", "999999"]}, user=office.reviewer).status == 422
    answer = page.post(LIST, {"notice": [*found, barred.id]}, user=office.reviewer)
    assert (answer.status, "自分が決定した事案" in answer.text, "2通の審査を終えました" in answer.text) == (
        422,
        True,
        True,
    )
    run_jobs()
    assert Notice.objects.filter(state="released").count() == 2
    assert page.get(LIST, user=office.reviewer).status == 200


def test_notice_review_shows_decision_and_notice_side_by_side(page: Any, office: Office, run_jobs: Any) -> None:
    notice = waiting()
    assert page.get(at(notice, "review")).status == 302
    shown = page.get(at(notice, "review"), user=office.reviewer)
    for words in ("通知について", "2主徴徴第567号", "違う", "data:image/png", "包括承認をする"):
        assert words in shown.html
    assert page.get(at(notice, "review"), user=office.drafter).status == 403
    assert page.get(at(notice, "review"), user=office.stranger).status == 404
    assert page.post(at(notice, "review"), {"do": "return"}, user=office.reviewer).status == 422
    assert page.post(at(notice, "review"), {"do": "seal"}, user=office.reviewer).location == "/desk/notices/"
    run_jobs()
    assert "reviewer" in page.get(f"/desk/notices/{notice.id}/", user=office.drafter).text
    assert page.get(at(notice, "review"), user=office.reviewer).location == f"/desk/notices/{notice.id}/"


def test_notice_review_of_ones_own_decision_offers_nothing(page: Any, office: Office) -> None:
    notice = waiting(decision_id=decided(9, people=(office.drafter, office.reviewer)).id)
    shown = page.get(at(notice, "review"), user=office.reviewer)
    assert ("ほかの人が審査します" in shown.text, "審査を終えて" in shown.text) == (True, False)
    page.post(at(notice, "review"), {"do": "seal"}, user=office.reviewer)
    notice.refresh_from_db()
    assert notice.awaits_seal


def test_notice_mend_puts_a_returned_one_right(page: Any, office: Office) -> None:
    notice = waiting(profile="organisation", decision_id=None)
    assert page.get(at(notice, "mend"), user=office.drafter).status == 302
    page.post(at(notice, "review"), {"do": "return", "reason": "金額が違う"}, user=office.reviewer)
    assert at(notice, "mend") in page.get(f"/desk/notices/{notice.id}/", user=office.drafter).links.values()
    assert "公印審査から戻された通知" in page.get("/desk/", user=office.drafter).text
    assert "金額が違う" in page.get(at(notice, "mend"), user=office.drafter).text
    assert page.get(at(notice, "mend"), user=office.stranger).status == 404
    given = {"name": "山田 花子", "address": "新宿区", "row-0": "自動車税種別割", "row-1": "500円"}
    assert page.post(at(notice, "mend"), given, user=office.drafter).status == 422
    sent = page.post(at(notice, "mend"), {**given, "answer": "直した"}, user=office.drafter)
    assert sent.location == f"/desk/notices/{notice.id}/"
    notice.refresh_from_db()
    assert (notice.awaits_seal, notice.data["rows"][1][1]) == (True, "500円")


def test_notice_mend_of_a_disposition_changes_the_addressee_only(page: Any, office: Office) -> None:
    notice = waiting()
    actions.return_seal(notice_id=notice.id, reason="宛名", actor=office.actor("reviewer"), at=LATER)
    shown = page.get(at(notice, "mend"), user=office.drafter)
    assert ('name="row-0"' in shown.html, 'name="name"' in shown.html) == (False, True)


def test_authorisation_new_is_given_with_the_form_in_view(page: Any, office: Office) -> None:
    notice = waiting()
    where = at(notice, "authorise")
    assert "data:image/png" in page.get(where, user=office.reviewer).html
    assert page.get(where, user=office.drafter).status == 403
    assert page.post(where, {**GIVEN, "ends_on": "2100-03-31"}, user=office.reviewer).status == 422
    made = page.post(where, GIVEN, user=office.reviewer)
    row = SealAuthorisation.objects.get()
    assert (made.location, row.given_by, row.kind) == (f"{STANDING}{row.id}/", office.reviewer, notice.kind)
    assert page.post(where, GIVEN, user=office.reviewer).location == made.location


def test_authorisation_list_and_detail_show_each_use(page: Any, office: Office) -> None:
    row = authorised(unit=UNIT)
    notice = new_notice(unit=UNIT)
    actions.seal_notice(notice_id=notice.id, at=LATER)
    assert page.get(STANDING).status == 302
    assert "納税証明書" in page.get(STANDING, user=office.drafter).text
    shown = page.get(f"{STANDING}{row.id}/", user=office.drafter)
    assert (notice.data["number"] in shown.text, "包括承認を取り消す" in shown.text) == (True, False)
    assert page.get(f"{STANDING}999999/", user=office.drafter).status == 404
    elsewhere = make_officer("elsewhere", make_post(make_unit("T-02", "生活文化局"), "局長", Rank.BUREAU_CHIEF))
    assert page.get(f"{STANDING}{row.id}/", user=elsewhere).status == 404
    assert "包括承認による" in page.get(f"/desk/notices/{notice.id}/", user=office.drafter).text


def test_authorisation_detail_takes_it_back(page: Any, office: Office) -> None:
    row = authorised(unit=UNIT)
    where = f"{STANDING}{row.id}/"
    assert page.post(where, {"reason": "見直し"}, user=office.drafter).status == 403
    assert page.post(where, {"reason": ""}, user=office.reviewer).status == 422
    assert page.post(where, {"reason": "見直し"}, user=office.reviewer).location == where
    row.refresh_from_db()
    assert (row.revoked_by, row.revoked_because) == (office.reviewer, "見直し")
    assert "見直し" in page.get(where, user=office.drafter).text
