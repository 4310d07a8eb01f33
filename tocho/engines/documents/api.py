"""Documents that prove themselves: render, sign, verify. The only door; typst and pyHanko load at the first use."""

import datetime as dt

from django.conf import settings

from tocho.engines.documents.certificates import (
    DISPOSITION,
    ORGANISATION,
    PROFILES,
    CertificateError,
    revocation_list,
    root_pem,
)
from tocho.engines.documents.qr import qr_svg
from tocho.engines.documents.rendering import RenderError, render
from tocho.engines.documents.results import ArchiveError, NotArchivable, Problem, Signed, Verdict
from tocho.engines.documents.sketch import Fault, Sketch, render_apart, sketch

__all__ = [
    "DISPOSITION",
    "ORGANISATION",
    "PROFILES",
    "ArchiveError",
    "CertificateError",
    "Fault",
    "NotArchivable",
    "Problem",
    "RenderError",
    "Signed",
    "Sketch",
    "Verdict",
    "archive",
    "archives",
    "make_certificates",
    "qr_svg",
    "refresh_revocations",
    "render",
    "render_apart",
    "revocation_list",
    "root_pem",
    "sign",
    "sketch",
    "verify",
    "verify_apart",
]


def sign(pdf: bytes, *, profile: str, reason: str, at: dt.datetime) -> Signed:
    """Sign a fresh PDF with the certificate of a profile (``DISPOSITION`` or ``ORGANISATION``).

    ``reason`` stands in the signature for readers such as Adobe Reader; ``at`` is the claimed time of signing.
    The level is B-B; ``archive`` makes it last, later and as often as needed.

    :raises CertificateError: when the profile has no certificate or no key.
    """
    from tocho.engines.documents import signing

    return signing.sign(pdf, profile=profile, reason=reason, at=at)


def archive(pdf: bytes, *, at: dt.datetime) -> Signed:
    """Add what makes the signature of a whole document of ours last (PAdES B-LTA): proofs and a document timestamp.

    On a document that has them already this is the renewal: another timestamp over everything.

    :raises ArchiveError: without a timestamp service, or when it fails; ``NotArchivable`` for a document that is not
        whole and ours.
    """
    from tocho.engines.documents import archiving

    return archiving.archive(pdf, at=at)


def archives() -> bool:
    """Whether a timestamp service is configured and believed, so that signatures can be made to last."""
    return bool(settings.TIMESTAMP_URL) and bool(list((settings.CERTIFICATES_DIR / "timestamp-trust").glob("*.pem")))


def refresh_revocations(*, at: dt.datetime) -> list[str]:
    """Sign the revocation list of a self-made authority anew before it gets old, and fetch those of the others.

    Others are asked at the addresses in our certificates (CRL distribution points); one that fails keeps its former
    list and is logged. Returns the paths written.
    """
    from tocho.engines.documents import issuing, revocation

    written = [*issuing.publish_list(at=at, only_when_old=True), *revocation.fetch_lists()]
    return [str(path) for path in written]


def verify(pdf: bytes, *, at: dt.datetime) -> Verdict:
    """Judge any bytes: signed by us, whole, and nothing added since? Never raises; rubbish has its own verdicts.

    ``at`` is the moment of the question: a certificate that has expired by then needs a trusted timestamp.
    The caller limits the size. For what strangers bring there is ``verify_apart``.
    """
    from tocho.engines.documents import verification

    return verification.verify(pdf, at=at)


def verify_apart(pdf: bytes, *, at: dt.datetime) -> Verdict:
    """``verify`` in a process of its own, half a second more: a hostile file has 20 seconds and 1.5 GB, and is
    "unreadable" when it wants more."""
    from tocho.engines.documents import apart

    return apart.judge(pdf, at=at)


def make_certificates(*, at: dt.datetime) -> list[str]:
    """Make what is missing of the self-made CA and the profiles' certificates; returns the paths written."""
    from tocho.engines.documents import issuing

    return [str(path) for path in issuing.make(at=at)]
