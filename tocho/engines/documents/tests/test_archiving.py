import datetime as dt
import io
import shutil
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pytest_django import Settings

from tocho.engines.documents import archiving, issuing
from tocho.engines.documents.api import ArchiveError, Verdict, archive, archives, refresh_revocations, sign, verify
from tocho.engines.documents.tests.authority import timestamp_authority
from tocho.engines.documents.timestamps import timestamper

DAY = dt.timedelta(days=1)
YEAR = dt.timedelta(days=365)


@pytest.fixture
def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def signed(plain: bytes, now: dt.datetime) -> bytes:
    return sign(plain, profile="disposition", reason="交付", at=now).pdf


def turned(pdf: bytes) -> bytes:
    """The file with its page turned by an update after signing."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(180)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def stamped_by_anybody(pdf: bytes) -> bytes:
    """What anybody can have from a timestamp authority: it stamps whatever it is shown."""
    stamper = timestamper()
    assert stamper is not None
    return archiving.asyncio.run(archiving._archive(pdf, stamper))


def test_archive_timestamps_are_no_alteration(signed: bytes, stamps: str, now: dt.datetime) -> None:
    archived = archive(signed, at=now)
    verdict = verify(archived.pdf, at=now)
    assert (archived.level, archived.hash) == ("B-LTA", "sha256")
    assert archived.pdf.startswith(signed)
    assert verdict.ok
    assert verdict.archived
    assert verdict.timestamped
    assert verdict.covers_whole_file
    assert verdict.signed_length == len(signed)


def test_a_renewal_stamps_over_everything_with_another_hash(
    signed: bytes, stamps: str, settings: Settings, now: dt.datetime
) -> None:
    first = archive(signed, at=now).pdf
    settings.TIMESTAMP_HASH = "sha512"
    second = archive(first, at=now)
    assert second.hash == "sha512"
    assert second.pdf.startswith(first)
    assert verify(second.pdf, at=now).ok


def test_the_proofs_are_inside(signed: bytes, stamps: str, now: dt.datetime) -> None:
    archived = archive(signed, at=now).pdf
    assert b"/DSS" in archived
    assert b"/CRLs" in archived
    assert b"/Certs" in archived


def test_an_update_that_somebody_had_stamped_is_an_alteration(signed: bytes, stamps: str, now: dt.datetime) -> None:
    archived = archive(signed, at=now).pdf
    for changed in (turned(signed), turned(archived)):
        assert verify(changed, at=now).problem == "extended"
        assert verify(stamped_by_anybody(changed), at=now).problem == "extended"
        with pytest.raises(ArchiveError, match="extended"):
            archive(changed, at=now)
    assert verify(archived + b"\n% more", at=now).problem == "extended"


def test_an_unsigned_document_is_not_archived(plain: bytes, stamps: str, now: dt.datetime) -> None:
    with pytest.raises(ArchiveError, match="unsigned"):
        archive(plain, at=now)


@pytest.mark.parametrize("lie", ["nonce", "imprint", "down"])
def test_a_wrong_answer_of_the_authority_is_refused(
    signed: bytes, stamps: str, settings: Settings, now: dt.datetime, lie: str
) -> None:
    settings.TIMESTAMP_URL = f"{stamps}lie/{lie}"
    with pytest.raises(ArchiveError, match="failed"):
        archive(signed, at=now)


def test_a_hash_that_the_authority_does_not_know_is_refused(
    signed: bytes, stamps: str, settings: Settings, now: dt.datetime
) -> None:
    settings.TIMESTAMP_HASH = "sha1"
    with pytest.raises(ArchiveError, match="bad_alg"):
        archive(signed, at=now)


def test_another_authority_counts_once_its_root_is_believed(
    own_folder: Path, plain: bytes, settings: Settings, now: dt.datetime
) -> None:
    signed = sign(plain, profile="organisation", reason="交付", at=now).pdf
    with timestamp_authority(own_folder) as url:
        settings.TIMESTAMP_URL = url
        with pytest.raises(ArchiveError, match="not one we trust"):
            archive(signed, at=now)
        shutil.copy(own_folder / "tsa.pem", own_folder / "timestamp-trust/tsa.pem")
        assert verify(archive(signed, at=now).pdf, at=now).archived


def test_without_an_authority_or_its_root_nothing_is_asked(
    own_folder: Path, signed: bytes, settings: Settings, now: dt.datetime
) -> None:
    assert not archives()
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert archives()
    shutil.rmtree(own_folder / "timestamp-trust")
    assert not archives()
    with pytest.raises(ArchiveError, match="no timestamp service"):
        archive(signed, at=now)


# --- the certificate ends ------------------------------------------------------------------------------------------


@pytest.fixture
def short(own_folder: Path, plain: bytes, stamps: str, now: dt.datetime) -> bytes:
    """Signed with a certificate that ends tomorrow; the timestamp authority's lasts for decades."""
    (own_folder / "disposition.pem").unlink()
    issuing.make(at=now - 5 * YEAR + DAY, into=own_folder, years=5)
    return sign(plain, profile="disposition", reason="交付", at=now).pdf


def said(pdf: bytes, at: dt.datetime) -> tuple[bool, str | None, str]:
    verdict: Verdict = verify(pdf, at=at)
    return verdict.ok, verdict.problem, verdict.certificate_ended


def test_a_timestamp_outlives_the_certificate(short: bytes, now: dt.datetime) -> None:
    archived = archive(short, at=now).pdf
    assert said(short, now) == said(archived, now) == (True, None, "")
    assert said(short, now + 3 * DAY) == (False, "expired", "expired")
    assert said(archived, now + 3 * DAY) == (True, None, "expired")


def test_a_timestamp_that_nobody_renewed_proves_nothing(short: bytes, now: dt.datetime) -> None:
    archived = archive(short, at=now).pdf
    assert said(archived, now + 40 * YEAR) == (False, "expired", "expired")


def test_a_revoked_certificate_counts_for_what_was_stamped_before(
    own_folder: Path, short: bytes, now: dt.datetime
) -> None:
    archived = archive(short, at=now).pdf
    issuing.revoke("disposition", at=now + dt.timedelta(hours=1), into=own_folder)
    later = now + dt.timedelta(hours=2)
    assert said(archived, later) == (True, None, "revoked")
    assert said(short, later) == (False, "revoked", "revoked")


def test_what_was_stamped_after_the_revocation_does_not_count(own_folder: Path, short: bytes, now: dt.datetime) -> None:
    archived = archive(short, at=now).pdf
    issuing.revoke("disposition", at=now - dt.timedelta(hours=1), into=own_folder)
    assert said(archived, now) == (False, "revoked", "revoked")
    with pytest.raises(ArchiveError, match="revoked"):
        archive(short, at=now)


def test_a_list_that_nobody_we_know_signed_is_ignored(own_folder: Path, short: bytes, now: dt.datetime) -> None:
    stranger = own_folder.parent / "stranger"
    issuing.make(at=now, into=stranger)
    shutil.copy(own_folder / "disposition.pem", stranger / "disposition.pem")
    issuing.revoke("disposition", at=now - DAY, into=stranger)
    shutil.copy(stranger / "crl/ca.crl", own_folder / "crl/theirs.crl")
    assert said(short, now) == (True, None, "")


def test_our_list_is_signed_anew_before_it_gets_old(own_folder: Path, now: dt.datetime) -> None:
    assert len(refresh_revocations(at=now)) == 1  # the test run's own is of 2020
    assert refresh_revocations(at=now) == []
    assert len(refresh_revocations(at=now + 20 * DAY)) == 1
