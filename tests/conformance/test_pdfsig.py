"""Other people's programs judge our signatures: Poppler's pdfsig and openssl (with its CAdES checks)."""

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pytest_django import Settings

from tocho.engines.documents import issuing
from tocho.engines.documents.api import archive, render, sign

NOW = dt.datetime.now(dt.UTC)
SOURCE = '#import "/letter.typ": *\n#show: letter\n#opening()'
DATA = {"title": "利用承認書", "issued_on": "2020-11-20", "issuer": "東京都知事", "profile": "disposition"}


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    issuing.make(at=NOW, into=tmp_path)
    settings.CERTIFICATES_DIR, settings.PKCS11_MODULE, settings.TIMESTAMP_URL = tmp_path, "", ""
    return tmp_path


@pytest.fixture
def signed(folder: Path) -> bytes:
    return sign(render(SOURCE, DATA), profile="disposition", reason="交付", at=NOW).pdf


def pdfsig(pdf: bytes, folder: Path) -> str:
    (folder / "notice.pdf").write_bytes(pdf)
    ran = subprocess.run(["pdfsig", "-nocert", "notice.pdf"], cwd=folder, capture_output=True, text=True)
    return ran.stdout


def test_pdfsig_finds_our_signature_valid_and_covering_everything(signed: bytes, folder: Path) -> None:
    said = pdfsig(signed, folder)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "東京都知事" in said


def test_pdfsig_sees_an_altered_byte(signed: bytes, folder: Path) -> None:
    altered = bytearray(signed)
    altered[len(signed) // 3] ^= 1
    assert "Digest Mismatch" in pdfsig(bytes(altered), folder)


def test_pdfsig_calls_an_updated_file_valid_but_not_wholly_signed(signed: bytes, folder: Path) -> None:
    """The trap that our own verdict must not fall into."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Pages"]["/Kids"][0][NameObject("/Rotate")] = NumberObject(180)
    writer.update_container(writer.root["/Pages"]["/Kids"][0])
    out = io.BytesIO()
    writer.write(out)
    said = pdfsig(out.getvalue(), folder)
    assert "Signature is Valid" in said
    assert "Not total document signed" in said


def openssl(pdf: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """openssl verifies the CMS over the two signed ranges, up to our root."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    assert found
    start, length, second, rest = map(int, found.groups())
    held = bytes.fromhex(pdf[start + length + 1 : second - 1].decode())
    size = int.from_bytes(held[2:4], "big") + 4  # the DER sequence, without the zeros that fill its place
    (folder / "cms.der").write_bytes(held[:size])
    (folder / "content").write_bytes(pdf[start : start + length] + pdf[second : second + rest])
    files = ["-in", "cms.der", "-content", "content", "-CAfile", "trust/ca.pem", "-out", "out"]
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-cades", "-purpose", "any", *files]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_openssl_verifies_up_to_our_root(signed: bytes, folder: Path) -> None:
    ran = openssl(signed, folder)
    assert ran.returncode == 0, ran.stderr


def test_openssl_refuses_an_altered_file(signed: bytes, folder: Path) -> None:
    altered = bytearray(signed)
    altered[len(signed) // 3] ^= 1
    assert openssl(bytes(altered), folder).returncode != 0


@pytest.fixture
def archived(signed: bytes, folder: Path, settings: Settings) -> Iterator[bytes]:
    command = [sys.executable, "-m", "doubles.tsa", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        settings.TIMESTAMP_URL = process.stdout.readline().strip()
        yield archive(archive(signed, at=NOW).pdf, at=NOW).pdf
        process.kill()


def test_pdfsig_finds_an_archived_signature_valid_and_the_last_timestamp_over_everything(
    archived: bytes, folder: Path
) -> None:
    first, *stamps = pdfsig(archived, folder).split("Signature #")[1:]
    assert "Signature is Valid" in first
    assert [("Timestamp" in stamp, "Total document signed" in stamp) for stamp in stamps] == [
        (True, False),
        (True, True),
    ]


def test_openssl_verifies_the_newest_timestamp(archived: bytes, folder: Path) -> None:
    """``openssl ts`` judges the token over the whole file, up to our root."""
    found = list(re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", archived))[-1]
    start, length, second, rest = map(int, found.groups())
    held = bytes.fromhex(archived[start + length + 1 : second - 1].decode())
    (folder / "token.der").write_bytes(held[: int.from_bytes(held[2:4], "big") + 4])
    (folder / "content").write_bytes(archived[start : start + length] + archived[second : second + rest])
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token.der", "-data", "content"]
    ran = subprocess.run([*command, "-CAfile", "trust/ca.pem"], cwd=folder, capture_output=True, text=True)
    assert "Verification: OK" in ran.stdout + ran.stderr


def test_openssl_reads_our_revocation_list(folder: Path) -> None:
    command = ["openssl", "crl", "-in", "crl/ca.crl", "-CAfile", "trust/ca.pem", "-noout"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert "verify OK" in ran.stdout + ran.stderr
