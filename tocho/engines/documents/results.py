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
    "revoked",  # our certificate was revoked and no trusted timestamp shows that it was signed before
]


Level = Literal["B-B", "B-T", "B-LTA"]  # PAdES baseline levels, ETSI EN 319 142-1 section 6
Ended = Literal["", "expired", "revoked"]


class ArchiveError(RuntimeError):
    """No archive timestamp could be added; the message says why. The document is as good as it was before."""


class NotArchivable(ArchiveError):
    """Trying again will not help: the document is not whole and ours, or its signature proves nothing any more."""


@dataclass(frozen=True)
class Signed:
    """A signed PDF and the PAdES level it reached: "B-B", or "B-LTA" with archive timestamps.

    ``provable_until``: until then its signature can be checked by anyone; a new archive timestamp moves it.
    ``hash``: of the newest timestamp, empty without one.
    """

    pdf: bytes
    level: Level
    provable_until: dt.datetime
    hash: str = ""


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
    archived: bool = False  # timestamps over the whole document were added after signing, and nothing else
    certificate_ended: Ended = (
        ""  # the signing certificate counts no more; when ``ok``, a timestamp holds the signature
    )
    signed_length: int = 0  # length of the file as it was signed: bytes beyond it were added later
