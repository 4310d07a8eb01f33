from datetime import timedelta
from hashlib import sha256

import pytest

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, entries_of
from tocho.engines.documents import api as documents
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice, NoticeTemplate
from tocho.modules.notices.signals import notice_reached, notice_sealed
from tocho.modules.notices.tests.factories import AT, DATA, LATER, SOURCE, SUBJECT, new_notice, sealed_notice

pytestmark = pytest.mark.django_db
CLERK = Actor(user_id=3)


def acts() -> list[str]:
    return [entry.kind for entry in entries_of(SUBJECT)]


def pdf_of(notice: Notice) -> bytes:
    assert notice.file_id is not None
    with files.open_file(notice.file_id) as file:
        return file.read()


def test_issuing_twice_gives_the_same_notice() -> None:
    assert new_notice().id == new_notice(title="別の題").id
    assert acts() == ["notice.composed"]


def test_a_notice_without_decision_is_issued_once_too() -> None:
    assert new_notice(decision_id=None).id == new_notice(decision_id=None).id


def test_what_the_data_lacks_is_filled_in() -> None:
    notice = new_notice()
    assert (notice.number, notice.issuer, str(notice.issued_on)) == ("2主徴徴第567号", "東京都知事", "2020-11-20")
    assert notice.state == Notice.State.APPROVED
    assert notice.data["applicant"] == DATA["applicant"]


def test_one_template_is_kept_once() -> None:
    new_notice()
    new_notice(decision_id=8)
    assert NoticeTemplate.objects.get().sha256 == sha256(SOURCE.encode()).hexdigest()


def test_the_job_seals_stores_mails_and_records(run_jobs, mailoutbox) -> None:  # type: ignore[no-untyped-def]
    notice = new_notice()
    run_jobs()
    notice.refresh_from_db()
    assert (notice.state, notice.signature_level) == (Notice.State.RELEASED, "B-B")
    assert sha256(pdf_of(notice)).digest() == bytes(notice.pdf_sha256)
    verdict = documents.verify(pdf_of(notice), at=AT + timedelta(minutes=1))
    assert (verdict.ok, verdict.signer) == (True, "東京都知事")
    assert acts() == ["notice.composed", "notice.sealed", "notice.released"]
    assert [mail.to for mail in mailoutbox] == [["hanako@example.jp"]]
    assert notice.token in mailoutbox[0].body


def test_sealing_twice_seals_once() -> None:
    notice = sealed_notice()
    assert actions.seal_notice(notice_id=notice.id, at=LATER) is False
    assert acts().count("notice.sealed") == 1


def test_the_seal_is_news_for_the_modules_above() -> None:
    heard = []
    notice_sealed.connect(lambda **news: heard.append(news), weak=False, dispatch_uid="test")
    notice = sealed_notice()
    notice_sealed.disconnect(dispatch_uid="test")
    assert [(news["notice_id"], news["subject"]) for news in heard] == [(notice.id, SUBJECT)]


def test_a_document_that_cannot_be_made_says_why_and_stays() -> None:
    notice = new_notice(data=DATA | {"office": "𓀀"})
    with pytest.raises(documents.RenderError):
        actions.seal_notice(notice_id=notice.id, at=AT)
    notice.refresh_from_db()
    assert notice.state == Notice.State.APPROVED
    assert "表示できません" in notice.problem


def test_a_notice_without_seal_goes_out_at_once_and_makes_its_file_when_wanted() -> None:
    notice = new_notice(profile="none", decision_id=None)
    assert (notice.state, notice.file_id) == (Notice.State.RELEASED, None)
    file_id = actions.keep_document(notice_id=notice.id, at=AT)
    assert actions.keep_document(notice_id=notice.id, at=LATER) == file_id
    notice.refresh_from_db()
    assert documents.verify(pdf_of(notice), at=AT).problem == "unsigned"


def test_a_sealed_notice_has_no_file_before_its_seal() -> None:
    with pytest.raises(actions.NoticeRefused):
        actions.keep_document(notice_id=new_notice().id, at=AT)


def test_only_the_first_opening_is_the_arrival() -> None:
    heard = []
    notice_reached.connect(lambda **news: heard.append(news["at"]), weak=False, dispatch_uid="test")
    notice = sealed_notice()
    assert actions.record_arrival(notice_id=notice.id, means="opened", at=LATER) is True
    assert actions.record_arrival(notice_id=notice.id, means="downloaded", at=LATER + timedelta(days=1)) is False
    notice_reached.disconnect(dispatch_uid="test")
    notice.refresh_from_db()
    assert (notice.state, notice.reached_at, heard) == (Notice.State.REACHED, LATER, [LATER])


def test_a_correction_supersedes_the_first_notice_when_it_goes_out() -> None:
    first = sealed_notice()
    second = new_notice(supersedes_id=first.id)
    first.refresh_from_db()
    assert first.state == Notice.State.RELEASED
    actions.seal_notice(notice_id=second.id, at=LATER)
    first.refresh_from_db()
    assert (first.state, first.closed_at) == (Notice.State.SUPERSEDED, LATER)
    assert "notice.superseded" in acts()


def test_without_electronic_address_it_waits_for_the_post() -> None:
    notice = sealed_notice(recipient_email="")
    assert notice.state == Notice.State.SEALED
    actions.hand_over(notice_id=notice.id, actor=CLERK, at=LATER)
    assert entries_of(SUBJECT)[-1].data["means"] == "post"


def test_an_undelivered_notice_is_posted() -> None:
    notice = sealed_notice()
    actions.mark_undelivered(notice_id=notice.id, actor=CLERK, at=LATER)
    actions.hand_over(notice_id=notice.id, actor=CLERK, at=LATER)
    with pytest.raises(actions.NoticeRefused):
        actions.hand_over(notice_id=notice.id, actor=CLERK, at=LATER)
    assert acts()[-2:] == ["notice.undelivered", "notice.released"]


def test_revoking_needs_a_reason_and_happens_once() -> None:
    notice = sealed_notice()
    with pytest.raises(actions.NoticeRefused):
        actions.revoke_notice(notice_id=notice.id, reason=" ", actor=CLERK, at=LATER)
    actions.revoke_notice(notice_id=notice.id, reason="誤って交付", actor=CLERK, at=LATER)
    with pytest.raises(actions.NoticeRefused):
        actions.revoke_notice(notice_id=notice.id, reason="もう一度", actor=CLERK, at=LATER)
    assert "誤って交付" not in str(entries_of(SUBJECT)[-1].data)


def test_the_ledger_never_holds_personal_data() -> None:
    notice = sealed_notice()
    actions.record_arrival(notice_id=notice.id, means="opened", at=LATER)
    said = str([entry.data for entry in entries_of(SUBJECT)])
    assert not [word for word in ("山田", "新宿", "hanako", notice.token, notice.code) if word in said]


def test_an_unknown_profile_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="profile"):
        new_notice(profile="stamp")
