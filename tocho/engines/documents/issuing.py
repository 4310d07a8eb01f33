"""The self-made authority of a sample city or a test: root, certificates, revocation list (RFC 5280)."""

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tocho.engines.documents.certificates import DISPOSITION, ORGANISATION, TIMESTAMP, folder

LEAF_YEARS = 5  # as LGPKI's 職責証明書
LIST_DAYS = 30  # how long a revocation list counts as fresh
CA_NAME = "バーチャル都庁 見本認証局"
LEAF_NAMES = {DISPOSITION: "東京都知事", ORGANISATION: "東京都", TIMESTAMP: "バーチャル都庁 見本時刻認証局"}
ORGANISATION_NAME = "バーチャル都庁（見本）"


def make(*, at: dt.datetime, into: Path | None = None, years: int = LEAF_YEARS) -> list[Path]:
    """Make the self-made CA, one certificate for each profile and one for the timestamp authority (P-256).

    ``years`` is how long a certificate lasts; the CA lasts twice as long. Files that exist are left alone, so a
    second call makes nothing and a deleted certificate is made anew. A missing or old revocation list is written.
    Returns the files written; private keys have mode 0600.
    """
    into = into or folder()
    (into / "trust").mkdir(parents=True, exist_ok=True, mode=0o700)
    made: list[Path] = []
    if not _is_ours(into):
        ca, ca_key = _issue(CA_NAME, at=at, years=2 * years)
        made += _write(into / "trust/ca.pem", [ca]) + _write_key(into / "ca.key", ca_key)
    ca, ca_key = _authority(into)
    for name, title in LEAF_NAMES.items():
        if not (into / f"{name}.pem").exists():
            leaf, key = _issue(title, at=at, years=years, by=(ca, ca_key), stamps=name == TIMESTAMP)
            made += _write_key(into / f"{name}.key", key) + _write(into / f"{name}.pem", [leaf])
    if not (into / "timestamp-trust").exists():
        (into / "timestamp-trust").mkdir(mode=0o700)
        made += _write(into / "timestamp-trust/ca.pem", [ca])
    return made + publish_list(at=at, into=into, only_when_old=True)


def revoke(*names: str, at: dt.datetime, into: Path | None = None) -> list[Path]:
    """Put the certificates ``NAME.pem`` of our own authority on its revocation list, from ``at`` on."""
    into = into or folder()
    serials = {x509.load_pem_x509_certificate((into / f"{name}.pem").read_bytes()).serial_number for name in names}
    return publish_list(at=at, into=into, revoked=dict.fromkeys(serials, at))


def publish_list(
    *,
    at: dt.datetime,
    into: Path | None = None,
    revoked: Mapping[int, dt.datetime] | None = None,
    only_when_old: bool = False,
) -> list[Path]:
    """Sign the revocation list of our own authority anew with what it listed already and ``revoked`` (serial → moment).

    Does nothing where the authority is somebody else's, or, ``only_when_old``, while the list has half its life left.
    """
    into = into or folder()
    path = into / "crl/ca.crl"
    if not _is_ours(into):
        return []
    ca, key = _authority(into)
    old = x509.load_pem_x509_crl(path.read_bytes()) if path.exists() else None
    if old is not None and not old.is_signature_valid(ca.public_key()):  # type: ignore[arg-type]
        old = None  # of an authority that was here before
    fresh = old.next_update_utc if old is not None else None  # an empty list is false
    if only_when_old and fresh is not None and fresh > at + dt.timedelta(days=LIST_DAYS / 2):
        return []
    listed = {one.serial_number: one.revocation_date_utc for one in (old if old is not None else ())}
    number = 1 + (old.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number if old is not None else 0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.subject)
        .last_update(at - dt.timedelta(minutes=5))
        .next_update(at + dt.timedelta(days=LIST_DAYS))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for serial, moment in ({**(revoked or {}), **listed}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
        builder = builder.add_revoked_certificate(entry.build())
    path.parent.mkdir(exist_ok=True, mode=0o700)
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return [path]


def _is_ours(into: Path) -> bool:
    return (into / "ca.key").exists() and (into / "trust/ca.pem").exists()


def _authority(into: Path) -> tuple[x509.Certificate, Any]:
    ca = x509.load_pem_x509_certificate((into / "trust/ca.pem").read_bytes())
    return ca, load_pem_private_key((into / "ca.key").read_bytes(), None)


def _issue(
    name: str, *, at: dt.datetime, years: int, by: tuple[x509.Certificate, Any] | None = None, stamps: bool = False
) -> tuple[x509.Certificate, Any]:
    """A fresh key and its certificate: a root when ``by`` is None, otherwise signed by (certificate, key)."""
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
    builder = (
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
    )
    if stamps:  # RFC 3161 section 2.3: this use alone, and critical
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256()), key


def _key_usage(*, root: bool) -> x509.KeyUsage:
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


def _write(path: Path, certificates: Iterable[x509.Certificate]) -> list[Path]:
    path.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))
    return [path]


def _write_key(path: Path, key: Any) -> list[Path]:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return [path]
