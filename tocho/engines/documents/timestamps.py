"""Timestamps of an RFC 3161 authority: asked for over HTTP, believed only after they were checked."""

import hmac
import logging
import secrets
import urllib.request
from typing import Any

from asn1crypto import cms, core, tsp  # type: ignore[import-untyped]
from django.conf import settings
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, set_tsp_headers
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from tocho.engines.documents import certificates

MAX_ANSWER = 64 * 1024
logger = logging.getLogger(__name__)


class _Reply(core.Sequence):  # type: ignore[misc]
    """TimeStampResp of RFC 3161 section 2.4.2: a rejection has no token (asn1crypto's own class insists on one)."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


class Timestamper(TimeStamper):
    """RFC 3161 over HTTP with the standard library: no client package for one POST.

    A token is handed on only if it repeats our nonce and our digest, and is signed by an authority below
    ``timestamp-trust/``: a timestamp that nobody can check later is none. ``newest`` is its signer's certificate.
    """

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url
        self.newest: Any = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """:raises TimestampRequestError: for a refusal, and for a token that is not about this digest and request."""
        nonce = secrets.randbits(63)
        imprint = {"hash_algorithm": {"algorithm": md_algorithm}, "hashed_message": message_digest}
        query = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
        reply = _Reply.load(self._post(tsp.TimeStampReq(query).dump()))
        if reply["status"]["status"].native not in ("granted", "granted_with_mods"):
            told = reply["status"]["fail_info"].native or reply["status"]["status"].native
            raise TimestampRequestError(f"the timestamp service refused: {told}")
        token = reply["token"]
        if token["content"]["encap_content_info"]["content"].parsed["nonce"].native != nonce:
            raise TimestampRequestError("the timestamp service answered another request than ours")
        self.newest = await _checked(token, message_digest)
        return token

    def _post(self, query: bytes) -> bytes:
        request = urllib.request.Request(self.url, query, set_tsp_headers({}))  # noqa: S310 - set by the operator
        with urllib.request.urlopen(request, timeout=settings.TIMESTAMP_TIMEOUT) as answer:  # noqa: S310
            if answer.headers.get_content_type() != "application/timestamp-reply":
                raise TimestampRequestError("the timestamp service answered with something else than a timestamp")
            return bytes(answer.read(MAX_ANSWER))


async def _checked(token: cms.ContentInfo, digest: bytes) -> Any:
    imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native
    if not hmac.compare_digest(imprint, digest):
        raise TimestampRequestError("the timestamp service stamped another digest than ours")
    context = ValidationContext(trust_roots=certificates.trusted_timestamp_roots(), allow_fetching=False)
    status = await validate_tst_signed_data(token["content"], context, lambda _: digest)
    signer = extract_certificate_info(token["content"]).signer_cert
    if not (status["intact"] and status["valid"] and status["trust_problem_indic"] is None):
        raise TimestampRequestError("the timestamp service is not one we trust, or its signature does not hold")
    if certificates.revocation_lists().moment(signer) is not None:
        raise TimestampRequestError("the certificate of the timestamp service is revoked")
    return signer


def timestamper() -> Timestamper | None:
    """The configured timestamp service, unless nobody could believe it: its root must be in timestamp-trust/."""
    url = settings.TIMESTAMP_URL
    if not url:
        return None
    if not certificates.trusted_timestamp_roots():
        logger.warning("no timestamps: timestamp-trust/ holds no root certificate")
        return None
    return Timestamper(url)
