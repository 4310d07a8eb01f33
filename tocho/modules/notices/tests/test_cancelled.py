"""A disposition is taken back by a decision: drafted from the decided one, decided, the notice falls and says why."""

from typing import Any

import pytest

from tocho.core.ledger.api import Actor, entries_of
from tocho.core.notify.models import Message
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, approve, circulate, make_draft, make_office
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import DATA, LATER, SUBJECT, sealed_notice
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
NEW = "/desk/decisions/new/"
DRAFT = {"category": "certificate", "importance": "ordinary", "title": "交付の取消し", "body": "取り消してよいか。"}


@pytest.fixture
def office() -> Office:
    return make_office()


def decide(office: Office, decision: Decision) -> Decision:
    circulate(office, decision)
    for name in ("deputy", "reviewer", "chief"):
        decision = approve(office, decision, name, at=LATER)
    return decision


@pytest.fixture
def notice(office: Office) -> Notice:
    decision = decide(office, make_draft(office))
    return sealed_notice(decision_id=decision.id, unit=UNIT)


def cancel(page: Pages, office: Office, notice: Notice, **values: Any) -> Any:
    form = page.get(f"{NEW}?change={notice.decision_id}&relation=cancel", user=office.drafter)
    asked = {**form.fields, **DRAFT, "post": office.posts["drafter"].id, "relation": "cancel", **values}
    return page.post(NEW, {**asked, "change": notice.decision_id})


def test_the_notice_falls_when_the_cancellation_is_decided(page: Pages, office: Office, notice: Notice) -> None:
    asked = cancel(page, office, notice)
    assert (asked.status, "取り消す理由を入力してください" in asked) == (422, True)
    cancel(page, office, notice, reasons="申請の内容が事実と異なっていたため。")
    later = Decision.objects.get(relates_to=notice.decision_id)
    notice.refresh_from_db()
    assert notice.state != "revoked"
    decide(office, later)
    notice.refresh_from_db()
    assert (notice.state, "notice.revoked" in [one.kind for one in entries_of(SUBJECT)]) == ("revoked", True)
    shown = page.get(f"/notices/{notice.token}/")
    assert "申請の内容が事実と異なっていたため。" in shown
    assert "審査請求" in shown
    assert later.reference in shown


def test_who_got_it_electronically_is_mailed_once_with_the_sealed_letter(
    page: Pages, office: Office, notice: Notice, run_jobs: Any
) -> None:
    told = Message.objects.exclude(key=f"notices.released:{notice.id}").filter(template__startswith="notices/")
    cancel(page, office, notice, reasons="申請の内容が事実と異なっていたため。")
    decide(office, Decision.objects.get(relates_to=notice.decision_id))
    assert not told.exists()
    letter = Notice.objects.get(kind=f"{notice.kind}.cancelled")
    actions.review_seal(notice_id=letter.id, actor=office.actor("reviewer"), at=LATER)
    run_jobs()
    mail = told.get()
    assert mail.key == f"notices.released:{letter.id}"
    assert f"以前にお届けした{notice.title}を取り消すお知らせです" in mail.body


def test_the_desk_alone_does_not_take_a_disposition_back(office: Office, notice: Notice) -> None:
    with pytest.raises(actions.NoticeRefused, match="処分を取り消す決定"):
        actions.revoke_by_office(notice_id=notice.id, reason="誤り", actor=Actor(user_id=3), at=LATER)
    fact = sealed_notice(profile="none", decision_id=None, kind="other")
    actions.revoke_by_office(notice_id=fact.id, reason="誤り", actor=Actor(user_id=3), at=LATER)
    fact.refresh_from_db()
    assert fact.state == "revoked"


def test_a_change_leaves_the_notice_in_force(page: Pages, office: Office, notice: Notice) -> None:
    cancel(page, office, notice, relation="change")
    decide(office, Decision.objects.get(relates_to=notice.decision_id))
    notice.refresh_from_db()
    assert notice.state != "revoked"


def posted(office: Office, **changes: Any) -> Notice:
    decision = decide(office, make_draft(office))
    notice = sealed_notice(decision_id=decision.id, unit=UNIT, recipient_email="", **changes)
    actions.hand_over(notice_id=notice.id, actor=office.actor("drafter"), at=LATER)
    return notice


def test_who_got_it_by_post_gets_a_sealed_letter_with_the_remedy_of_the_procedure(
    page: Pages, office: Office, run_jobs: Any
) -> None:
    remedy = "3か月以内に、新宿区長に審査請求ができます。"
    old = posted(office, data={**DATA, "remedy": remedy})
    cancel(page, office, old, reasons="申請の内容が事実と異なっていたため。")
    decide(office, Decision.objects.get(relates_to=old.decision_id))
    letter = Notice.objects.get(kind=f"{old.kind}.cancelled")
    assert (letter.awaits_seal, letter.profile, letter.data["remedy"]) == (True, "disposition", remedy)
    with pytest.raises(actions.NoticeRefused, match="起案した人と決定した人"):
        actions.review_seal(notice_id=letter.id, actor=office.actor("chief"), at=LATER)
    actions.review_seal(notice_id=letter.id, actor=office.actor("reviewer"), at=LATER)
    run_jobs()
    letter.refresh_from_db()
    assert (letter.state, letter.signature_level, letter.number) == ("sealed", "B-B", letter.data["decision"]["number"])
    assert letter.title in page.get("/desk/notices/post/", user=office.drafter)
    assert remedy in page.get(f"/notices/{old.token}/")


def test_what_never_went_out_falls_without_a_letter(page: Pages, office: Office) -> None:
    decision = decide(office, make_draft(office))
    old = sealed_notice(decision_id=decision.id, unit=UNIT, recipient_email="")
    cancel(page, office, old, reasons="誤り")
    decide(office, Decision.objects.get(relates_to=decision.id))
    old.refresh_from_db()
    assert (old.state, Notice.objects.count()) == ("revoked", 1)
