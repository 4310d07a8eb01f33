"""保存期間: told before, erased after, held where somebody must; counts and chains as before."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail

from tocho.core.files import api as files
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.facts import api as facts
from tocho.modules.improvement.models import Review
from tocho.modules.messages import api as messages
from tocho.modules.opinions.models import Inquiry, Opinion, OpinionFile
from tocho.modules.procedures import actions
from tocho.modules.procedures.definitions import Retention
from tocho.modules.procedures.models import Application, Transit
from tocho.modules.procedures.rules import kept_until, may_erase, retention_years
from tocho.modules.procedures.signals import application_erased
from tocho.ui.testing import Pages

from .factories import ANSWERS, AT, World, mail_to, make_version, make_world, submit

pytestmark = pytest.mark.django_db
END = date(2022, 3, 31)  # of what ended in November 2020, kept one year


def morning(day: date) -> datetime:
    return AT.replace(year=day.year, month=day.month, day=day.day)


@pytest.fixture
def world() -> World:
    return make_world(retention={"years": 1, "law": "見本規則第1条"})


@pytest.fixture
def closed(world: World) -> Application:
    """A case with a file and a message that has ended."""
    stored = files.store(BytesIO("内容\n".encode()), name="a.txt", by=SYSTEM, at=AT)
    case = submit(world.version, kind="free")
    Application.objects.filter(id=case.id).update(
        answers={**case.answers, "paper": [{"id": stored.id, "name": "a.txt", "size": 7}]}
    )
    subject = Subject("application", case.id)
    draft = messages.Draft("ひみつの質問", "a")
    messages.ask(subject=subject, unit=case.unit, title="", draft=draft, actor=Actor(), at=AT)
    return actions.withdraw_application(application_id=case.id, reason="", at=AT)


def test_the_years_count_from_the_next_fiscal_year() -> None:
    assert kept_until(date(2020, 11, 20), years=1) == END
    assert kept_until(date(2021, 3, 31), years=1) == END
    assert kept_until(date(2021, 4, 1), years=1) == date(2023, 3, 31)
    assert (retention_years(0, "permit"), retention_years(None, "permit"), retention_years(None, "x")) == (0, 5, 3)


@pytest.mark.parametrize(
    ("today", "told_on", "reachable", "expected"),
    [
        (END, None, False, False),
        (END + timedelta(days=1), None, False, True),
        (END + timedelta(days=1), None, True, False),
        (END + timedelta(days=1), END - timedelta(days=30), True, True),
        (END + timedelta(days=1), END, True, False),
    ],
)
def test_nothing_goes_before_its_day_nor_before_somebody_was_told(
    today: date, told_on: date | None, reachable: bool, expected: bool
) -> None:
    assert may_erase(until=END, today=today, told_on=told_on, reachable=reachable) is expected


def test_the_end_is_known_when_the_case_ends(closed: Application) -> None:
    assert closed.kept_until == END
    Application.objects.filter(id=closed.id).update(kept_until=None)
    assert [actions.plan_retentions() for _time in (1, 2)] == [1, 0]
    closed.refresh_from_db()
    assert closed.kept_until == END


def test_the_applicant_is_told_once_thirty_days_before(closed: Application, run_jobs: RunJobs) -> None:
    assert actions.tell_ends(at=morning(END - timedelta(days=31))) == 0
    assert [actions.tell_ends(at=morning(END - timedelta(days=30))) for _time in (1, 2)] == [1, 0]
    run_jobs(only="notify.deliver_message")
    assert any("保存期間がまもなく終わります" in one.subject and "2022-03-31" in one.body for one in mail.outbox)


def test_after_the_end_everything_personal_goes_and_counts_and_chains_stay(closed: Application) -> None:
    subject = Subject("application", closed.id)
    heard: list[Subject] = []

    def hear(subject: Subject, **news: object) -> None:
        heard.append(subject)

    application_erased.connect(hear)
    file_id = Application.objects.get(id=closed.id).answers["paper"][0]["id"]
    actions.tell_ends(at=morning(END - timedelta(days=30)))
    before = [entry.digest for entry in ledger.entries_of(subject)]
    try:
        assert [actions.erase_ended(at=morning(END + timedelta(days=1))) for _time in (1, 2)] == [1, 0]
    finally:
        application_erased.disconnect(hear)
    closed.refresh_from_db()
    assert (closed.answers, closed.applicant_name, closed.applicant_email, closed.user_id) == ({}, "", "", None)
    assert (closed.receipt_number is not None, closed.state, heard) == (True, "withdrawn", [subject])
    with pytest.raises(FileNotFoundError):
        files.open_file(file_id)
    assert messages.thread_of(subject, side=messages.OFFICE).erased
    after = ledger.entries_of(subject)
    assert [entry.digest for entry in after[: len(before)]] == before
    assert after[-1].kind == "application.erased"
    ledger.seal(at=AT)
    assert not ledger.verify().problems
    facts.project(at=AT)
    assert not facts.verify_sums().differences


def test_the_municipality_s_words_go_and_its_opinion_stays(closed: Application) -> None:
    stored = files.store(BytesIO("意見\n".encode()), name="b.txt", by=SYSTEM, at=AT)
    known = {"unit": "M-01", "received_at": AT, "due_on": END, "forwarded_at": AT, "file_id": stored.id}
    Transit.objects.create(application=closed, opinion="concerns", words="花子さんの件", **known)
    for _time in (1, 2):
        actions.erase_application(application_id=closed.id, at=AT)
    transit = Transit.objects.get(application=closed)
    assert (transit.words, transit.opinion, transit.forwarded_at) == ("", "concerns", AT)
    with pytest.raises(FileNotFoundError):
        files.open_file(stored.id)


def test_reviews_and_opinions_are_emptied_with_the_case(closed: Application) -> None:
    subject = Subject("application", closed.id)
    known = {"procedure": "mihon", "version": 1, "title": "見本", "unit": closed.unit}
    Review.objects.create(
        subject_type="application", subject_id=closed.id, rating=4, words="花子", written_at=AT, **known
    )
    asker = make_officer("asker", make_post(make_unit("T-77", "照会課"), "主事"))
    inquiry = Inquiry.objects.create(
        subject_type=subject.type,
        subject_id=subject.id,
        unit="T-77",
        title="見本",
        question="花子さんは",
        brief=[["氏名", "花子"]],
        due_on=END,
        asked_by=asker,
        asked_at=AT,
    )
    said = {"verdict": "remark", "text": "花子さんへ", "answered_by": asker, "answered_at": AT}
    opinion = Opinion.objects.create(inquiry=inquiry, unit="T-78", **said)
    stored = files.store(BytesIO("花子の図面\n".encode()), name="c.txt", by=SYSTEM, at=AT)
    OpinionFile.objects.create(opinion=opinion, file_id=stored.id)
    before = [entry.digest for entry in ledger.entries_of(subject)]
    actions.erase_application(application_id=closed.id, at=AT)
    assert list(Review.objects.values_list("rating", "words")) == [(4, "")]
    assert list(Inquiry.objects.values_list("question", "brief")) == [("", [])]
    assert list(Opinion.objects.values_list("verdict", "text")) == [("remark", "")]
    assert [entry.digest for entry in ledger.entries_of(subject)][: len(before)] == before
    with pytest.raises(FileNotFoundError):
        files.open_file(stored.id)


def test_cases_that_an_older_release_erased_are_emptied_by_the_next_run(closed: Application) -> None:
    actions.erase_application(application_id=closed.id, at=AT)
    known = {"procedure": "mihon", "version": 1, "title": "見本", "unit": closed.unit, "rating": 4, "written_at": AT}
    Review.objects.create(subject_type="application", subject_id=closed.id, words="花子", **known)
    assert actions.erase_leftovers(at=AT) == 0  # emptied by this release: it is not looked at again
    Application.objects.filter(id=closed.id).update(erasure=0)
    assert [actions.erase_leftovers(at=AT) for _time in (1, 2)] == [1, 0]
    assert Review.objects.get().words == ""
    kinds = [entry.kind for entry in ledger.entries_of(Subject("application", closed.id))]
    assert kinds[-2:] == ["application.erased", "application.erased_again"]


def test_a_hold_blocks_until_it_is_lifted(world: World, closed: Application) -> None:
    officer = world.office.actor("drafter")
    actions.tell_ends(at=morning(END - timedelta(days=30)))
    actions.hold_application(application_id=closed.id, reason="開示請求", actor=officer, at=AT)
    with pytest.raises(actions.HoldStands):
        actions.hold_application(application_id=closed.id, reason="監査", actor=officer, at=AT)
    late = morning(END + timedelta(days=40))
    assert actions.erase_ended(at=late) == 0
    actions.erase_application(application_id=closed.id, at=late)
    closed.refresh_from_db()
    assert closed.erased_at is None
    for _press in (1, 2):
        actions.release_application(application_id=closed.id, actor=officer, at=late)
    assert actions.erase_ended(at=late) == 1


def test_a_job_that_stood_still_tells_first_and_erases_thirty_days_later(closed: Application) -> None:
    late = morning(END + timedelta(days=100))
    assert actions.erase_ended(at=late) == 0
    assert actions.tell_ends(at=late) == 1
    assert actions.erase_ended(at=late + timedelta(days=29)) == 0
    assert actions.erase_ended(at=late + timedelta(days=30)) == 1


def test_a_draft_is_told_before_it_expires_and_anew_when_it_was_touched(world: World, run_jobs: RunJobs) -> None:
    draft = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=draft.id, answers=ANSWERS, at=AT)
    soon = AT + timedelta(days=26)
    assert [actions.tell_drafts(at=soon) for _time in (1, 2)] == [1, 0]
    run_jobs(only="notify.deliver_message")
    assert mail_to(ANSWERS["applicant_email"], "下書きがまもなく消えます")
    actions.save_answers(application_id=draft.id, answers={"copies": 3}, at=soon)
    assert actions.tell_drafts(at=soon) == 0
    assert actions.tell_drafts(at=soon + timedelta(days=26)) == 1


def test_the_status_page_says_until_when(page: Pages, world: World, closed: Application) -> None:
    page.client.force_login(world.office.drafter)
    Application.objects.filter(id=closed.id).update(user=world.office.drafter)
    assert "2022年3月31日まで保存されます" in page.get(f"/applications/{closed.public_id}/")


def test_the_office_sees_the_end_and_holds_it(page: Pages, world: World, closed: Application) -> None:
    url = f"/desk/cases/{closed.id}/retention/"
    assert "見本規則第1条" in page.get(url, user=world.office.drafter, queries=8)
    assert page.post(url, {"reason": ""}).status == 422
    page.post(url, {"reason": "監査"})
    assert "消去の停止を解く" in page.get(url)
    page.post(url, {"_release": "1"})
    assert "消去の停止を解く" not in page.get(url)
    assert page.get(url, user=world.office.stranger).status == 404
    page.client.logout()
    assert "/accounts/login/" in page.get(url).location


def test_a_procedure_declares_its_years(world: World) -> None:
    version = make_version(key="long", retention={"years": 10, "law": "x"})
    assert Retention(**version.source["facts"]["retention"]).years == 10
