"""Judging a PDF: is it signed by us, whole, and is nothing added since?

The judgement is pyHanko's ``bottom_line`` plus coverage of the whole file. The second matters: other tools call a page
that was replaced by an incremental update "valid" and add only that not the total document is signed. The one thing
that may be added is what makes a signature last: validation data and document timestamps (PAdES B-LTA).
"""

import asyncio
import datetime as dt
import io
import logging
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tocho.engines.documents import certificates
from tocho.engines.documents.apart import at_sight
from tocho.engines.documents.results import Ended, Problem, Verdict

logger = logging.getLogger(__name__)
logging.getLogger("pyhanko.sign.validation").setLevel(logging.ERROR)  # a stranger's file is no reason for a traceback


def verify(pdf: bytes, *, at: dt.datetime) -> Verdict:
    """See ``api.verify``."""
    if verdict := at_sight(pdf):
        return verdict
    try:
        return _verify(pdf, at=at)
    except Exception as error:  # hostile input by definition: whatever a parser trips over is "unreadable"
        logger.info("unreadable PDF: %s: %s", type(error).__name__, error)
        return Verdict(ok=False, problem="unreadable")


def _verify(pdf: bytes, *, at: dt.datetime) -> Verdict:
    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    signatures = [one for one in embedded if one.sig_object_type == "/Sig"]
    stamps = [one for one in embedded if one.sig_object_type == "/DocTimeStamp"]
    if not signatures:
        return Verdict(ok=False, problem="unsigned")
    signature = signatures[0]  # ours is the first and, in a whole file, the only one
    chain = asyncio.run(_chain(stamps, at=at))
    status = _judge(signature, at=chain.proven_at or at, archived=bool(stamps))
    timestamp = status.timestamp_validity
    trusted = timestamp is not None and timestamp.valid and timestamp.trusted
    if _expired(status) and timestamp is not None and trusted:
        status = _judge(signature, at=timestamp.timestamp, archived=bool(stamps))
    proven_at = timestamp.timestamp if timestamp is not None and trusted else chain.proven_at
    ended = _ended(status.signing_cert, at=at)
    whole = _is_whole(status, chain, alone=len(signatures) + len(stamps) == len(embedded) and len(signatures) == 1)
    problem = _problem(status, whole=whole) or _revoked(status.signing_cert, before=proven_at or at)
    certificate = status.signing_cert
    name: dict[str, Any] = certificate.subject.native
    return Verdict(
        ok=problem is None,
        problem=problem,
        signer=str(name.get("common_name", "")),
        organisation=str(name.get("organization_name", "")),
        certificate_sha256=certificate.sha256.hex(),
        signed_at=timestamp.timestamp if timestamp is not None else signature.self_reported_timestamp,
        timestamped=proven_at is not None,
        archived=bool(stamps) and whole,
        certificate_ended=ended,
        covers_whole_file=whole,
        signed_length=int(signature.byte_range[-2]) + int(signature.byte_range[-1]),
    )


@dataclass(frozen=True)
class _Chain:
    """Archive timestamps, judged from the newest to the oldest, each as of the time that the one after it proves.

    ``proven_at`` is the oldest one's time: then the signature existed, and what it rests on was in the file.
    """

    proven_at: dt.datetime | None = None
    covers_whole_file: bool = False
    holds: bool = True


async def _chain(stamps: list[EmbeddedPdfSignature], *, at: dt.datetime) -> _Chain:
    lists = certificates.revocation_lists()
    moment, covers = at, False
    for number, stamp in enumerate(reversed(stamps)):
        context = _context(certificates.trusted_timestamp_roots(), at=moment)
        status = await async_validate_pdf_timestamp(stamp, context, skip_diff=True)
        revoked = lists.moment(stamp.signer_cert)
        late = status.trust_problem_indic == AdESIndeterminate.OUT_OF_BOUNDS_NO_POE
        if not (status.intact and status.valid and (status.trusted or late)) or (revoked and revoked <= moment):
            return _Chain(holds=False)
        if number == 0:
            covers = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        if late:  # nobody renewed it in time: it proves nothing any more, and does no harm
            return _Chain(None, covers)
        moment = status.timestamp
    return _Chain(moment if stamps else None, covers)


def _context(roots: list[Any], *, at: dt.datetime) -> ValidationContext:
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=at)


def _judge(signature: EmbeddedPdfSignature, *, at: dt.datetime, archived: bool) -> PdfSignatureStatus:
    """pyHanko's status as of a moment. Later revisions are analysed only where archive timestamps explain them."""
    return asyncio.run(
        async_validate_pdf_signature(
            signature,
            signer_validation_context=_context(certificates.trusted_roots(), at=at),
            ts_validation_context=_context(certificates.trusted_timestamp_roots(), at=at),
            skip_diff=not archived,
        )
    )


def _is_whole(status: PdfSignatureStatus, chain: _Chain, *, alone: bool) -> bool:
    """Nothing was added since signing but proofs and timestamps over all of it."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    harmless = status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    return alone and harmless and chain.holds and chain.covers_whole_file


def _expired(status: PdfSignatureStatus) -> bool:
    return status.trust_problem_indic == AdESIndeterminate.OUT_OF_BOUNDS_NO_POE


def _problem(status: PdfSignatureStatus, *, whole: bool) -> Problem | None:
    if not (status.intact and status.valid):
        return "altered"
    if not whole:
        return "extended"
    if _expired(status):
        return "expired"
    return None if status.bottom_line else "untrusted"


def _revoked(certificate: Any, *, before: dt.datetime) -> Problem | None:
    """A signature counts unless its certificate was revoked before the time that is proven for it."""
    revoked = certificates.revocation_lists().moment(certificate)
    return "revoked" if revoked is not None and revoked <= before else None


def _ended(certificate: Any, *, at: dt.datetime) -> Ended:
    revoked = certificates.revocation_lists().moment(certificate)
    if revoked is not None and revoked <= at:
        return "revoked"
    return "expired" if certificate.not_valid_after < at else ""
