import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pytest_django import Settings

from tocho.engines.documents import issuing
from tocho.engines.documents.api import sign, verify
from tocho.engines.documents.tests.conftest import AT


@pytest.fixture(scope="session")
def signed_once() -> list[bytes]:
    return []


@pytest.fixture
def signed(plain: bytes, signed_once: list[bytes]) -> bytes:
    if not signed_once:
        signed_once.append(sign(plain, profile="disposition", reason="交付", at=AT).pdf)
    return signed_once[0]


def test_a_whole_file_is_ours(signed: bytes) -> None:
    verdict = verify(signed, at=AT)
    assert verdict.ok
    assert verdict.covers_whole_file
    assert verdict.signed_length == len(signed)
    assert (verdict.signer, verdict.organisation) == ("東京都知事", "バーチャル都庁（見本）")


def test_a_changed_byte_is_seen_wherever_it_is(signed: bytes) -> None:
    gap = signed.index(b"/Contents <"), signed.rindex(b">")  # the signature itself is judged by its own tests
    for position in [*range(9, gap[0], 2017), len(signed) - 8]:
        changed = bytearray(signed)
        changed[position] ^= 1
        assert not verify(bytes(changed), at=AT).ok, position


def test_an_update_after_signing_is_a_failure_though_the_signature_holds(signed: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(180)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    verdict = verify(out.getvalue(), at=AT)
    assert (verdict.ok, verdict.problem, verdict.covers_whole_file) == (False, "extended", False)
    assert out.getvalue()[: verdict.signed_length] == signed


def test_bytes_after_the_end_are_a_failure(signed: bytes) -> None:
    assert verify(signed + b"\n% more", at=AT).problem == "extended"


def test_a_stranger_with_the_same_name_is_not_trusted(plain: bytes, settings: Settings, tmp_path: Path) -> None:
    ours = settings.CERTIFICATES_DIR
    settings.CERTIFICATES_DIR = tmp_path
    issuing.make(at=AT)
    forged = sign(plain, profile="disposition", reason="交付", at=AT).pdf
    settings.CERTIFICATES_DIR = ours
    verdict = verify(forged, at=AT)
    assert (verdict.ok, verdict.problem, verdict.signer) == (False, "untrusted", "東京都知事")


def test_an_expired_certificate_without_timestamp_is_said(signed: bytes) -> None:
    assert verify(signed, at=AT + dt.timedelta(days=40 * 365)).problem == "expired"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not_pdf"),
        (b"GIF89a", "not_pdf"),
        (b"%PDF-1.7\n%%EOF", "unsigned"),
        (b"%PDF-1.7 /ByteRange [0 1 2 3]", "unreadable"),
        (b"%PDF-1.7 /ByteRange " + b"[" * 50_000, "unreadable"),
    ],
)
def test_rubbish_has_its_own_answers(data: bytes, problem: str) -> None:
    assert verify(data, at=AT).problem == problem


def test_an_unsigned_pdf_is_said(plain: bytes) -> None:
    assert verify(plain, at=AT).problem == "unsigned"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_makes_it_raise_or_agree(signed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(signed) - 1))
    length = data.draw(st.integers(1, 4000))
    damaged = signed[:start] + data.draw(st.binary(max_size=200)) + signed[start + length :]
    assert not verify(damaged, at=AT).ok or _differs_only_in_padding(signed, damaged)


def _differs_only_in_padding(whole: bytes, damaged: bytes) -> bool:
    """The zeros that fill up the place of the signature are the only bytes it does not cover."""
    start = whole.index(b"/Contents <")
    end = whole.index(b">", start)
    return damaged[:start] == whole[:start] and damaged[end - len(whole) :] == whole[end:]
