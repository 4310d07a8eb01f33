from datetime import timedelta

import pytest

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.modules.notices import actions, api
from tocho.modules.notices.models import Notice
from tocho.modules.notices.queries import answer_to_code, answer_to_file
from tocho.modules.notices.tests.factories import AT, LATER, SUBJECT, new_notice, sealed_notice

pytestmark = pytest.mark.django_db


def pdf_of(notice: Notice) -> bytes:
    with files.open_file(notice.file_id) as file:  # type: ignore[arg-type]
        return file.read()


def revoke(notice: Notice) -> None:
    actions.revoke_notice(notice_id=notice.id, reason="誤り", actor=Actor(user_id=3), at=LATER)


def test_a_notice_shows_its_address_when_it_is_out() -> None:
    new_notice()
    assert [view.url for view in api.notices_of(SUBJECT)] == [""]
    notice = sealed_notice()
    view = api.notice(notice.id)
    assert (view.url, view.state_label) == (f"/notices/{notice.token}/", "送付済み")


def test_a_code_tells_title_issuer_and_date_only() -> None:
    notice = sealed_notice()
    answer = answer_to_code(notice.code.lower())
    assert answer.kind == "valid"
    assert answer.notice is not None
    assert (answer.notice.title, answer.notice.issuer, str(answer.notice.issued_on)) == (
        "納税証明書",
        "東京都知事",
        "2020-11-20",
    )
    assert not [word for word in ("山田", "新宿", "hanako") if word in str(answer)]


def test_a_code_of_a_notice_that_is_not_out_is_unknown() -> None:
    assert answer_to_code(new_notice().code).kind == "unknown"


def test_a_superseded_notice_leads_to_the_new_one() -> None:
    first = sealed_notice()
    second = sealed_notice(supersedes_id=first.id)
    answer = answer_to_code(first.code)
    assert answer.kind == "superseded"
    assert answer.notice is not None
    assert answer.notice.successor_code == second.code


def test_a_revoked_notice_is_revoked_by_code_and_by_file() -> None:
    notice = sealed_notice()
    pdf = pdf_of(notice)
    assert answer_to_file(pdf, at=LATER).kind == "valid"
    revoke(notice)
    assert {answer_to_code(notice.code).kind, answer_to_file(pdf, at=LATER).kind} == {"revoked"}


def test_a_known_file_stays_valid_when_its_certificate_has_expired() -> None:
    assert answer_to_file(pdf_of(sealed_notice()), at=AT + timedelta(days=40 * 365)).kind == "registered"


def test_an_unsealed_notice_is_known_by_its_bytes() -> None:
    notice = new_notice(profile="none")
    actions.keep_document(notice_id=notice.id, at=AT)
    notice.refresh_from_db()
    assert answer_to_file(pdf_of(notice), at=LATER).kind == "valid"
    assert answer_to_file(pdf_of(notice) + b" ", at=LATER).kind == "unsigned"


def test_a_file_with_something_added_names_its_original() -> None:
    answer = answer_to_file(pdf_of(sealed_notice()) + b"\n% more", at=LATER)
    assert answer.kind == "altered"
    assert answer.notice is not None
    assert answer.notice.title == "納税証明書"


def test_a_changed_file_is_altered_and_a_file_of_nobody_is_not_ours() -> None:
    pdf = bytearray(pdf_of(sealed_notice()))
    pdf[len(pdf) // 3] ^= 1
    assert answer_to_file(bytes(pdf), at=LATER).kind == "altered"
    assert answer_to_file(b"GIF89a", at=LATER).kind == "not_pdf"


def test_our_signature_on_a_file_that_we_never_released_is_said() -> None:
    notice = sealed_notice()
    pdf = pdf_of(notice)
    Notice.objects.filter(id=notice.id).update(pdf_sha256=b"x" * 32)
    assert answer_to_file(pdf, at=LATER).kind == "unregistered"
