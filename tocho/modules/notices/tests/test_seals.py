"""公印審査 of single notices: by another person, returned, asked again; 包括承認 given, used, taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tocho.core.ledger.api import Actor, Subject, entries_of
from tocho.engines.process import api as process
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices import actions, rules
from tocho.modules.notices.models import Notice, SealAuthorisation
from tocho.modules.notices.tests.factories import (
    AT,
    DATA,
    LATER,
    SOURCE,
    SUBJECT,
    authorised,
    cancelled,
    decided,
    new_notice,
    sealed_notice,
)

pytestmark = pytest.mark.django_db
DAY = date(2020, 11, 20)


@pytest.fixture
def office() -> Office:
    return make_office()


def waiting(**changes: Any) -> Notice:
    return new_notice(is_authorised=False, unit=UNIT, **changes)


def form(**changes: Any) -> rules.Form:
    given = {"kind": "nozei-shomei.approved", "source": SOURCE, "profile": "disposition", "unit": UNIT, "title": "証明"}
    return rules.Form(**{**given, **changes})


def period(starts: int = 0, ends: int = 100) -> actions.Period:
    return actions.Period(DAY + timedelta(days=starts), DAY + timedelta(days=ends), "2総文第1号", "様式の決まった証明")


def kinds(subject: Subject = SUBJECT) -> list[str]:
    return [entry.kind for entry in entries_of(subject)]


def tasks(notice: Notice) -> list[tuple[str, str]]:
    return [(one.kind, one.address) for one in process.tasks_of(Subject("notice", notice.id))]


def test_without_an_authorisation_it_waits_for_who_keeps_the_seal(office: Office, run_jobs: Any) -> None:
    notice = waiting()
    run_jobs()
    assert actions.seal_notice(notice_id=notice.id, at=LATER) is False
    notice.refresh_from_db()
    assert (notice.state, notice.awaits_seal, notice.problem) == ("approved", True, "")
    assert tasks(notice) == [("notices.review_seal", f"post:{office.posts['reviewer'].id}")]
    for _twice in range(2):
        actions.review_seal(notice_id=notice.id, actor=office.actor("reviewer"), at=LATER)
    run_jobs()
    notice.refresh_from_db()
    assert (notice.state, notice.seal_ground, notice.seal_reviewed_by_id) == ("released", "review", office.reviewer.id)
    assert (tasks(notice), kinds().count("notice.seal_reviewed")) == ([], 1)
    assert next(one.data["ground"] for one in entries_of(SUBJECT) if one.kind == "notice.sealed") == "review"


def test_what_needs_no_seal_waits_for_nobody(office: Office) -> None:
    assert waiting(profile="none").state == "released"


def test_who_drafted_or_decided_does_not_review(office: Office) -> None:
    decided(7, people=(office.drafter, office.chief))
    notice = waiting()
    for name in ("drafter", "chief"):
        with pytest.raises(actions.NoticeRefused, match="起案した人と決定した人"):
            actions.review_seal(notice_id=notice.id, actor=office.actor(name), at=LATER)
    assert kinds() == ["notice.composed", "notice.seal_asked"]


def test_a_decision_that_stands_no_more_is_not_sealed_and_its_notice_goes(office: Office) -> None:
    notice = waiting()
    later = cancelled(notice)
    with pytest.raises(actions.NoticeRefused, match="取り消されています"):
        actions.review_seal(notice_id=notice.id, actor=office.actor("reviewer"), at=LATER)
    assert actions.revoke_cancelled(decision_id=later.id, cancels=7, at=LATER) == 0
    assert (Notice.objects.filter(id=notice.id).exists(), tasks(notice)) == (False, [])
    assert kinds()[-1] == "notice.dropped"


def test_returned_with_the_reason_put_right_and_asked_again(office: Office, run_jobs: Any) -> None:
    notice = waiting(profile="organisation", decision_id=None)
    reviewer, clerk = office.actor("reviewer"), office.actor("drafter")
    with pytest.raises(actions.NoticeRefused, match="理由"):
        actions.return_seal(notice_id=notice.id, reason=" ", actor=reviewer, at=LATER)
    for _twice in range(2):
        actions.return_seal(notice_id=notice.id, reason="金額が違う", actor=reviewer, at=LATER)
    assert [kind for kind, _where in tasks(notice)] == ["notices.mend"]
    with pytest.raises(actions.NoticeRefused, match="待っている"):
        actions.review_seal(notice_id=notice.id, actor=reviewer, at=LATER)
    for _twice in range(2):
        actions.ask_seal_again(notice_id=notice.id, answer="直した", changes={"row-1": "500円"}, actor=clerk, at=LATER)
    with pytest.raises(actions.NoticeRefused, match="文を作った人"):
        actions.review_seal(notice_id=notice.id, actor=clerk, at=LATER)
    actions.review_seal(notice_id=notice.id, actor=reviewer, at=LATER)
    run_jobs()
    notice.refresh_from_db()
    assert (notice.state, notice.data["rows"][1]) == ("released", ["未納額", "500円"])
    assert notice.drafted_by_id == clerk.user_id
    assert (kinds().count("notice.seal_returned"), kinds().count("notice.seal_answered"), tasks(notice)) == (1, 1, [])


def test_of_a_disposition_only_the_addressee_is_put_right(office: Office) -> None:
    notice = waiting()
    actions.return_seal(notice_id=notice.id, reason="宛名の字", actor=office.actor("reviewer"), at=LATER)
    ask: dict[str, Any] = {"notice_id": notice.id, "answer": "直した", "actor": office.actor("drafter"), "at": LATER}
    for changes, title in (({"row-1": "0円"}, ""), ({"reasons": "x"}, ""), ({}, "別の題")):
        with pytest.raises(actions.NoticeRefused, match="宛名と住所だけ"):
            actions.ask_seal_again(**ask, changes=changes, title=title)
    actions.ask_seal_again(**ask, changes={"name": "山田 華子"})
    notice.refresh_from_db()
    assert (notice.data["applicant"]["name"], notice.data["decision"]) == ("山田 華子", DATA["decision"])
    assert notice.awaits_seal


def test_many_at_once_are_each_an_act(office: Office) -> None:
    found = [waiting(kind=f"k{n}", subject=Subject("application", 100 + n)).id for n in range(3)]
    barred = waiting(kind="k9", decision_id=decided(9, people=(office.drafter, office.reviewer)).id).id
    done = actions.review_seals(notice_ids=[*found, barred, found[0]], actor=office.actor("reviewer"), at=LATER)
    assert (done.done, [key for key, _why in done.refused]) == (tuple(found), [barred])
    assert [kinds(Subject("application", 100 + n)).count("notice.seal_reviewed") for n in range(3)] == [1, 1, 1]


def test_an_authorised_form_is_sealed_at_once_and_names_it(office: Office, run_jobs: Any) -> None:
    given = actions.authorise(form(), period(), actor=office.actor("reviewer"), at=AT)
    assert actions.authorise(form(), period(), actor=office.actor("reviewer"), at=AT) == given
    notice = waiting()
    assert (notice.seal_ground, notice.authorisation_id, tasks(notice)) == ("standing", given, [])
    assert actions.seal_notice(notice_id=notice.id, at=LATER)
    assert next(one.data for one in entries_of(SUBJECT) if one.kind == "notice.sealed")["authorisation"] == given


@pytest.mark.parametrize(
    "other",
    [{"kind": "nozei-shomei.rejected"}, {"source": SOURCE + "// v2"}, {"profile": "organisation"}, {"unit": "X-9"}],
)
def test_another_form_is_not_authorised(office: Office, other: dict[str, str]) -> None:
    actions.authorise(form(**other), period(), actor=office.actor("reviewer"), at=AT)
    assert waiting().awaits_seal


@pytest.mark.parametrize(("starts", "ends"), [(-1, 5), (5, 4), (0, 1099)])
def test_a_period_that_cannot_be(office: Office, starts: int, ends: int) -> None:
    with pytest.raises(actions.AuthorisationRefused):
        actions.authorise(form(), period(starts, ends), actor=office.actor("reviewer"), at=AT)


def test_periods_of_one_form_do_not_overlap(office: Office) -> None:
    actions.authorise(form(), period(0, 10), actor=office.actor("reviewer"), at=AT)
    with pytest.raises(actions.AuthorisationRefused, match="重なる"):
        actions.authorise(form(), period(10, 20), actor=office.actor("reviewer"), at=AT)
    actions.authorise(form(), period(11, 20), actor=office.actor("reviewer"), at=AT)


def test_before_and_after_the_period_it_waits(office: Office) -> None:
    actions.authorise(form(), period(3, 5), actor=office.actor("reviewer"), at=AT)
    days = {n: waiting(kind="nozei-shomei.approved", subject=Subject("application", n), at=AT + timedelta(days=n))
            for n in (2, 3, 5, 6)}  # fmt: skip
    assert {n: one.awaits_seal for n, one in days.items()} == {2: True, 3: False, 5: False, 6: True}


def test_taken_back_it_acts_on_the_next_and_on_what_is_not_sealed_yet(office: Office, run_jobs: Any) -> None:
    reviewer = office.actor("reviewer")
    given = actions.authorise(form(), period(), actor=reviewer, at=AT)
    done = waiting(subject=Subject("application", 1))
    assert actions.seal_notice(notice_id=done.id, at=AT)
    composed = waiting(subject=Subject("application", 2))
    with pytest.raises(actions.AuthorisationRefused, match="理由"):
        actions.revoke_authorisation(authorisation_id=given, reason=" ", actor=reviewer, at=LATER)
    for _twice in range(2):
        actions.revoke_authorisation(authorisation_id=given, reason="様式の見直し", actor=reviewer, at=LATER)
    assert actions.seal_notice(notice_id=composed.id, at=LATER) is False
    composed.refresh_from_db()
    assert (composed.awaits_seal, composed.authorisation_id, composed.pdf_sha256) == (True, None, None)
    assert len(tasks(composed)) == 1
    assert waiting(subject=Subject("application", 3)).awaits_seal
    assert kinds(Subject("seal_authorisation", given)) == ["seal_authorisation.given", "seal_authorisation.revoked"]
    done.refresh_from_db()
    assert done.authorisation_id == given
    actions.authorise(form(), period(), actor=reviewer, at=LATER)


def test_the_database_lets_nothing_out_without_a_ground(office: Office) -> None:
    notice = sealed_notice()
    for wrong in ({"seal_ground": ""}, {"seal_ground": "review"}, {"authorisation": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(id=notice.id).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(id=notice.id).update(
            seal_ground="review", drafted_by=office.drafter, seal_reviewed_by=office.drafter
        )


def test_a_bureau_without_such_a_post_is_told_of(run_jobs: Any) -> None:
    notice = new_notice(is_authorised=False)
    assert "公印審査をする職がありません" in notice.problem
    authorised()
    actions.retry_notice(notice_id=notice.id, actor=Actor(None), at=LATER)
    run_jobs()
    notice.refresh_from_db()
    assert "公印審査をする職がありません" in notice.problem
    assert SealAuthorisation.objects.count() == 1
