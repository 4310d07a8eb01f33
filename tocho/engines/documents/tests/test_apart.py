"""What strangers bring to the verification page: the child may die of it, the answer is always a verdict."""

import io
import zlib
from collections.abc import Callable

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tocho.engines.documents import apart
from tocho.engines.documents.api import sign, verify, verify_apart
from tocho.engines.documents.tests.conftest import AT

MARK = b"/ByteRange"  # without it nothing is parsed


@pytest.fixture
def signed(plain: bytes) -> bytes:
    return sign(plain, profile="disposition", reason="交付", at=AT).pdf


def test_the_verdict_is_the_same_as_here(signed: bytes) -> None:
    for pdf in (signed, signed + b"\n% more", signed.replace(b"%%EOF", b"%%EOG", 1)):
        assert verify_apart(pdf, at=AT) == verify(pdf, at=AT)


def test_what_needs_no_parser_starts_no_process(monkeypatch: pytest.MonkeyPatch, plain: bytes) -> None:
    monkeypatch.setattr(apart, "run_caged", None)
    assert verify_apart(b"GIF89a", at=AT).problem == "not_pdf"
    assert verify_apart(plain, at=AT).problem == "unsigned"


def document(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the root."""
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def nested() -> bytes:
    """Arrays a hundred thousand deep in the field that holds signatures."""
    return document(b"<< /AcroForm 2 0 R >> %" + MARK, b"<< /Fields " + b"[" * 100_000 + b"]" * 100_000 + b" >>")


def unfolding() -> bytes:
    """Three megabytes that unfold to seven hundred, in the stream that names the root."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(700)) + packer.flush()
    stream = b"<< /Type /XRef /W [1 8 2] /Size 9 /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(packed)
    head = b"%PDF-1.7\n%" + MARK + b"\n"
    body = head + b"1 0 obj\n" + stream + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    return body + b"startxref\n%d\n%%%%EOF\n" % len(head)


def circular() -> bytes:
    """A tree of pages and of fields that is its own child."""
    fields = b"<< /FT /Sig /T (a) /Kids [3 0 R] /Parent 3 0 R >>"
    return document(b"<< /AcroForm 2 0 R /Pages 1 0 R >> %" + MARK, b"<< /Fields [3 0 R] >>", fields)


def followed_forever() -> bytes:
    """A cross-reference table whose predecessor is itself."""
    pdf = document(b"<< >> %" + MARK)
    start = pdf.rindex(b"startxref")
    place = int(pdf[start:].split()[1])
    return pdf.replace(b"/Root", b"/Prev %d /Root" % place)


@pytest.mark.parametrize("make", [nested, unfolding, circular, followed_forever])
def test_a_hostile_file_is_no_document_of_ours(make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY", 600_000_000)
    assert verify_apart(make(), at=AT).problem in ("unreadable", "unsigned")


def test_what_takes_too_long_is_unreadable(signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    assert verify_apart(signed, at=AT).problem == "unreadable"


def test_what_wants_too_much_memory_is_unreadable(signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY", 50_000_000)
    assert verify_apart(signed, at=AT).problem == "unreadable"


def test_an_encrypted_copy_is_not_ours(signed: bytes) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(signed)))
    writer.encrypt("owner", "user")
    out = io.BytesIO()
    writer.write(out)
    assert not verify_apart(out.getvalue() + b"%" + MARK, at=AT).ok
