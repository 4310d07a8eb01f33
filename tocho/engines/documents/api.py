"""Documents that prove themselves: render, sign, verify. The only door; typst and pyHanko load at the first use."""

import datetime as dt

from tocho.engines.documents.certificates import (
    DISPOSITION,
    ORGANISATION,
    PROFILES,
    CertificateError,
    root_pem,
)
from tocho.engines.documents.qr import qr_svg
from tocho.engines.documents.rendering import RenderError, render
from tocho.engines.documents.results import Problem, Signed, Verdict
from tocho.engines.documents.sketch import Fault, Sketch, sketch

__all__ = [
    "DISPOSITION",
    "ORGANISATION",
    "PROFILES",
    "CertificateError",
    "Fault",
    "Problem",
    "RenderError",
    "Signed",
    "Sketch",
    "Verdict",
    "make_certificates",
    "qr_svg",
    "render",
    "root_pem",
    "sign",
    "sketch",
    "verify",
]


def sign(pdf: bytes, *, profile: str, reason: str, at: dt.datetime) -> Signed:
    """Sign a fresh PDF with the certificate of a profile (``DISPOSITION`` or ``ORGANISATION``).

    ``reason`` stands in the signature for readers such as Adobe Reader; ``at`` is the claimed time of signing.
    A timestamp service that fails costs the level and not the signature: the result is B-B and the log says so.

    :raises CertificateError: when the profile has no certificate or no key.
    """
    from tocho.engines.documents import signing

    return signing.sign(pdf, profile=profile, reason=reason, at=at)


def verify(pdf: bytes, *, at: dt.datetime) -> Verdict:
    """Judge any bytes: signed by us, whole, and nothing added since? Never raises; rubbish has its own verdicts.

    ``at`` is the moment of the question: a certificate that has expired by then needs a trusted timestamp.
    The caller limits the size.
    """
    from tocho.engines.documents import verification

    return verification.verify(pdf, at=at)


def make_certificates(*, at: dt.datetime) -> list[str]:
    """Make what is missing of the self-made CA and the profiles' certificates; returns the paths written."""
    from tocho.engines.documents import certificates

    return [str(path) for path in certificates.make(at=at)]
