"""Co-signing after the submission: who is told when, when the clock runs, and what happens when somebody does not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.notify.models import Message
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.cosigning import api as cosigning
from tocho.modules.decisions.tests.factories import make_office
from tocho.modules.payments import api as payments
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import content_digest
from tocho.ui.testing import Pages

from .factories import ANSWERS, AT, source
from .test_pages_signing import ask, opened
from .test_races import at_once

pytestmark = pytest.mark.django_db
ROLES = [{"key": "officer", "title": "役員", "level": "link", "least": 2, "declaration": "同意します。"}]
LAST = AT + timedelta(days=5)
PEOPLE = ("ito@example.jp", "abe@example.jp")


@pytest.fixture
def draft() -> Application:
    return make_draft()


def make_draft(kind: str = "free") -> Application:
    make_office()
    cosign = {"when": "after", "days": 5, "roles": ROLES}
    version = actions.publish_version(source=source(cosign=cosign), actor=SYSTEM, at=AT)
    application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    return actions.save_answers(application_id=application.id, answers={**ANSWERS, "kind": kind}, at=AT)


def invite(draft: Application, *emails: str) -> list[int]:
    person = {"role": "officer", "name": "伊藤", "actor": Actor(), "at": AT}
    return [actions.invite_cosigner(application_id=draft.id, email=one, **person) for one in emails]  # type: ignore[arg-type]


def submit(draft: Application, *, at: datetime = AT) -> Application:
    return actions.submit_application(application_id=draft.id, at=at)


def sign(draft: Application, asked: int, *, at: datetime = AT) -> object:
    seen = content_digest(Application.objects.get(id=draft.id), at=at)
    values: dict[str, Any] = {"seen": seen, "answers": {}, "method": "link:code", "actor": Actor(), "at": at}
    return actions.sign_application(application_id=draft.id, invitation_id=asked, **values)


def told(template: str) -> list[str]:
    return sorted(Message.objects.filter(template=f"procedures/{template}").values_list("to_email", flat=True))


def test_they_are_named_before_and_told_after(draft: Application) -> None:
    invite(draft, PEOPLE[0])
    with pytest.raises(actions.NotComplete) as refused:
        submit(draft)
    assert "あと1人決めて" in refused.value.errors["signers"][0]
    invite(draft, PEOPLE[1])
    assert told("signing_asked") == []
    submitted = submit(draft)
    assert (submitted.state, submitted.stopped_on is not None, bool(submitted.receipt_number)) == (
        "signing",
        True,
        True,
    )
    assert told("signing_asked") == sorted(PEOPLE)
    assert told("application_signing") == ["hanako@example.jp"]
    assert process.tasks_of(actions.subject_of(draft)) == ()  # the office is not asked yet
    with pytest.raises(Refused):
        actions.save_answers(application_id=draft.id, answers={"copies": 9}, at=AT)


def test_nobody_signs_a_draft(draft: Application) -> None:
    (asked,) = invite(draft, PEOPLE[0])
    for act in (lambda: sign(draft, asked), lambda: remind(draft, asked)):
        with pytest.raises(Refused):
            act()


def remind(draft: Application, asked: int, *, at: datetime = AT) -> None:
    actions.remind_cosigner(application_id=draft.id, invitation_id=asked, at=at)


def test_when_all_have_signed_the_clock_runs(draft: Application) -> None:
    first, second = invite(draft, *PEOPLE)
    due_on = submit(draft).due_on
    sign(draft, first, at=AT + timedelta(days=3))
    draft.refresh_from_db()
    assert draft.state == "signing"
    sign(draft, second, at=AT + timedelta(days=4))
    draft.refresh_from_db()
    assert (draft.state, draft.stopped_on, draft.expires_at) == ("examining", None, None)
    assert draft.stopped_days == 1  # from Friday over a holiday to Tuesday
    assert draft.due_on is not None
    assert due_on is not None
    assert draft.due_on > due_on
    assert [task.kind for task in process.tasks_of(actions.subject_of(draft))] == ["procedures.examine"]
    assert actions.lapse_unsigned(at=LAST + timedelta(days=9)) == 0


def test_the_fee_is_billed_when_it_is_complete() -> None:
    draft = make_draft(kind="general")
    people = invite(draft, *PEOPLE)
    submit(draft)
    assert payments.intents_of(actions.subject_of(draft)) == ()
    for one in people:
        sign(draft, one)
    draft.refresh_from_db()
    assert (draft.state, len(payments.intents_of(actions.subject_of(draft)))) == ("fee_due", 1)


def test_somebody_else_is_asked_in_the_place_of_who_declines(draft: Application) -> None:
    first, second = invite(draft, *PEOPLE)
    submit(draft)
    sign(draft, first)
    values: dict[str, Any] = {"application_id": draft.id, "invitation_id": second, "actor": Actor(), "at": AT}
    actions.decline_signing(**values, reason="知らない話です")
    (third,) = invite(draft, "kato@example.jp")
    assert "kato@example.jp" in told("signing_asked")
    sign(draft, third)
    draft.refresh_from_db()
    assert draft.state == "examining"


def test_a_request_taken_back_may_complete_it(draft: Application) -> None:
    first, second, third = invite(draft, *PEOPLE, "kato@example.jp")
    submit(draft)
    for one in (first, second):
        sign(draft, one)
    draft.refresh_from_db()
    assert draft.state == "signing"
    actions.withdraw_invitation(application_id=draft.id, invitation_id=third, actor=Actor(), at=AT)
    draft.refresh_from_db()
    assert draft.state == "examining"


def test_unsigned_it_lapses_plainly(draft: Application, run_jobs: RunJobs) -> None:
    first, second = invite(draft, *PEOPLE)
    until = submit(draft).expires_at
    assert until is not None
    sign(draft, first)
    remind(draft, second, at=AT + timedelta(days=4))
    assert cosigning.invitations_of(actions.subject_of(draft))[1].expires_at == until  # a reminder gives no more time
    assert actions.lapse_unsigned(at=until - timedelta(minutes=1)) == 0
    assert actions.lapse_unsigned(at=until) == 1
    run_jobs()
    draft.refresh_from_db()
    assert (draft.state, draft.closed_at, draft.kept_until is not None) == ("lapsed", until, True)
    assert (told("application_lapsed"), told("signing_lapsed")) == (["hanako@example.jp"], ["abe@example.jp"])
    assert actions.lapse_application(application_id=draft.id, at=until).closed_at == until
    kinds = [entry.kind for entry in ledger.entries_of(actions.subject_of(draft))]
    assert kinds.count("application.lapsed") == 1
    with pytest.raises(Refused):
        sign(draft, second, at=until)


def test_the_pages_say_what_is_waited_for_and_until_when(page: Pages, draft: Application) -> None:
    started = page.post("/procedures/mihon/start/", {})
    own = Application.objects.get(public_id=started.location.split("/")[2])
    actions.save_answers(application_id=own.id, answers={**ANSWERS, "kind": "free"}, at=AT)
    for email in PEOPLE:
        assert ask(page, own, email=email).status == 302
    assert "申請後にメールが届きます" in page.get(f"/applications/{own.public_id}/signers/", queries=12)
    assert "5日以内に全員が署名すると" in page.get(f"/apply/{own.public_id}/review/")
    page.post(f"/apply/{own.public_id}/submit/", {})
    shown = page.get(f"/applications/{own.public_id}/", queries=30)
    for words in ("署名をお待ちしています", "申請は失効します", "署名待ち"):
        assert words in shown
    signer, url = opened(to=PEOPLE[0])
    assert "署名の期限" in signer.get(url)
    page.post(f"/applications/{own.public_id}/withdraw/", {"reason": "", "confirm": "on"})
    assert "この申請は終わりました" in signer.get(url)


@pytest.mark.django_db(transaction=True)
def test_the_last_two_sign_at_once_and_it_goes_on_once(transactional_db: None) -> None:
    draft = make_draft()
    first, second = invite(draft, *PEOPLE)
    submit(draft)
    assert at_once(lambda: sign(draft, first), lambda: sign(draft, second)) == {"done": 2}
    draft.refresh_from_db()
    kinds = [entry.kind for entry in ledger.entries_of(actions.subject_of(draft))]
    assert (draft.state, kinds.count("application.signatures_complete")) == ("examining", 1)
    assert len(process.tasks_of(actions.subject_of(draft))) == 1


@pytest.mark.django_db(transaction=True)
def test_signed_and_lapsed_at_once_it_is_one_or_the_other(transactional_db: None) -> None:
    draft = make_draft()
    first, second = invite(draft, *PEOPLE)
    until = submit(draft).expires_at
    assert until is not None
    sign(draft, first)
    ends = at_once(
        lambda: sign(draft, second, at=until - timedelta(seconds=1)),
        lambda: actions.lapse_application(application_id=draft.id, at=until),
    )
    draft.refresh_from_db()
    signed = cosigning.invitations_of(actions.subject_of(draft))[1].state == "signed"
    assert (draft.state, signed, ends) in (
        ("examining", True, {"done": 2}),
        ("lapsed", False, {"done": 1, "refused": 1}),
    )
