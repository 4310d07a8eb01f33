from typing import Any

import pytest

from tocho.core.ledger.api import Actor, entries_of
from tocho.core.notify.models import Message
from tocho.core.org.tests.factories import make_user
from tocho.modules.notices import actions, queries
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import LATER, SUBJECT, decided, sealed_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Actor:
    return Actor(make_user("clerk").id)


def correct(notice: Notice, clerk: Actor, **changes: Any) -> Notice:
    given: dict[str, Any] = {"reason": "金額の誤り", "changes": {"row-1": "1,000円"}, **changes}
    number = actions.correct_notice(notice_id=notice.id, what=actions.Correction(**given), actor=clerk, at=LATER)
    return Notice.objects.get(id=number)


def fact() -> Notice:
    return sealed_notice(profile="organisation", decision_id=None)


def test_a_fact_is_corrected_after_the_review_and_the_old_one_is_recognised(clerk: Actor) -> None:
    old = fact()
    new = correct(old, clerk)
    assert (new.state, new.data["rows"][1], new.supersedes_id) == ("composed", ["未納額", "1,000円"], old.id)
    assert correct(old, clerk).id == new.id
    with pytest.raises(actions.NoticeRefused, match="文を作った人"):
        actions.review_seal(notice_id=new.id, actor=clerk, at=LATER)
    reviewer = Actor(make_user("reviewer").id)
    actions.review_seal(notice_id=new.id, actor=reviewer, at=LATER)
    actions.review_seal(notice_id=new.id, actor=reviewer, at=LATER)
    actions.seal_notice(notice_id=new.id, at=LATER)
    old.refresh_from_db()
    answer = queries.answer_to_code(old.code)
    assert (old.state, answer.kind) == ("superseded", "superseded")
    assert answer.notice is not None
    assert answer.notice.successor_code == new.code
    told = Message.objects.get(key=f"notices.released:{new.id}")
    assert "訂正したもの" in told.body
    assert [entry.kind for entry in entries_of(SUBJECT)].count("notice.seal_reviewed") == 1


def test_what_has_no_seal_is_out_at_once(clerk: Actor) -> None:
    old = sealed_notice(profile="none", decision_id=None)
    new = correct(old, clerk, changes={"name": "山田 華子"})
    assert (new.state, new.data["applicant"]["name"]) == ("released", "山田 華子")
    old.refresh_from_db()
    assert old.state == "superseded"


def test_a_disposition_is_corrected_only_by_a_decision_that_changes_its_own(clerk: Actor, run_jobs: Any) -> None:
    old = sealed_notice()
    decided(9)
    for other in (None, 7, 9):
        with pytest.raises(actions.NoticeRefused, match="変更する決定"):
            correct(old, clerk, decision_id=other)
    new = correct(old, clerk, decision_id=decided(8, changes=7).id)
    assert (new.decision_id, new.number) == (8, new.data["decision"]["number"])
    assert new.data["corrects"]["number"] == "2主徴徴第567号"
    run_jobs()
    new.refresh_from_db()
    assert (new.state, new.seal_ground) == ("approved", "")  # whatever stands authorised: a person wrote it
    actions.review_seal(notice_id=new.id, actor=Actor(make_user("reviewer").id), at=LATER)
    run_jobs()
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.state, old.state) == ("released", "superseded")


@pytest.mark.parametrize(
    ("given", "words"),
    [({"reason": " "}, "理由"), ({"changes": {}}, "直して"), ({"changes": {}, "title": ""}, "直して")],
)
def test_a_correction_says_why_and_what(clerk: Actor, given: dict[str, Any], words: str) -> None:
    with pytest.raises(actions.NoticeRefused, match=words):
        correct(fact(), clerk, **given)


def test_neither_a_revoked_nor_a_corrected_notice_is_corrected(clerk: Actor) -> None:
    revoked, twice = fact(), sealed_notice(profile="none", decision_id=None, kind="other")
    actions.revoke_notice(notice_id=revoked.id, reason="誤り", actor=clerk, at=LATER)
    correct(twice, clerk)
    for notice in (revoked, twice):
        with pytest.raises(actions.NoticeRefused):
            correct(notice, Actor(make_user(f"other{notice.id}").id))


def test_whoever_got_it_is_told_of_the_revocation(clerk: Actor) -> None:
    mailed, posted = fact(), sealed_notice(recipient_email="", kind="post")
    quiet = sealed_notice(kind="quiet")
    for notice, tell in ((mailed, True), (posted, True), (quiet, False)):
        actions.revoke_notice(notice_id=notice.id, reason="誤り", actor=clerk, at=LATER, tell=tell)
    message = Message.objects.get(template="notices/revoked")
    assert message.key == f"notices.revoked:{mailed.id}"
    assert mailed.code in message.body
    assert "誤り" not in message.body


def test_a_waiting_correction_is_taken_back_and_the_old_notice_stays(clerk: Actor) -> None:
    old = fact()
    new = correct(old, clerk)
    with pytest.raises(actions.NoticeRefused, match="理由"):
        actions.withdraw_correction(notice_id=new.id, reason=" ", actor=clerk, at=LATER)
    assert actions.withdraw_correction(notice_id=new.id, reason="金額が違う", actor=clerk, at=LATER) == old.id
    old.refresh_from_db()
    assert (old.state, Notice.objects.filter(id=new.id).exists()) == ("released", False)
    told = [one for one in entries_of(SUBJECT) if one.kind == "notice.correction_withdrawn"]
    assert [one.data["withdrawn"] for one in told] == [new.id]
    again = correct(old, clerk, changes={"row-1": "2,000円"})
    actions.review_seal(notice_id=again.id, actor=Actor(make_user("reviewer").id), at=LATER)
    with pytest.raises(actions.NoticeRefused, match="待っている訂正"):
        actions.withdraw_correction(notice_id=again.id, reason="遅い", actor=clerk, at=LATER)
