"""Judging a PDF: is it signed by us, whole, and is nothing added since?

The judgement is pyHanko's ``bottom_line`` plus coverage of the whole file. The second matters: other tools call a page
that was replaced by an incremental update "valid" and add only that not the total document is signed.
"""

import asyncio
import datetime as dt
import io
import logging
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tocho.engines.documents import certificates
from tocho.engines.documents.results import Problem, Verdict

HEADER_WITHIN = 1024  # bytes; readers accept a PDF header that far into a file
logger = logging.getLogger(__name__)


def verify(pdf: bytes, *, at: dt.datetime) -> Verdict:
    """See ``api.verify``."""
    if b"%PDF-" not in pdf[:HEADER_WITHIN]:
        return Verdict(ok=False, problem="not_pdf")
    if b"/ByteRange" not in pdf:  # every signature has one in plain text; saves parsing what cannot be signed
        return Verdict(ok=False, problem="unsigned")
    try:
        return _verify(pdf, at=at)
    except Exception as error:  # hostile input by definition: whatever a parser trips over is "unreadable"
        logger.info("unreadable PDF: %s: %s", type(error).__name__, error)
        return Verdict(ok=False, problem="unreadable")


def _verify(pdf: bytes, *, at: dt.datetime) -> Verdict:
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    if not signatures:
        return Verdict(ok=False, problem="unsigned")
    signature = signatures[0]  # ours is the first and, in a whole file, the only one
    status = _judge(signature, at=at)
    timestamp = status.timestamp_validity
    if _expired(status) and timestamp is not None and timestamp.valid and timestamp.trusted:
        status = _judge(signature, at=timestamp.timestamp)
    problem = _problem(status)
    certificate = status.signing_cert
    name: dict[str, Any] = certificate.subject.native
    return Verdict(
        ok=problem is None,
        problem=problem,
        signer=str(name.get("common_name", "")),
        organisation=str(name.get("organization_name", "")),
        certificate_sha256=certificate.sha256.hex(),
        signed_at=timestamp.timestamp if timestamp is not None else signature.self_reported_timestamp,
        timestamped=timestamp is not None and timestamp.valid and timestamp.trusted,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signed_length=int(signature.byte_range[-2]) + int(signature.byte_range[-1]),
    )


def _judge(signature: EmbeddedPdfSignature, *, at: dt.datetime) -> PdfSignatureStatus:
    """pyHanko's status as of a moment. Later revisions are not analysed: any of them is a failure here."""

    def context(roots: list[Any]) -> ValidationContext:
        return ValidationContext(trust_roots=roots, allow_fetching=False, moment=at)

    return asyncio.run(
        async_validate_pdf_signature(
            signature,
            signer_validation_context=context(certificates.trusted_roots()),
            ts_validation_context=context(certificates.trusted_timestamp_roots()),
            skip_diff=True,
        )
    )


def _expired(status: PdfSignatureStatus) -> bool:
    return status.trust_problem_indic == AdESIndeterminate.OUT_OF_BOUNDS_NO_POE


def _problem(status: PdfSignatureStatus) -> Problem | None:
    if not (status.intact and status.valid):
        return "altered"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return "extended"
    if _expired(status):
        return "expired"
    return None if status.bottom_line else "untrusted"
