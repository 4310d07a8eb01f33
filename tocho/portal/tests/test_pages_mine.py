"""My page: what is asked first, everything there is, for an account and for a browser without one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.tests.factories import make_user
from tocho.modules.consultations import api as consultations
from tocho.modules.events import actions as events_actions
from tocho.modules.events.tests.factories import join, make_event
from tocho.modules.messages import api as messages
from tocho.modules.notices.models import Notice, NoticeTemplate
from tocho.modules.payments import api as payments
from tocho.modules.payments.models import PaymentIntent, Receipt
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.modules.procedures.tests.factories import (
    ANSWERS,
    AT,
    World,
    make_course_version,
    make_slot,
    make_world,
    submit,
)
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def hanako(world: World) -> User:
    return make_user("hanako", "山田 花子", kind="resident")


def notice(application: Application) -> Notice:
    now = timezone.now()
    template = NoticeTemplate.objects.create(sha256="0" * 64, source="x")
    return Notice.objects.create(
        subject_type="application",
        subject_id=application.id,
        kind="mihon.approve",
        state="released",
        profile="none",
        unit=application.unit,
        title="見本の証明書",
        issuer="見本局",
        issued_on=now.date(),
        template=template,
        data={},
        token="t" * 20,
        code="ABCD-EFGH-JKLM",
        composed_at=now,
        released_at=now,
    )


def test_nobody_sees_an_empty_page_with_a_way_on(page: Pages, world: World) -> None:
    shown = page.get("/my/", queries=8)
    assert "まだ手続はありません" in shown
    assert "手続をさがす" in shown.links
    assert "届いた書類はまだありません" in page.get("/my/documents/")


def test_what_is_asked_comes_first(page: Pages, world: World, hanako: User) -> None:
    submit(world.version, user_id=hanako.id)
    case = submit(world.version, user_id=hanako.id, kind="free")
    messages.answer(
        subject=Subject("application", case.id),
        unit=case.unit,
        title="",
        draft=messages.Draft("ご確認ください", "a"),
        actor=Actor(user_id=world.office.drafter.id),
        at=timezone.now(),
    )
    notice(case)
    shown = page.get("/my/", user=hanako, queries=20)
    for words in ("納付待ち", "新しいメッセージ", "通知が届いています", "見本の証明書"):
        assert words in shown
    assert "ご確認ください" not in shown
    assert shown.links["本物か確かめるページ"].startswith("/verify/")
    assert shown.links["PDFを保存"].endswith("/pdf/")


def test_applications_are_filtered_and_searched(page: Pages, world: World, hanako: User) -> None:
    kept = submit(world.version, user_id=hanako.id, kind="free")
    gone = submit(world.version, user_id=hanako.id, kind="free")
    actions.withdraw_application(application_id=gone.id, reason="", at=timezone.now())
    page.client.force_login(hanako)

    def shown(query: str) -> tuple[bool, bool]:
        text = page.get(f"/my/?{query}").text
        return str(kept.receipt_number) in text, str(gone.receipt_number) in text

    assert shown("") == (True, True)
    assert shown("shown=open") == (True, False)
    assert shown("shown=done") == (False, True)
    assert shown(f"q={kept.receipt_number}") == (True, False)
    assert shown("q=見本") == (True, True)
    assert shown("q=ない手続") == (False, False)
    assert shown(f"after={gone.id}") == (True, False)
    assert page.get("/my/?after=x&shown=y").status == 200


def test_drafts_are_continued_or_deleted_after_a_question(page: Pages, world: World, hanako: User) -> None:
    draft = actions.start_application(version=world.version, user_id=hanako.id, language="ja", at=timezone.now())
    actions.save_answers(application_id=draft.id, answers=ANSWERS, at=timezone.now())
    shown = page.get("/my/", user=hanako)
    assert shown.links["続ける"] == f"/applications/{draft.public_id}/"
    asked = page.get(shown.links["削除"])
    assert "元には戻せません" in asked
    for _press in (1, 2):
        page.post(f"/apply/{draft.public_id}/discard/")
    draft.refresh_from_db()
    assert (draft.state, draft.answers, draft.applicant_email) == ("expired", {}, "")


def test_a_submitted_application_is_not_deleted(page: Pages, world: World, hanako: User) -> None:
    case = submit(world.version, user_id=hanako.id, kind="free")
    page.client.force_login(hanako)
    assert page.get(f"/apply/{case.public_id}/discard/").status == 302
    page.post(f"/apply/{case.public_id}/discard/")
    case.refresh_from_db()
    assert case.state == "examining"


def test_reservations_are_listed(page: Pages, world: World, hanako: User) -> None:
    slot = make_slot(days=(timezone.now() - AT).days + 9)
    course = make_course_version()
    submit(course, user_id=hanako.id, at=timezone.now(), slot=str(slot.id))
    assert "講座" in page.get("/my/", user=hanako)


def test_applications_of_the_browser_are_taken_into_the_account(page: Pages, world: World, hanako: User) -> None:
    case = submit(world.version, kind="free")
    page.client.force_login(hanako)
    opened = page.get(f"/applications/open/{access_token(case)}/")
    assert opened.location == "/applications/claim/"
    assert "アカウントに入れられます" in page.get("/my/")
    assert case.receipt_number in page.get("/applications/claim/").text  # type: ignore[operator]
    page.post("/applications/claim/", {"application": []})
    case.refresh_from_db()
    assert case.user_id is None
    for _press in (1, 2):
        page.post("/applications/claim/", {"application": [str(case.public_id)]})
    case.refresh_from_db()
    assert case.user_id == hanako.id


def test_nobody_takes_what_this_browser_has_not_opened(page: Pages, world: World, hanako: User) -> None:
    case = submit(world.version, kind="free")
    page.get("/my/", user=hanako)
    page.post("/applications/claim/", {"application": [str(case.public_id)]})
    case.refresh_from_db()
    assert case.user_id is None
    assert page.get(f"/apply/{case.public_id}/discard/").status == 404
    page.client.logout()
    assert "/accounts/login/" in page.get("/applications/claim/").location


def test_an_employee_takes_no_application_into_the_office_account(page: Pages, world: World) -> None:
    case = submit(world.version, kind="free")
    page.client.force_login(world.office.drafter)
    assert page.get(f"/applications/open/{access_token(case)}/").location == f"/applications/{case.public_id}/"


def test_what_belongs_to_another_account_stays_there(world: World, hanako: User) -> None:
    case = submit(world.version, user_id=hanako.id, kind="free")
    other = make_user("taro", kind="resident")
    with pytest.raises(actions.AlreadyTaken):
        actions.claim_applications(application_ids=[case.id], user_id=other.id, at=timezone.now())


def test_the_copy_for_paper_tells_what_was_applied_for(page: Pages, world: World, hanako: User) -> None:
    case = submit(world.version, user_id=hanako.id)
    shown = page.get(f"/applications/{case.public_id}/print/", user=hanako, queries=16)
    assert shown.h1 == "申請書（控え）"
    for words in ("山田 花子", str(case.receipt_number), "納付待ち", "申請を受け付けました"):
        assert words in shown
    page.client.logout()
    assert page.get(f"/applications/{case.public_id}/print/").status == 404


def test_the_expected_day_is_told_and_moves_while_the_clock_stands(page: Pages, world: World, hanako: User) -> None:
    case = submit(world.version, user_id=hanako.id, at=timezone.now())
    page.client.force_login(hanako)
    assert "きょうお支払いいただくと" in page.get(f"/applications/{case.public_id}/")
    late = submit(world.version, user_id=hanako.id, kind="free", at=timezone.now() - timedelta(days=60))
    assert "お待たせしています" in page.get(f"/applications/{late.public_id}/")


def test_receipts_stand_with_the_documents(page: Pages, world: World, hanako: User) -> None:
    case = submit(world.version, user_id=hanako.id)
    (intent,) = payments.intents_of(Subject("application", case.id))
    row = PaymentIntent.objects.get(id=intent.id)
    row.state, row.collected_at = "collected", timezone.now()
    row.save(update_fields=["state", "collected_at"])
    Receipt.objects.create(intent=row, fiscal_year=2026, number=1, method="card", issued_at=timezone.now())
    assert "800円" in page.get("/my/documents/", user=hanako)


def test_coming_consultations_stand_with_the_reservations(
    page: Pages, world: World, hanako: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = consultations.MyConsultation("児童相談", "12月1日（火）10:00–10:30", "ビデオ", "/consultations/x/")
    monkeypatch.setattr(consultations, "coming_of", lambda user_id, at: [talk])
    assert page.get("/my/", user=hanako).links["12月1日（火）10:00–10:30"] == "/consultations/x/"


def test_coming_events_stand_with_the_reservations(page: Pages, world: World, hanako: User) -> None:
    mine = join(make_event(at=timezone.now()), user_id=hanako.id, at=timezone.now())
    shown = page.get("/my/", user=hanako)
    assert "納税の説明会" in shown
    assert any(href.startswith("/events/my/") for href in shown.links.values())
    events_actions.withdraw(registration_id=mine.id, at=timezone.now())
    assert "納税の説明会" not in page.get("/my/")
