"""A stranger's PDF is judged in a process of its own, with bounds of time and memory.

A few kilobytes can unfold to gigabytes or nest a hundred thousand deep, and pyHanko reads what it is given. So only the
child dies of it, and the file counts as unreadable.
"""

import datetime as dt
import json
import logging
from pathlib import Path

from django.conf import settings

from tocho.lib.caged import DiedError, run_caged

from .results import Verdict

SECONDS, MEMORY = 20, 1_500_000_000  # of wall clock; bytes of address space
CHILD = Path(__file__).parent / "judging.py"
HEADER_WITHIN = 1024  # bytes; readers accept a PDF header that far into a file
logger = logging.getLogger(__name__)


def judge(pdf: bytes, *, at: dt.datetime) -> Verdict:
    """See ``api.verify_apart``."""
    if verdict := at_sight(pdf):
        return verdict
    order = {"at": at.isoformat(), "certificates": str(settings.CERTIFICATES_DIR)}
    try:
        answer = run_caged(CHILD, json.dumps(order).encode() + b"\n" + pdf, seconds=SECONDS, memory=MEMORY)
    except DiedError as died:
        logger.warning("a PDF of %s bytes was not judged: %s", len(pdf), died)
        return Verdict(ok=False, problem="unreadable")
    found = json.loads(answer)
    if found["signed_at"]:
        found["signed_at"] = dt.datetime.fromisoformat(found["signed_at"])
    return Verdict(**found)


def at_sight(pdf: bytes) -> Verdict | None:
    """What needs no parser: no PDF, or one without a signature (each has a ``/ByteRange`` in plain text)."""
    if b"%PDF-" not in pdf[:HEADER_WITHIN]:
        return Verdict(ok=False, problem="not_pdf")
    if b"/ByteRange" not in pdf:
        return Verdict(ok=False, problem="unsigned")
    return None
