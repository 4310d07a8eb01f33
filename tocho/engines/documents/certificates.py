"""The certificates that seal documents, and those that are trusted when a document is checked.

One folder (``settings.CERTIFICATES_DIR``), plain PEM files:

====================== ============================================================================================
``PROFILE.pem``        the certificate that signs for a profile, followed by its intermediates
``PROFILE.key``        its private key (PKCS#8, mode 0600); absent where the key lives in a PKCS#11 token
``trust/*.pem``        root certificates whose documents count as ours
``timestamp-trust/*``  root certificates of the timestamp authorities that are believed
``crl/*.crl``          revocation lists of all these authorities (PEM or DER); each counts if its authority signed it
``timestamp.pem/.key`` the timestamp authority of a sample city (``doubles.tsa``)
``ca.key``             the key of the self-made CA of a sample city; a real installation has none
====================== ============================================================================================
"""

import datetime as dt
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

DISPOSITION = "disposition"  # 職責証明書: seals dispositions in the name of the office that decided
ORGANISATION = "organisation"  # the organisation's own seal, for notices of fact
PROFILES = (DISPOSITION, ORGANISATION)
TIMESTAMP = "timestamp"  # the sample city's own timestamp authority


class CertificateError(RuntimeError):
    """The certificate folder lacks a file that is needed; the message says which, and the command that makes it."""


@dataclass(frozen=True, eq=False)
class Credentials:
    """The certificate of one profile with its intermediates (asn1crypto), and its key file if it has one."""

    certificate: Any
    chain: tuple[Any, ...]
    key_file: Path | None


def folder() -> Path:
    return settings.CERTIFICATES_DIR


def credentials(profile: str) -> Credentials:
    """What signs for the profile; read from disk when its file has changed.

    :raises CertificateError: when its certificate file is not there.
    """
    path = folder() / f"{profile}.pem"
    try:
        return _credentials(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise CertificateError(f"{path} is missing; run manage.py make_certificates") from error


@functools.lru_cache(maxsize=8)
def _credentials(path: Path, changed: int) -> Credentials:
    certificate, *chain = load(path)
    key_file = path.with_suffix(".key")
    return Credentials(certificate, tuple(chain), key_file if key_file.exists() else None)


def trusted_roots() -> list[Any]:
    """Roots below which a signature is ours; empty before make_certificates."""
    return load(*sorted((folder() / "trust").glob("*.pem")))


def trusted_timestamp_roots() -> list[Any]:
    """Roots of the timestamp authorities we believe; empty where none is used."""
    return load(*sorted((folder() / "timestamp-trust").glob("*.pem")))


def root_pem() -> bytes | None:
    """The PEM text of our roots, for people who check a document by themselves; None before make_certificates."""
    return b"".join(path.read_bytes() for path in sorted((folder() / "trust").glob("*.pem"))) or None


def revocation_list() -> bytes | None:
    """The revocation list of our own authority as DER (RFC 5280 section 5), or None without one."""
    from asn1crypto import pem  # type: ignore[import-untyped]

    path = folder() / "crl/ca.crl"
    return pem.unarmor(path.read_bytes())[2] if path.exists() else None


def load(*paths: Path) -> list[Any]:
    """Certificates (asn1crypto) of PEM files, in order; a missing file counts as empty."""
    from asn1crypto import pem, x509

    return [
        x509.Certificate.load(der)
        for path in paths
        if path.exists()
        for _, _, der in pem.unarmor(path.read_bytes(), multiple=True)
    ]


@dataclass(frozen=True, eq=False)
class RevocationLists:
    """What the authorities we know have taken back, and the lists themselves (asn1crypto) to embed in documents."""

    lists: tuple[Any, ...]
    revoked: dict[tuple[bytes, int], dt.datetime]  # (issuer's name as DER, serial number) → moment

    def moment(self, certificate: Any) -> dt.datetime | None:
        """When a certificate (asn1crypto) was revoked, or None."""
        return self.revoked.get((certificate.issuer.dump(), certificate.serial_number))

    def about(self, certificates: list[Any]) -> list[Any]:
        """The lists of those who issued these certificates."""
        issuers = {certificate.issuer.dump() for certificate in certificates}
        return [one for one in self.lists if one.issuer.dump() in issuers]


def revocation_lists() -> RevocationLists:
    """The lists of ``crl/`` that a trusted authority signed; read anew when a file has changed."""
    paths = sorted((folder() / "crl").glob("*.crl"))
    return _revocation_lists(tuple((path, path.stat().st_mtime_ns) for path in paths))


@functools.lru_cache(maxsize=4)
def _revocation_lists(files: tuple[tuple[Path, int], ...]) -> RevocationLists:
    from asn1crypto import crl
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    roots = [x509.load_der_x509_certificate(root.dump()) for root in [*trusted_roots(), *trusted_timestamp_roots()]]
    issuers = {root.subject.public_bytes(): root.public_key() for root in [*roots, *_intermediates()]}
    lists: list[Any] = []
    revoked: dict[tuple[bytes, int], dt.datetime] = {}
    for path, _ in files:
        text = path.read_bytes()
        found = x509.load_pem_x509_crl(text) if text.startswith(b"-----") else x509.load_der_x509_crl(text)
        issuer = found.issuer.public_bytes()
        if issuer not in issuers or not found.is_signature_valid(issuers[issuer]):
            continue
        lists.append(crl.CertificateList.load(found.public_bytes(Encoding.DER)))
        revoked |= {(issuer, one.serial_number): one.revocation_date_utc for one in found}
    return RevocationLists(tuple(lists), revoked)


def _intermediates() -> list[Any]:
    """The authorities between root and signing certificate, as the profiles' files carry them."""
    from cryptography import x509

    paths = [path for profile in PROFILES if (path := folder() / f"{profile}.pem").exists()]
    return [one for path in paths for one in x509.load_pem_x509_certificates(path.read_bytes())[1:]]
