"""What the engine answers; kept apart so that asking for a type loads neither typst nor pyHanko."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

# Why a file is not a whole, valid document of ours:
Problem = Literal[
    "not_pdf",  # something else than a PDF
    "unreadable",  # a broken or hostile PDF
    "unsigned",  # a PDF without a signature
    "altered",  # the signed bytes were changed
    "extended",  # something was added after signing, even if a reader shows the signature as valid
    "untrusted",  # signed by a certificate that is not ours
    "expired",  # our certificate has expired and no trusted timestamp shows that it had not at signing
]


@dataclass(frozen=True)
class Signed:
    """A signed PDF and the level it reached: "B-B", or "B-T" with a trusted timestamp."""

    pdf: bytes
    level: str


@dataclass(frozen=True)
class Verdict:
    """The judgement on one file. ``ok`` means: signed by us, whole, and nothing added since."""

    ok: bool
    problem: Problem | None = None
    signer: str = ""  # common name in the certificate
    organisation: str = ""
    certificate_sha256: str = ""  # hex digest of the signing certificate
    signed_at: dt.datetime | None = None  # the timestamp authority's time, otherwise what the signer claims
    timestamped: bool = False
    covers_whole_file: bool = False
    signed_length: int = 0  # length of the file as it was signed: bytes beyond it were added later
