"""Fetching the revocation lists of other people's authorities, so that they can be put into documents (RFC 5280)."""

import hashlib
import logging
import urllib.request
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings

from tocho.engines.documents import certificates

MAX_LIST = 20 * 1024 * 1024
logger = logging.getLogger(__name__)


def fetch_lists() -> list[Path]:
    """Fetch the list of each distribution point in our certificates; the paths of those that were written."""
    folder = certificates.folder()
    files = [*folder.glob("*.pem"), *(folder / "trust").glob("*.pem"), *(folder / "timestamp-trust").glob("*.pem")]
    addresses = {address for path in files for one in certificates.load(path) for address in _addresses(one)}
    return [path for address in sorted(addresses) if (path := _fetch(address, folder / "crl")) is not None]


def _addresses(certificate: Any) -> list[str]:
    points = certificate.crl_distribution_points
    return [point.url for point in points if point.url and point.url.startswith(("http://", "https://"))]


def _fetch(address: str, folder: Path) -> Path | None:
    try:
        with urllib.request.urlopen(address, timeout=settings.TIMESTAMP_TIMEOUT) as answer:  # noqa: S310 - http(s) only
            text = answer.read(MAX_LIST)
        found = x509.load_pem_x509_crl(text) if text.startswith(b"-----") else x509.load_der_x509_crl(text)
    except (OSError, ValueError) as error:
        logger.warning("the revocation list at %s could not be fetched: %s", address, error)
        return None
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.crl"
    fresh = path.with_suffix(".new")
    fresh.write_bytes(text)
    fresh.replace(path)
    logger.info("revocation list of %s fetched", found.issuer.rfc4514_string())
    return path
