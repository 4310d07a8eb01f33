"""A timestamp authority as a WSGI application (RFC 3161 section 2.4, ESSCertIDv2 of RFC 5816)."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, core, pem, tsp, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

POLICY = "1.2.392.200000.1.1"  # made up
LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}
MAX_REQUEST = 4096


class Reply(core.Sequence):  # type: ignore[misc]
    """TimeStampResp of RFC 3161 section 2.4.2: a rejection has no token (asn1crypto's own class insists on one)."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class TimestampApp:
    """Signs what it is asked for with the clock of this machine; ``/lie/…`` paths answer wrongly, for tests."""

    def __init__(self, folder: Path) -> None:
        text = (folder / "timestamp.pem").read_bytes()
        self.chain = [x509.Certificate.load(der) for _, _, der in pem.unarmor(text, multiple=True)]
        self.key: Any = load_pem_private_key((folder / "timestamp.key").read_bytes(), None)
        digest = hashlib.sha256(self.chain[0].dump()).digest()
        self.proof = _attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [{"cert_hash": digest}]}))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            start_response("405 Method Not Allowed", [("Allow", "POST")])
            return [b""]
        lie = environ.get("PATH_INFO", "").removeprefix("/lie/").strip("/")
        if lie == "down":
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), MAX_REQUEST))
        answer = self.answer(body, lie=lie).dump()
        headers = [("Content-Type", "application/timestamp-reply"), ("Content-Length", str(len(answer)))]
        start_response("200 OK", headers)
        return [answer]

    def answer(self, body: bytes, *, lie: str = "") -> Reply:
        """The response to one request: a token, or a rejection that says why."""
        try:
            request = tsp.TimeStampReq.load(body, strict=True)
            imprint = request["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest = imprint["hashed_message"].native
            version = request["version"].native
        except (ValueError, TypeError, KeyError):
            return _rejected("bad_data_format")
        if LENGTHS.get(algorithm) != len(digest):
            return _rejected("bad_alg")
        if version != "v1":
            return _rejected("bad_request")
        if lie == "imprint":
            imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": bytes(len(digest))}
        nonce = secrets.randbits(63) if lie == "nonce" else request["nonce"].native
        return Reply({"status": {"status": "granted"}, "time_stamp_token": self._token(imprint, nonce)})

    def _token(self, imprint: Any, nonce: int | None) -> cms.ContentInfo:
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        told = {"version": "v1", "policy": POLICY, "message_imprint": imprint, "gen_time": now, "ordering": False}
        told |= {"serial_number": secrets.randbits(120)} | ({} if nonce is None else {"nonce": nonce})
        info = tsp.TSTInfo(told).dump()
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("message_digest", hashlib.sha256(info).digest()),
                self.proof,
            ]
        )
        signer = {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": self.chain[0].issuer,
                    "serial_number": self.chain[0].serial_number,
                }
            },
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signed_attrs": attributes,
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(SHA256())),
        }
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
                "certificates": self.chain,
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _attribute(kind: str, value: Any) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _rejected(why: str) -> Reply:
    return Reply({"status": {"status": "rejection", "fail_info": {why}}})
