import datetime as dt
import shutil
import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from tocho.engines.documents import certificates
from tocho.engines.documents.api import CertificateError, sign, verify
from tocho.engines.documents.tests.authority import timestamp_authority
from tocho.engines.documents.tests.conftest import AT

SIX_YEARS = dt.timedelta(days=6 * 365)


@pytest.fixture
def own_folder(tmp_path: Path, certificate_folder: Path, settings: Settings) -> Path:
    """A copy of the certificates that the test may change."""
    folder = tmp_path / "own"
    shutil.copytree(certificate_folder, folder)
    settings.CERTIFICATES_DIR = folder
    return folder


def test_private_keys_are_for_their_owner_only(certificate_folder: Path) -> None:
    keys = list(certificate_folder.glob("*.key"))
    assert {path.name for path in keys} == {"ca.key", "disposition.key", "organisation.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_certificates_are_made_once_and_a_lost_one_anew(own_folder: Path) -> None:
    assert certificates.make(at=AT) == []
    (own_folder / "organisation.pem").unlink()
    assert {path.name for path in certificates.make(at=AT)} == {"organisation.pem", "organisation.key"}


@pytest.mark.parametrize(("profile", "signer"), [("disposition", "東京都知事"), ("organisation", "東京都")])
def test_each_profile_signs_with_its_own_certificate(plain: bytes, profile: str, signer: str) -> None:
    signed = sign(plain, profile=profile, reason="交付", at=AT)
    verdict = verify(signed.pdf, at=AT)
    assert (signed.level, verdict.ok, verdict.signer, verdict.signed_at) == ("B-B", True, signer, AT)


def test_the_archive_metadata_stays_as_it_was(plain: bytes) -> None:
    signed = sign(plain, profile="disposition", reason="交付", at=AT).pdf
    assert signed.startswith(plain)
    assert signed.count(b"<pdfaid:part>") == 1


def test_a_missing_certificate_is_named(own_folder: Path, plain: bytes) -> None:
    (own_folder / "disposition.pem").unlink()
    with pytest.raises(CertificateError, match="make_certificates"):
        sign(plain, profile="disposition", reason="交付", at=AT)


def test_a_renewed_certificate_is_used_without_a_restart(own_folder: Path, plain: bytes) -> None:
    first = verify(sign(plain, profile="disposition", reason="交付", at=AT).pdf, at=AT)
    (own_folder / "disposition.pem").unlink()
    certificates.make(at=AT)
    second = verify(sign(plain, profile="disposition", reason="交付", at=AT).pdf, at=AT)
    assert second.ok
    assert second.certificate_sha256 != first.certificate_sha256


def test_a_timestamp_outlives_the_certificate(own_folder: Path, plain: bytes, settings: Settings) -> None:
    now = dt.datetime.now(dt.UTC)
    for name in ("disposition.pem", "trust/ca.pem"):
        (own_folder / name).unlink()
    certificates.make(at=now)
    with timestamp_authority(own_folder) as url:
        (own_folder / "timestamp-trust").mkdir()
        shutil.copy(own_folder / "tsa.pem", own_folder / "timestamp-trust/tsa.pem")
        settings.TIMESTAMP_URL = url
        signed = sign(plain, profile="disposition", reason="交付", at=now)
    assert signed.level == "B-T"
    verdict = verify(signed.pdf, at=now + SIX_YEARS)
    assert (verdict.ok, verdict.timestamped) == (True, True)


def test_a_timestamp_failure_costs_the_level_and_not_the_signature(
    own_folder: Path, plain: bytes, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (own_folder / "timestamp-trust").mkdir()
    shutil.copy(own_folder / "trust/ca.pem", own_folder / "timestamp-trust/any.pem")
    with timestamp_authority(own_folder, broken=True) as url:
        settings.TIMESTAMP_URL = url
        signed = sign(plain, profile="disposition", reason="交付", at=AT)
    assert (signed.level, verify(signed.pdf, at=AT).ok) == ("B-B", True)
    assert "without a timestamp" in caplog.text


def test_a_timestamp_that_nobody_could_check_is_not_asked_for(plain: bytes, settings: Settings) -> None:
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert sign(plain, profile="disposition", reason="交付", at=AT).level == "B-B"
