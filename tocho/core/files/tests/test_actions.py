"""Files are judged by their content, kept once, and handed out so that no browser runs them."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tocho.core.files import actions, api
from tocho.core.files.models import StoredFile
from tocho.core.ledger.api import SYSTEM, Subject, entries_of

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def office_file_of_version(version: int) -> bytes:
    """A document whose list of contents says that a ZIP program of that version is needed (63 is the newest)."""
    kept = BytesIO()
    with ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    entry = kept.getvalue().index(b"PK\x01\x02")
    return kept.getvalue()[: entry + 6] + bytes([version]) + kept.getvalue()[entry + 7 :]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "files"


def keep(content: bytes, name: str, **more: Any) -> api.FileView:
    return api.store(BytesIO(content), name=name, by=SYSTEM, at=AT, **more)


@pytest.mark.django_db
def test_equal_contents_are_kept_once(folder: Path) -> None:
    first, second = keep(PDF, "免許証.pdf"), keep(PDF, "写し.pdf")
    assert first.digest_hex == second.digest_hex
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    assert api.open_file(second.id).read() == PDF


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "空のファイル"),
        (PDF, "a.png", "名前の終わり"),
        (b"<html><script>alert(1)</script>", "a.pdf", "使えない形式"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "使えない形式"),
        (b"MZ" + b"\x00" * 200, "a.pdf", "使えない形式"),
        (office_file_of_version(200), "a.docx", "使えない形式"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "使えない形式"),
        (PDF + b"0" * 2_000_000, "a.pdf", "大きすぎます"),
    ],
)
def test_what_is_not_taken_is_said_plainly(content: bytes, name: str, words: str) -> None:
    with pytest.raises(api.FileRefused, match=words):
        keep(content, name, max_bytes=1_000_000)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_macros_are_refused_and_plain_office_files_taken() -> None:
    def office(*names: str) -> bytes:
        target = BytesIO()
        with ZipFile(target, "w") as archive:
            for name in ("[Content_Types].xml", *names):
                archive.writestr(name, "x")
        return target.getvalue()

    assert keep(office("word/document.xml"), "様式.docx").content_type.endswith("wordprocessingml.document")
    with pytest.raises(api.FileRefused):
        keep(office("word/document.xml", "word/vbaProject.bin"), "様式.docx")


@pytest.mark.django_db
def test_only_kinds_that_the_field_takes() -> None:
    with pytest.raises(api.FileRefused, match="PNG"):
        keep(PDF, "a.pdf", allowed=frozenset({"png"}))
    assert keep(PNG, "a.png", allowed=frozenset({"image/png"})).content_type == "image/png"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\免許.pdf", "免許.pdf"),
        ("a\u202efdp.pdf", "a_fdp.pdf"),
        ("a\u200efdp.pdf", "a_fdp.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert keep(PDF, given).name == kept


@pytest.mark.django_db
def test_a_download_cannot_run_in_the_browser() -> None:
    response = api.download_response(keep(b"plain text", "免許証.txt").id, inline=True)
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "filename*=UTF-8''%E5%85%8D" in response["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_the_content_goes_with_the_last_name(folder: Path) -> None:
    first, second = keep(PDF, "a.pdf"), keep(PDF, "b.pdf")
    api.forget(first.id, by=SYSTEM, at=AT)
    assert api.open_file(second.id).read() == PDF
    api.forget(second.id, by=SYSTEM, at=AT)
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    with pytest.raises(FileNotFoundError):
        api.open_file(second.id)


class Clamd(socketserver.StreamRequestHandler):
    """Speaks ClamAV's INSTREAM: chunks of a four-byte length, an empty one at the end; finds EICAR and nothing else."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"nINSTREAM\n"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.wfile.write(b"stream: Eicar-Signature FOUND\n" if EICAR in content else b"stream: OK\n")


@pytest.fixture
def clamd(settings: Any) -> Iterator[None]:
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV = f"127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.mark.django_db
def test_malware_is_refused_by_name(clamd: None) -> None:
    with pytest.raises(api.FileRefused, match="Eicar-Signature"):
        keep(EICAR, "a.txt")
    assert keep(PDF, "a.pdf").size == len(PDF)


@pytest.mark.django_db
def test_nothing_is_stored_unseen(settings: Any) -> None:
    settings.CLAMAV = "127.0.0.1:1"
    with pytest.raises(api.FileRefused, match="少し待って"):
        keep(PDF, "a.pdf")


@pytest.mark.django_db
def test_a_content_that_a_killed_process_left_is_erased_later(folder: Path) -> None:
    kept = keep(PDF, "a.pdf")  # in a test's transaction nothing is done on commit, as if the process had died there
    api.forget(kept.id, by=SYSTEM, at=AT)
    assert any(path.is_file() for path in folder.rglob("*"))
    assert [actions.erase_forgotten(at=AT) for _again in range(2)] == [1, 0]
    assert not any(path.is_file() for path in folder.rglob("*"))


@pytest.mark.django_db
def test_what_the_system_made_is_kept_many_at_once(folder: Path) -> None:
    contents = [("甲/乙.pdf", PDF), ("写し.pdf", PDF), ("丙.pdf", PDF + b"%")]
    kept = api.keep_contents(contents, content_type="application/pdf", by=SYSTEM, at=AT)
    assert [(one.name, one.size) for one in kept] == [
        ("乙.pdf", len(PDF)),
        ("写し.pdf", len(PDF)),
        ("丙.pdf", len(PDF) + 1),
    ]
    for (_name, content), one in zip(contents, kept, strict=True):
        assert api.open_file(one.id).read() == content
        assert [entry.kind for entry in entries_of(Subject("file", one.id))] == ["file.stored"]
    assert api.keep_contents([], content_type="application/pdf", by=SYSTEM, at=AT) == ()


@pytest.mark.django_db
def test_what_the_system_made_is_kept_from_its_file(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "package.zip"
    made.write_bytes(b"PK" + b"\x00" * 3_000_000)
    kept = api.keep_made(made, name="2-1.zip", content_type="application/zip", by=SYSTEM, at=AT)
    with api.open_file(kept.id) as stream:
        assert stream.read() == made.read_bytes()
    assert (kept.size, kept.content_type) == (3_000_002, "application/zip")
