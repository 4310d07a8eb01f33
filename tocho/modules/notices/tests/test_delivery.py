from datetime import timedelta

import pytest

from tocho.core.ledger.api import Actor, entries_of
from tocho.core.notify.models import Message
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import AT, LATER, SUBJECT, decided, new_notice, sealed_notice

pytestmark = pytest.mark.django_db
CLERK = Actor()
DAY = timedelta(days=1)
POSTED = LATER.date()


def posted(**letter: str) -> Notice:
    notice = sealed_notice(recipient_email="")
    what = actions.Letter(POSTED, **letter)
    actions.post_notices(notice_ids=[notice.id], letter=what, actor=CLERK, at=LATER)
    notice.refresh_from_db()
    return notice


def test_a_disposition_is_sealed_only_from_a_decision_that_stands() -> None:
    open_notice, none = new_notice(), new_notice(decision_id=None, kind="other")
    decided(7).delete()
    decided(7, state="circulating")
    for notice in (open_notice, none):
        with pytest.raises(actions.NoticeRefused, match="決定済み"):
            actions.seal_notice(notice_id=notice.id, at=AT)
        notice.refresh_from_db()
        assert (notice.signed_at, "決定済み" in notice.problem) == (None, True)


def test_a_notice_of_fact_needs_no_decision() -> None:
    assert sealed_notice(profile="organisation", decision_id=None).state == "released"


def test_several_are_posted_at_once_and_each_once() -> None:
    notices = [sealed_notice(recipient_email="", kind=f"k{number}") for number in range(3)]
    ids = [notice.id for notice in notices]
    letter = actions.Letter(POSTED, "simple")
    assert actions.post_notices(notice_ids=ids, letter=letter, actor=CLERK, at=LATER) == 3
    assert actions.post_notices(notice_ids=ids, letter=letter, actor=CLERK, at=LATER) == 0
    assert {notice.postings.count() for notice in notices} == {1}


def test_a_letter_has_one_number_and_no_day_ahead() -> None:
    ids = [sealed_notice(recipient_email="", kind=f"k{number}").id for number in range(2)]
    numbered, ahead = actions.Letter(POSTED, "recorded", "123-45"), actions.Letter(POSTED + DAY)
    for letter in (numbered, ahead):
        with pytest.raises(actions.NoticeRefused):
            actions.post_notices(notice_ids=ids, letter=letter, actor=CLERK, at=LATER)
    assert actions.post_notices(notice_ids=ids[:1], letter=numbered, actor=CLERK, at=LATER) == 1


def test_a_returned_letter_goes_out_again_or_is_put_up_in_public() -> None:
    notice = posted(kind="simple", number="123-45")
    with pytest.raises(actions.NoticeRefused, match="公示送達"):
        actions.serve_publicly(notice_id=notice.id, served_on=POSTED, actor=CLERK, at=LATER)
    back = LATER + 3 * DAY
    actions.note_return(notice_id=notice.id, returned_on=back.date(), reason="転居先不明", actor=CLERK, at=back)
    notice.refresh_from_db()
    assert (notice.state, notice.undelivered_because) == ("undelivered", "returned")
    actions.serve_publicly(notice_id=notice.id, served_on=back.date(), actor=CLERK, at=back)
    assert actions.served_notices_arrive(at=back + 13 * DAY) == 0
    assert actions.served_notices_arrive(at=back + 15 * DAY) == 1
    assert actions.served_notices_arrive(at=back + 16 * DAY) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.reached_at is not None) == ("reached", True)
    assert entries_of(SUBJECT)[-1].data["means"] == "served"


@pytest.mark.parametrize("days", [-1, 5])
def test_a_letter_comes_back_between_its_posting_and_today(days: int) -> None:
    notice = posted()
    on = POSTED + days * DAY
    with pytest.raises(actions.NoticeRefused, match="返戻の日"):
        actions.note_return(notice_id=notice.id, returned_on=on, reason="", actor=CLERK, at=LATER)


def test_what_nobody_opens_in_ten_business_days_goes_to_the_post() -> None:
    notice, read = sealed_notice(), sealed_notice(kind="read")
    actions.record_arrival(notice_id=read.id, means="opened", at=LATER)
    assert actions.mark_overdue(at=AT + 10 * DAY) == 0
    assert actions.mark_overdue(at=AT + 30 * DAY) == 1
    assert actions.mark_overdue(at=AT + 30 * DAY) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.undelivered_because) == ("undelivered", "unopened")
    assert actions.record_arrival(notice_id=notice.id, means="opened", at=AT + 31 * DAY)


def test_a_mail_that_failed_makes_it_undelivered() -> None:
    notice = sealed_notice()
    Message.objects.filter(key=f"notices.released:{notice.id}").update(state="failed")
    assert actions.mark_overdue(at=LATER) == 1
    notice.refresh_from_db()
    assert notice.undelivered_because == "mail"


def test_the_failed_mail_of_the_last_of_many_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.delivery, "PAGE", 2)
    notices = [sealed_notice(profile="none", decision_id=None, kind=f"k{number}") for number in range(5)]
    Message.objects.filter(key=f"notices.released:{notices[-1].id}").update(state="failed")
    assert actions.mark_overdue(at=LATER) == 1
    notices[-1].refresh_from_db()
    assert notices[-1].undelivered_because == "mail"


def test_a_letter_on_its_way_is_not_overdue() -> None:
    posted()
    assert actions.mark_overdue(at=AT + 60 * DAY) == 0
