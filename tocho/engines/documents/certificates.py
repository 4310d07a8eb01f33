"""The certificates that seal documents, and those that are trusted when a document is checked.

One folder (``settings.CERTIFICATES_DIR``), plain PEM files:

====================== ============================================================================================
``PROFILE.pem``        the certificate that signs for a profile, followed by its intermediates
``PROFILE.key``        its private key (PKCS#8, mode 0600); absent where the key lives in a PKCS#11 token
``trust/*.pem``        root certificates whose documents count as ours
``timestamp-trust/*``  root certificates of the timestamp authorities that are believed
``ca.key``             the key of the self-made CA of a sample city; a real installation has none
====================== ============================================================================================
"""

import datetime as dt
import functools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

DISPOSITION = "disposition"  # 職責証明書: seals dispositions in the name of the office that decided
ORGANISATION = "organisation"  # the organisation's own seal, for notices of fact
PROFILES = (DISPOSITION, ORGANISATION)
LEAF_YEARS = 5  # as LGPKI's 職責証明書
CA_NAME = "バーチャル都庁 見本認証局"
LEAF_NAMES = {DISPOSITION: "東京都知事", ORGANISATION: "東京都"}
ORGANISATION_NAME = "バーチャル都庁（見本）"


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


def load(*paths: Path) -> list[Any]:
    """Certificates (asn1crypto) of PEM files, in order; a missing file counts as empty."""
    from asn1crypto import pem, x509  # type: ignore[import-untyped]

    return [
        x509.Certificate.load(der)
        for path in paths
        if path.exists()
        for _, _, der in pem.unarmor(path.read_bytes(), multiple=True)
    ]


def make(*, at: dt.datetime, into: Path | None = None, years: int = LEAF_YEARS) -> list[Path]:
    """Make the self-made CA and one certificate for each profile (P-256), for a sample city or a test.

    ``years`` is how long a signing certificate lasts; the CA lasts twice as long. Files that exist are left alone, so a
    second call makes nothing and a deleted certificate is made anew.
    Returns the files written; private keys have mode 0600.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    into = into or folder()
    (into / "trust").mkdir(parents=True, exist_ok=True, mode=0o700)
    made: list[Path] = []
    ca_file, ca_key_file = into / "trust/ca.pem", into / "ca.key"
    if ca_file.exists() and ca_key_file.exists():
        ca = x509.load_pem_x509_certificate(ca_file.read_bytes())
        ca_key: Any = serialization.load_pem_private_key(ca_key_file.read_bytes(), None)
    else:
        ca, ca_key = _issue(CA_NAME, at=at, years=2 * years)
        made += _write(ca_file, [ca]) + _write_key(ca_key_file, ca_key)
    for profile in PROFILES:
        if not (into / f"{profile}.pem").exists():
            leaf, key = _issue(LEAF_NAMES[profile], at=at, years=years, by=(ca, ca_key))
            made += _write(into / f"{profile}.pem", [leaf]) + _write_key(into / f"{profile}.key", key)
    return made


def _issue(name: str, *, at: dt.datetime, years: int, by: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
    """A fresh key and its certificate: a root when ``by`` is None, otherwise signed by (certificate, key)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    issuer, issuer_key = (by[0].subject, by[1]) if by else (subject, key)
    root = by is None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(minutes=5))
        .not_valid_after(at + dt.timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), critical=True)
        .add_extension(_key_usage(root=root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    ), key


def _key_usage(*, root: bool) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, certificates: Iterable[Any]) -> list[Path]:
    from cryptography.hazmat.primitives.serialization import Encoding

    path.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))
    return [path]


def _write_key(path: Path, key: Any) -> list[Path]:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return [path]
