import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice
from tocho.modules.notices.rules import GUESSES, MAX_FILE_BYTES, code_of
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
    shown = page.get(f"/verify/{sealed_notice().code}/", queries=1)
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


def test_certificate_download_is_a_certificate(page) -> None:  # type: ignore[no-untyped-def]
    answer = page.get("/verify/ca.pem").response
    assert io.BytesIO(answer.content).read(27) == b"-----BEGIN CERTIFICATE-----"
