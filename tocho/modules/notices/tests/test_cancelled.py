"""A disposition is taken back by a decision: drafted from the decided one, decided, the notice falls and says why."""

from typing import Any

import pytest

from tocho.core.ledger.api import Actor, entries_of
from tocho.core.notify.models import Message
from tocho.modules.decisions.models import Decision
from tocho.modules.decisions.tests.factories import UNIT, Office, approve, circulate, make_draft, make_office
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import LATER, SUBJECT, sealed_notice
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
    assert (notice.state, entries_of(SUBJECT)[-1].kind) == ("revoked", "notice.revoked")
    assert Message.objects.get(template="notices/revoked").key == f"notices.revoked:{notice.id}"
    shown = page.get(f"/notices/{notice.token}/")
    assert "申請の内容が事実と異なっていたため。" in shown
    assert "審査請求" in shown
    assert later.reference in shown


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
