import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.engines.documents import issuing
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.rules import GUESSES, MAX_FILE_BYTES, code_of, guesser_at
from tocho.modules.notices.tests.factories import LATER, new_notice, sealed_notice

pytestmark = pytest.mark.django_db
NOBODYS = code_of("22222222222")


def upload(data: bytes, name: str = "notice.pdf") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, data, "application/pdf")}


def pdf_of(notice: Notice) -> bytes:
    with files.open_file(notice.file_id) as file:  # type: ignore[arg-type]
        return file.read()


def test_verify_asks_for_a_code_or_a_file(page) -> None:  # type: ignore[no-untyped-def]
    shown = page.get("/verify/", queries=0)
    assert shown.h1 == "文書が本物か確かめる"


def test_verify_leads_a_typed_code_to_its_address(page) -> None:  # type: ignore[no-untyped-def]
    code = sealed_notice().code
    assert page.get(f"/verify/?code={code.lower().replace('-', '+')}").location == f"/verify/{code}/"


def test_verify_says_what_to_do_about_a_mistyped_or_empty_code(page) -> None:  # type: ignore[no-untyped-def]
    mistyped = page.get("/verify/?code=7K3M")
    assert (mistyped.status, "番号が正しくありません" in mistyped.text) == (404, True)
    assert page.get("/verify/?code=").status == 422


def test_verify_code_answers_large_and_tells_nothing_personal(page) -> None:  # type: ignore[no-untyped-def]
    shown = page.get(f"/verify/{sealed_notice().code}/", queries=2)
    assert (shown.status, shown.title.split(" – ")[0]) == (200, "有効な文書です")
    assert "納税証明書" in shown.text
    assert not [word for word in ("山田", "新宿", "hanako", "2主徴") if word in shown.html]


def test_verify_code_answers_no_for_what_does_not_exist(page) -> None:  # type: ignore[no-untyped-def]
    shown = page.get(f"/verify/{NOBODYS}/")
    assert (shown.status, "この番号の文書はありません" in shown.text) == (404, True)


def test_verify_code_of_a_revoked_and_a_superseded_notice(page) -> None:  # type: ignore[no-untyped-def]
    first = sealed_notice()
    second = sealed_notice(supersedes_id=first.id)
    actions.revoke_notice(notice_id=second.id, reason="誤り", actor=Actor(), at=LATER)
    superseded, revoked = page.get(f"/verify/{first.code}/"), page.get(f"/verify/{second.code}/")
    assert f"/verify/{second.code}/" in superseded.links.values()
    assert "取り消されています" in revoked.text


def test_verify_code_json_answers_machines(page) -> None:  # type: ignore[no-untyped-def]
    code = sealed_notice().code
    assert page.get(f"/verify/{code}.json").response.json() == {
        "answer": "valid",
        "title": "納税証明書",
        "issuer": "東京都知事",
        "issued_on": "2020-11-20",
        "code": code,
    }
    assert page.get(f"/verify/{NOBODYS}.json").response.json() == {"answer": "unknown"}


def test_verify_file_says_yes_to_the_very_file(page) -> None:  # type: ignore[no-untyped-def]
    shown = page.post("/verify/file/", upload(pdf_of(sealed_notice())))
    assert "有効な文書です" in shown.text
    assert "一字一句" in shown.text


def test_verify_file_says_no_to_an_altered_one_and_names_the_original(page) -> None:  # type: ignore[no-untyped-def]
    shown = page.post("/verify/file/", upload(pdf_of(sealed_notice()) + b"\n%more"))
    assert "書き換えられています" in shown.text
    assert "元の文書" in shown.text


def test_verify_file_of_a_superseded_and_a_revoked_notice(page) -> None:  # type: ignore[no-untyped-def]
    """The files are genuine to the last byte, and count no more: their state is said, and which took their place."""
    first = sealed_notice()
    second = sealed_notice(supersedes_id=first.id)
    superseded = page.post("/verify/file/", upload(pdf_of(first)))
    assert (superseded.status, "一字一句" in superseded.text) == (200, False)
    assert f"/verify/{second.code}/" in superseded.links.values()
    actions.revoke_notice(notice_id=second.id, reason="誤り", actor=Actor(), at=LATER)
    revoked = page.post("/verify/file/", upload(pdf_of(second)))
    assert ("取り消されています" in revoked.text, "一字一句" in revoked.text) == (True, False)


def test_a_file_tells_its_own_code_whatever_code_was_shown_with_it(page) -> None:  # type: ignore[no-untyped-def]
    """Somebody shows the code of one notice and the genuine file of another."""
    shown, brought = sealed_notice(), sealed_notice(kind="other")
    assert page.get(f"/verify/{shown.code}/").fields["of_code"] == shown.code
    answer = page.post("/verify/file/", {**upload(pdf_of(brought)), "of_code": shown.code})
    said = ("確認番号とは別の文書です" in answer.text, shown.code in answer.text, brought.code in answer.text)
    assert said == (True, False, True)
    for code in (brought.code.lower(), ""):
        assert "有効な文書です" in page.post("/verify/file/", {**upload(pdf_of(brought)), "of_code": code}).text


class Careless(PdfSigner):
    """Does not mind that our signature allows no change after it."""

    def _enforce_certification_constraints(self, reader: object) -> None:
        pass


def signed_by_a_stranger(pdf: bytes, folder: Path) -> bytes:
    """The file with a second signature, appended by somebody else as an incremental update that is valid by itself."""
    issuing.make(at=LATER, into=folder)
    signer = SimpleSigner.load(str(folder / "disposition.key"), str(folder / "disposition.pem"))
    assert signer is not None
    given = PdfSignatureMetadata(field_name="Another", reason="looks real")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(Careless(given, signer).sign_pdf(writer, in_place=False).getvalue())


def test_verify_file_with_a_strangers_second_signature_is_altered(page, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Somebody signs a notice of ours once more: our part holds and names the original, the whole is not ours."""
    notice = sealed_notice()
    twice = signed_by_a_stranger(pdf_of(notice), tmp_path)
    shown = page.post("/verify/file/", upload(twice))
    assert ("書き換えられています" in shown.text, "一字一句" in shown.text) == (True, False)
    assert notice.code in shown.text


def test_verify_file_refuses_twenty_megabytes_and_reads_what_is_allowed(page) -> None:  # type: ignore[no-untyped-def]
    whole = pdf_of(sealed_notice())
    assert page.post("/verify/file/", upload(whole + b" " * 20_000_000)).status == 413
    padded = page.post("/verify/file/", upload(whole + b" " * (MAX_FILE_BYTES - len(whole))))
    assert (padded.status, "ファイルが壊れています" in padded.text) == (422, True)


@pytest.mark.parametrize(
    ("data", "name", "words", "status"),
    [
        (b"GIF89a", "notice.pdf", "PDFファイルではありません", 422),
        (b"%PDF-1.7\n%%EOF", "notice.pdf", "確かめられませんでした", 200),
        (b"%PDF-1.7 /ByteRange", "notice.pdf", "壊れています", 422),
        (b"", "notice.pdf", "空のファイル", 422),
        (b"x", "photo.jpg", "受け付けられません", 422),
        (b"x" * (MAX_FILE_BYTES + 100_000), "notice.pdf", "大きすぎます", 413),
    ],
)
def test_verify_file_answers_wrong_files_clearly(page, data, name, words, status) -> None:  # type: ignore[no-untyped-def]
    shown = page.post("/verify/file/", upload(data, name))
    assert (shown.status, words in shown.text) == (status, True)


def test_verify_file_without_a_file_asks_for_one(page) -> None:  # type: ignore[no-untyped-def]
    assert page.post("/verify/file/", {}).status == 422
    assert page.get("/verify/file/").status == 405


def test_guessing_is_slowed_down_but_not_for_others(page) -> None:  # type: ignore[no-untyped-def]
    code = new_notice(profile="none").code
    for _ in range(GUESSES):
        assert page.client.get(f"/verify/{NOBODYS}.json").status_code == 404
    assert page.get(f"/verify/{code}/").status == 429
    assert page.get(f"/verify/{code}/", REMOTE_ADDR="192.0.2.7").status == 200


@pytest.mark.django_db(transaction=True)
def test_guesses_are_counted_by_all_processes_together() -> None:
    """Each of several processes (here: connections) adds to the one count, and sees the others'."""

    def guess(_number: int) -> int:
        try:
            return Client(REMOTE_ADDR="192.0.2.8").get(f"/verify/{NOBODYS}.json").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(GUESSES + 12)))
    assert GUESSES <= answers.count(404) <= GUESSES + 3  # those under way at once
    assert Client(REMOTE_ADDR="192.0.2.8").get(f"/verify/{NOBODYS}/").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.9").get(f"/verify/{NOBODYS}/").status_code == 404


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nowhere", "nowhere"),
    ],
)
def test_one_subscriber_is_counted_once(address: str, counted: str) -> None:
    assert guesser_at(address) == counted


def test_certificate_download_is_a_certificate(page) -> None:  # type: ignore[no-untyped-def]
    answer = page.get("/verify/ca.pem").response
    assert io.BytesIO(answer.content).read(27) == b"-----BEGIN CERTIFICATE-----"
