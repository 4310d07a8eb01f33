from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from pytest_django import Settings

from tocho.core.files import api as files
from tocho.core.ledger.api import entries_of
from tocho.engines.documents import api as documents
from tocho.engines.documents import issuing
from tocho.modules.notices import actions, tasks
from tocho.modules.notices.actions.timestamps import AT_ONCE
from tocho.modules.notices.models import Notice, NoticeCopy
from tocho.modules.notices.queries import answer_to_file
from tocho.modules.notices.tests.factories import SUBJECT, new_notice

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def sealed(now: datetime, **changes: object) -> Notice:
    notice = new_notice(at=now, **changes)
    actions.seal_notice(notice_id=notice.id, at=now)
    notice.refresh_from_db()
    return notice


def pdf_of(notice: Notice) -> bytes:
    notice.refresh_from_db()
    assert notice.file_id is not None
    with files.open_file(notice.file_id) as file:
        return file.read()


def archive(notice: Notice, at: datetime) -> bool:
    done = actions.archive_notice(notice_id=notice.id, at=at)
    notice.refresh_from_db()
    return done


def test_without_an_authority_a_signature_stays_b_b_and_nothing_is_asked(now: datetime, run_jobs) -> None:  # type: ignore[no-untyped-def]
    notice = sealed(now)
    run_jobs()
    tasks.look_for_renewals(timestamp=int(now.timestamp()))
    assert actions.renew_timestamps(at=now) == 0
    notice.refresh_from_db()
    assert (notice.signature_level, notice.renew_at) == ("B-B", now)


def test_a_sealed_notice_gets_its_timestamp_from_a_job(now: datetime, stamps: str, run_jobs) -> None:  # type: ignore[no-untyped-def]
    notice = new_notice(at=now)
    run_jobs()
    notice.refresh_from_db()
    assert (notice.signature_level, notice.timestamp_hash) == ("B-LTA", "sha256")
    assert notice.provable_until is not None
    assert notice.renew_at is not None
    assert notice.provable_until - notice.renew_at == timedelta(days=180)
    assert [one.kind for one in entries_of(SUBJECT)][-1] == "notice.archived"


def test_the_copy_that_was_downloaded_before_stays_genuine(now: datetime, stamps: str) -> None:
    notice = sealed(now)
    first = pdf_of(notice)
    assert archive(notice, now)
    second = pdf_of(notice)
    assert second.startswith(first)
    assert second != first
    for copy in (first, second):
        answer = answer_to_file(copy, at=now)
        assert (answer.kind, answer.notice and answer.notice.code) == ("valid", notice.code)


def test_a_former_copy_that_was_changed_names_the_original(now: datetime, stamps: str) -> None:
    notice = sealed(now)
    first = pdf_of(notice)
    archive(notice, now)
    answer = answer_to_file(first + b"\n% more", at=now)
    assert (answer.kind, answer.notice and answer.notice.code) == ("altered", notice.code)


def test_archiving_twice_changes_nothing(now: datetime, stamps: str) -> None:
    notice = sealed(now)
    assert [archive(notice, now), archive(notice, now)] == [True, False]
    assert NoticeCopy.objects.filter(notice=notice).count() == 1


def test_a_renewal_is_due_before_the_timestamp_gets_old_and_when_the_hash_changes(
    now: datetime, stamps: str, settings: Settings
) -> None:
    notice = sealed(now)
    archive(notice, now)
    first = pdf_of(notice)
    assert notice.renew_at is not None
    assert not archive(notice, notice.renew_at - HOUR)
    assert archive(notice, notice.renew_at)
    settings.TIMESTAMP_HASH = "sha512"
    assert archive(notice, now + HOUR)
    assert notice.timestamp_hash == "sha512"
    assert NoticeCopy.objects.filter(notice=notice, sha256=sha256(first).digest()).exists()
    assert answer_to_file(pdf_of(notice), at=now).kind == "valid"


def test_a_failing_authority_changes_nothing(now: datetime, stamps: str, settings: Settings) -> None:
    notice = sealed(now)
    before = pdf_of(notice)
    settings.TIMESTAMP_URL = f"{stamps}lie/down"
    with pytest.raises(documents.ArchiveError):
        actions.archive_notice(notice_id=notice.id, at=now)
    assert pdf_of(notice) == before
    assert actions.due_for_timestamp(at=now).filter(id=notice.id).exists()


def test_a_file_that_cannot_be_archived_waits_for_a_person(now: datetime, stamps: str) -> None:
    notice = sealed(now)
    late = now + 40 * YEAR  # nobody came in time: the certificate has expired
    assert not archive(notice, late)
    assert (notice.renew_at, "expired" in notice.problem) == (None, True)
    assert answer_to_file(pdf_of(notice), at=late).kind == "registered"


def test_a_revoked_certificate_is_told_of_and_the_timestamp_holds(
    now: datetime, stamps: str, own_certificates: None
) -> None:
    notice, unstamped = sealed(now), sealed(now, decision_id=8)
    archive(notice, now)
    issuing.revoke("disposition", at=now + HOUR)
    later = now + 2 * HOUR
    assert answer_to_file(pdf_of(notice), at=later).kind == "timestamped"
    assert answer_to_file(pdf_of(unstamped), at=later).kind == "registered"


def test_a_forgery_with_a_stolen_key_is_told(now: datetime, own_certificates: None) -> None:
    issuing.revoke("disposition", at=now - HOUR)
    plain = actions.document_of(new_notice(at=now))
    forged = documents.sign(plain, profile="disposition", reason="偽", at=now - YEAR).pdf
    answer = answer_to_file(forged, at=now)
    assert (answer.kind, answer.notice) == ("withdrawn", None)


def test_the_renewal_makes_way_and_goes_on(now: datetime, stamps: str, run_jobs) -> None:  # type: ignore[no-untyped-def]
    notice = sealed(now)
    others = [sealed(now, decision_id=number) for number in range(100, 100 + AT_ONCE)]
    assert actions.renew_timestamps(at=now) == AT_ONCE
    assert actions.due_for_timestamp(at=now).count() == 1
    run_jobs()
    assert actions.due_for_timestamp(at=now).count() == 0
    assert Notice.objects.filter(signature_level="B-LTA").count() == len([notice, *others])


def test_an_erased_notice_is_not_renewed(now: datetime, stamps: str) -> None:
    notice = sealed(now)
    actions.erase_notices(subject=SUBJECT, at=now)
    assert not archive(notice, now)
