"""PAdES signatures of level B-B (ETSI EN 319 142-1); ``archiving`` adds the time and the proofs, for B-LTA.

The signature goes into the file as an incremental update: an invisible field outside the page (PDF/UA then asks no tag
for it), a certification that allows no later change. What a reader of the page sees is drawn by the template.
"""

import asyncio
import datetime as dt
import functools
import io
from collections.abc import Iterable

from asn1crypto import cms  # type: ignore[import-untyped]
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
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tocho.engines.documents import certificates
from tocho.engines.documents.certificates import CertificateError, Credentials
from tocho.engines.documents.results import Signed

FIELD = "Signature1"
HASH = "sha256"
CMS_ROOM = 2048  # bytes kept for the CMS beside its certificates


def sign(pdf: bytes, *, profile: str, reason: str, at: dt.datetime) -> Signed:
    """See ``api.sign``."""
    credentials = certificates.credentials(profile)
    signed = asyncio.run(_sign(pdf, _signer(credentials, profile), reason=reason, at=at))
    return Signed(signed, "B-B", credentials.certificate.not_valid_after)


async def _sign(pdf: bytes, signer: Signer, *, reason: str, at: dt.datetime) -> bytes:
    """The four steps of pyHanko's embedding protocol: field, signature object, document digest, CMS."""
    buffer = io.BytesIO(pdf)
    field = SigFieldSpec(FIELD, invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True))
    steps = PdfCMSEmbedder(new_field_spec=field).write_cms(field_name=FIELD, writer=Writer(buffer))
    next(steps)
    room = CMS_ROOM + sum(len(one.dump()) for one in signer.cert_registry)
    signature = SignatureObject(timestamp=at, subfilter=SigSeedSubFilter.PADES, reason=reason, bytes_reserved=2 * room)
    steps.send(SigObjSetup(signature, SigMDPSetup(HASH, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)))
    prepared, _ = steps.send(SigIOSetup(HASH, in_place=True))
    seal = await signer.async_sign(prepared.document_digest, HASH, use_pades=True)
    prepared.fill_with_cms(buffer, seal)
    return buffer.getvalue()


class Writer(IncrementalPdfFileWriter):
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
