from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tocho.core.ledger.api import Actor
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import AT, cancelled, sealed_notice

pytestmark = pytest.mark.django_db
LIST = "/desk/notices/"


@pytest.fixture
def office() -> Office:
    return make_office()


def ours(**changes: Any) -> Notice:
    return sealed_notice(unit=UNIT, **changes)


def waiting(**changes: Any) -> Notice:
    return ours(recipient_email="", **changes)


def today() -> str:
    return timezone.localdate().isoformat()


def at(notice: Notice, what: str = "") -> str:
    return f"{LIST}{notice.id}/{what}"


def test_the_list_shows_the_office_its_notices(page: Any, office: Office) -> None:
    notice, reached = ours(), ours(kind="other", title="決定通知書")
    actions.record_arrival(notice_id=reached.id, means="opened", at=AT)
    shown = page.get(LIST, user=office.drafter)
    assert "山田 花子" in shown.text
    assert at(notice) in shown.links.values()
    narrow = page.get(f"{LIST}?state=reached&q=決定", user=office.drafter).text
    assert "決定通知書" in narrow
    assert "納税証明書" not in narrow
    assert "当てはまる通知はありません" in page.get(f"{LIST}?q=ない", user=office.drafter)


def test_the_list_is_paged(page: Any, office: Office) -> None:
    for number in range(52):
        ours(profile="none", decision_id=None, kind=f"k{number}")
    shown = page.get(LIST, user=office.drafter)
    assert "k" in str(shown.status) or "次へ" in shown.text
    after = next(href for href in shown.links.values() if "after=" in href)
    assert page.get(f"{LIST}{after}", user=office.drafter).html.count("data-row") == 2


def test_the_seal_reviewer_of_the_bureau_sees_it_and_changes_nothing(page: Any, office: Office) -> None:
    notice = waiting()
    shown = page.get(at(notice), user=office.reviewer)
    assert (shown.status, "発送を記録する" in shown.text) == (200, False)
    assert page.post(at(notice, "post/"), {"post-posted_on": today()}, user=office.reviewer).status == 403


@pytest.mark.parametrize("what", ["", "proof/", "pdf/"])
def test_another_office_reaches_none_of_it(page: Any, office: Office, what: str) -> None:
    notice = ours()
    assert page.get(at(notice, what)).status == 302
    assert page.get(at(notice, what), user=office.stranger).status == 404
    assert page.get(f"{LIST}999999/{what}", user=office.drafter).status == 404


def test_a_notice_is_posted_comes_back_and_is_put_up(page: Any, office: Office) -> None:
    notice = waiting()
    letter = {"post-posted_on": today(), "post-kind": "simple", "post-number": "123-45"}
    assert page.post(at(notice, "post/"), letter, user=office.drafter).status == 302
    assert page.post(at(notice, "post/"), letter, user=office.drafter).status == 422
    back = {"return-returned_on": today(), "return-reason": "転居先不明"}
    assert page.post(at(notice, "return/"), back, user=office.drafter).status == 302
    assert page.post(at(notice, "serve/"), {"serve-served_on": today()}, user=office.drafter).status == 302
    shown = page.get(at(notice), user=office.drafter)
    assert "転居先不明" in shown.text
    assert "123-45" in shown.text
    proof = page.get(at(notice, "proof/"), user=office.drafter)
    assert proof.h1 == "到達記録"
    assert "簡易書留" in proof.text


def test_wrong_days_stand_on_the_form(page: Any, office: Office) -> None:
    notice = waiting()
    ahead = (timezone.localdate() + timedelta(days=3)).isoformat()
    shown = page.post(at(notice, "post/"), {"post-posted_on": ahead, "post-kind": "simple"}, user=office.drafter)
    assert (shown.status, "今日か、それより前" in shown.text) == (422, True)


def test_a_notice_is_given_up_and_revoked(page: Any, office: Office) -> None:
    notice = ours()
    assert page.post(at(notice, "undelivered/"), {}, user=office.drafter).status == 302
    assert page.post(at(notice, "revoke/"), {"revoke-reason": ""}, user=office.drafter).status == 422
    refused = page.post(at(notice, "revoke/"), {"revoke-reason": "誤り"}, user=office.drafter)
    assert (refused.status, "処分を取り消す決定" in refused) == (422, True)
    assert "処分の取消しを起案する" in page.get(at(notice), user=office.drafter)
    cancelled(notice)
    assert page.post(at(notice, "revoke/"), {"revoke-reason": "誤り"}, user=office.drafter).status == 302
    notice.refresh_from_db()
    assert notice.state == "revoked"


def test_several_are_posted_from_the_list(page: Any, office: Office) -> None:
    notices = [waiting(kind=f"k{number}") for number in range(3)]
    url = f"{LIST}post/"
    assert page.get(url, user=office.drafter).html.count('name="notice"') == 3
    letter = {"posted_on": today(), "kind": "ordinary", "number": ""}
    assert page.post(url, letter, user=office.drafter).status == 422
    chosen = {**letter, "notice": [str(notices[0].id), str(notices[1].id), "x"]}
    assert page.post(url, chosen, user=office.drafter).status == 302
    assert page.get(url, user=office.drafter).html.count('name="notice"') == 1
    assert "新宿区" in page.get(f"{LIST}labels/", user=office.drafter).text


def test_nobody_posts_what_is_anothers(page: Any, office: Office) -> None:
    notice = waiting()
    letter = {"posted_on": today(), "kind": "ordinary", "number": "", "notice": str(notice.id)}
    assert page.post(f"{LIST}post/", letter, user=office.stranger).status == 422
    notice.refresh_from_db()
    assert notice.state == "sealed"


@pytest.mark.parametrize(("form", "status"), [("csv/", 200), ("csv/?encoding=cp932", 200), ("xlsx/", 200), ("x/", 404)])
def test_the_list_is_a_file(page: Any, office: Office, client: Any, form: str, status: int) -> None:
    ours()
    client.force_login(office.drafter)
    answer = client.get(f"{LIST}export/{form}")
    assert answer.status_code == status
    if status == 200:
        body = b"".join(answer.streaming_content)
        assert "xlsx" in form or "山田 花子" in body.decode("cp932" if "cp932" in form else "utf-8-sig")


def test_a_resident_has_no_desk(page: Any, office: Office) -> None:
    from tocho.core.accounts.tests.factories import make_resident

    resident = make_resident("r@example.jp", name="都民")
    for url in (LIST, f"{LIST}post/", f"{LIST}labels/", f"{LIST}export/csv/", f"{LIST}batches/", f"{LIST}batches/new/"):
        assert page.get(url, user=resident).status == 403


def test_the_actor_of_a_revocation_is_in_the_ledger(office: Office, page: Any) -> None:
    from tocho.core.ledger.api import entries_of
    from tocho.modules.notices.tests.factories import SUBJECT

    notice = ours()
    cancelled(notice)
    page.post(at(notice, "revoke/"), {"revoke-reason": "誤り"}, user=office.drafter)
    entry = entries_of(SUBJECT)[-1]
    assert (entry.kind, entry.actor) == ("notice.revoked", Actor(office.drafter.id, office.posts["drafter"].id))


def test_the_office_prints_the_document_and_that_is_no_arrival(office: Office, client: Any) -> None:
    notice = waiting()
    client.force_login(office.drafter)
    answer = client.get(at(notice, "pdf/"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    notice.refresh_from_db()
    assert notice.reached_at is None
