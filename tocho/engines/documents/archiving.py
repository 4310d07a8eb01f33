"""From a signature to PAdES B-LTA (ETSI EN 319 142-1 section 6.3): proofs and timestamps over all of it.

One incremental update holds what a checker will need in thirty years (certificates and revocation lists, in the
document security store) and a document timestamp over the file. A renewal is the same step once more, taken while
the newest timestamp can still be checked.
"""

import asyncio
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from tocho.engines.documents import certificates
from tocho.engines.documents.results import ArchiveError, NotArchivable, Signed
from tocho.engines.documents.signing import Writer
from tocho.engines.documents.timestamps import Timestamper, timestamper
from tocho.engines.documents.verification import verify

TIMESTAMP_ROOM = 8_192  # bytes kept for a token with its certificates


def archive(pdf: bytes, *, at: dt.datetime) -> Signed:
    """See ``api.archive``."""
    stamper = timestamper()
    if stamper is None:
        raise ArchiveError("no timestamp service is configured")
    verdict = verify(pdf, at=at)
    if not verdict.ok:
        raise NotArchivable(f"a document that is {verdict.problem} is not archived")
    try:
        archived = asyncio.run(_archive(pdf, stamper))
    except (OSError, ValueError) as error:
        raise ArchiveError(f"the timestamp service failed: {error}") from error
    return Signed(archived, "B-LTA", stamper.newest.not_valid_after, settings.TIMESTAMP_HASH)


async def _archive(pdf: bytes, stamper: Timestamper) -> bytes:
    buffer = io.BytesIO(pdf)
    writer = Writer(buffer)
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    known = _certificates_of(signatures)
    lists = certificates.revocation_lists()
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=known, crls=lists.about(known))
    outside = InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
    document = PdfTimeStamper(stamper, field_name=f"Timestamp{len(signatures)}", invis_settings=outside)
    await document.async_timestamp_pdf(
        writer, settings.TIMESTAMP_HASH, bytes_reserved=2 * TIMESTAMP_ROOM, in_place=True
    )
    return buffer.getvalue()


def _certificates_of(signatures: Iterable[EmbeddedPdfSignature]) -> list[Any]:
    """Every certificate that a check of the file needs: of its signature and timestamps, and the roots above them."""
    found: dict[bytes, Any] = {}
    for one in signatures:
        for signed in (one.signed_data, *extract_tst_data_iter(one.signer_info, signed=False)):
            held = extract_certificate_info(signed)
            found |= {each.sha256: each for each in (held.signer_cert, *held.other_certs)}
    for root in (*certificates.trusted_roots(), *certificates.trusted_timestamp_roots()):
        found[root.sha256] = root
    return list(found.values())
