import stat
from pathlib import Path

import pytest

from tocho.engines.documents import issuing
from tocho.engines.documents.api import CertificateError, sign, verify
from tocho.engines.documents.tests.conftest import AT


def test_private_keys_are_for_their_owner_only(certificate_folder: Path) -> None:
    keys = list(certificate_folder.glob("*.key"))
    assert {path.name for path in keys} == {"ca.key", "disposition.key", "organisation.key", "timestamp.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_certificates_are_made_once_and_a_lost_one_anew(own_folder: Path) -> None:
    issuing.make(at=AT)
    assert issuing.make(at=AT) == []
    (own_folder / "organisation.pem").unlink()
    assert {path.name for path in issuing.make(at=AT)} == {"organisation.pem", "organisation.key"}


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
    issuing.make(at=AT)
    second = verify(sign(plain, profile="disposition", reason="交付", at=AT).pdf, at=AT)
    assert second.ok
    assert second.certificate_sha256 != first.certificate_sha256
