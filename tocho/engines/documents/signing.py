"""PAdES signatures (ETSI EN 319 142-1): B-B, or B-T when a timestamp service is configured.

The signature goes into the file as an incremental update: an invisible field outside the page (PDF/UA then asks no tag
for it), a certification that allows no later change. What a reader of the page sees is drawn by the template.
"""

import asyncio
import datetime as dt
import functools
import io
import logging
import urllib.request
from collections.abc import Iterable

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec, SigningCertificateV2Provider
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, set_tsp_headers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tocho.engines.documents import certificates
from tocho.engines.documents.certificates import CertificateError, Credentials
from tocho.engines.documents.results import Signed

FIELD = "Signature1"
HASH = "sha256"
CMS_ROOM, TIMESTAMP_ROOM = 2048, 12_288  # bytes kept for the CMS beside its certificates, and for a timestamp token
logger = logging.getLogger(__name__)


def sign(pdf: bytes, *, profile: str, reason: str, at: dt.datetime) -> Signed:
    """See ``api.sign``."""
    signer = _signer(certificates.credentials(profile), profile)
    timestamper = _timestamper()
    if timestamper is not None:
        try:
            return Signed(asyncio.run(_sign(pdf, signer, timestamper, reason=reason, at=at)), "B-T")
        except (OSError, ValueError) as error:  # pyHanko's TimestampRequestError is an OSError
            logger.warning("signing without a timestamp: %s", error)
    return Signed(asyncio.run(_sign(pdf, signer, None, reason=reason, at=at)), "B-B")


async def _sign(pdf: bytes, signer: Signer, timestamper: TimeStamper | None, *, reason: str, at: dt.datetime) -> bytes:
    """The four steps of pyHanko's embedding protocol: field, signature object, document digest, CMS."""
    buffer = io.BytesIO(pdf)
    field = SigFieldSpec(FIELD, invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True))
    steps = PdfCMSEmbedder(new_field_spec=field).write_cms(field_name=FIELD, writer=_Writer(buffer))
    next(steps)
    room = CMS_ROOM + sum(len(one.dump()) for one in signer.cert_registry) + (TIMESTAMP_ROOM if timestamper else 0)
    signature = SignatureObject(timestamp=at, subfilter=SigSeedSubFilter.PADES, reason=reason, bytes_reserved=2 * room)
    steps.send(SigObjSetup(signature, SigMDPSetup(HASH, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)))
    prepared, _ = steps.send(SigIOSetup(HASH, in_place=True))
    seal = await signer.async_sign(prepared.document_digest, HASH, use_pades=True, timestamper=timestamper)
    prepared.fill_with_cms(buffer, seal)
    return buffer.getvalue()


class _Writer(IncrementalPdfFileWriter):
    """Adds the signature and nothing else: the PDF/A metadata stays as typst wrote it."""

    def _update_meta(self) -> None:
        pass


# --- who signs -----------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8)
def _signer(credentials: Credentials, profile: str) -> Signer:
    signer = _token_signer(credentials, profile) if settings.PKCS11_MODULE else _FileSigner(credentials)
    signer.signed_attr_prov_spec = _ConstantAttributes(credentials)
    return signer


class _FileSigner(Signer):
    """Signs with a key from a file, read once; pyHanko's own SimpleSigner decodes it again for every signature."""

    def __init__(self, credentials: Credentials) -> None:
        if credentials.key_file is None:
            raise CertificateError("the private key of a signing certificate is missing")
        self.key = load_pem_private_key(credentials.key_file.read_bytes(), None)
        store = SimpleCertificateStore.from_certs([credentials.certificate, *credentials.chain])  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=credentials.certificate, cert_registry=store)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(SHA256()))
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), SHA256())
        raise CertificateError("the signing key must be EC or RSA")


def _token_signer(credentials: Credentials, profile: str) -> Signer:
    """The key labelled with the profile's name in a PKCS#11 token; the session stays open with the process."""
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    session = open_pkcs11_session(
        settings.PKCS11_MODULE,
        token_criteria=TokenCriteria(label=settings.PKCS11_TOKEN),
        user_pin=settings.PKCS11_PIN,
    )
    return PKCS11Signer(
        session,
        signing_cert=credentials.certificate,
        ca_chain=credentials.chain,
        key_label=profile,
        use_raw_mechanism=credentials.certificate.public_key.algorithm == "ec",  # what every token can do
    )


class _ConstantAttributes(SignedAttributeProviderSpec):
    """The one signed attribute that PAdES asks for beside type and digest: which certificate signs.

    It is the same in every signature, yet building it took 80 % of the CPU time (11 of 13.5 ms), because asn1crypto
    encodes nested structures again at each level. Kept as DER it costs nothing.
    """

    def __init__(self, credentials: Credentials) -> None:
        built = asyncio.run(SigningCertificateV2Provider(credentials.certificate).get_attribute())
        assert built is not None
        self.providers = (_Constant(cms.CMSAttribute.load(built.dump())),)

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        return self.providers


class _Constant(CMSAttributeProvider):
    def __init__(self, attribute: cms.CMSAttribute) -> None:
        self.attribute = attribute

    async def get_attribute(self, dry_run: bool = False) -> cms.CMSAttribute:
        return self.attribute


# --- when ----------------------------------------------------------------------------------------------------------


def _timestamper() -> TimeStamper | None:
    """The configured timestamp service, unless nobody could believe it: its root must be in timestamp-trust/."""
    url = settings.TIMESTAMP_URL
    if not url:
        return None
    if not certificates.trusted_timestamp_roots():
        logger.warning("signing without a timestamp: timestamp-trust/ holds no root certificate")
        return None
    return _HttpTimestamper(url)


class _HttpTimestamper(TimeStamper):
    """RFC 3161 over HTTP with the standard library: no client package for one POST."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = urllib.request.Request(self.url, req.dump(), set_tsp_headers({}))  # noqa: S310 - set by the operator
        with urllib.request.urlopen(request, timeout=settings.TIMESTAMP_TIMEOUT) as answer:  # noqa: S310
            if answer.headers.get_content_type() != "application/timestamp-reply":
                raise TimestampRequestError("the timestamp service answered with something else than a timestamp")
            return tsp.TimeStampResp.load(answer.read(64 * 1024))
