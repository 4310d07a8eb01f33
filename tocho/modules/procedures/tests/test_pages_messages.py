"""What applicant and office write to each other, on the pages of the case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.jobs.testing import RunJobs
from tocho.modules.messages.models import Message, Phrase
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.ui.testing import Pages

from .factories import ANSWERS, World, mail_to, make_world, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> Application:
    return submit(world.version, kind="free")


def ask(page: Pages, case: Application, text: str = "いつ届きますか") -> None:
    page.client.logout()
    page.get(f"/applications/open/{access_token(case)}/")
    status = page.get(f"/applications/{case.public_id}/")
    answer = page.post(f"/applications/{case.public_id}/messages/", {"text": text, "_once": status.fields["_once"]})
    assert answer.location.endswith("#messages")


def test_a_question_and_its_answer(page: Pages, world: World, case: Application, run_jobs: RunJobs) -> None:
    ask(page, case)
    assert "返事の予定" in page.get(f"/applications/{case.public_id}/", queries=18)
    assert "質問への回答" in page.get("/desk/", user=world.office.drafter)
    url = f"/desk/cases/{case.id}/messages/"
    shown = page.get(url, queries=30)
    assert "いつ届きますか" in shown
    page.post(url, {"text": "明日お送りします", "_once": shown.fields["_once"]})
    run_jobs(only="notify.deliver_message")
    assert "明日" not in mail_to(ANSWERS["applicant_email"], "新しいメッセージ").body
    page.client.logout()
    page.get(f"/applications/open/{access_token(case)}/")
    assert "明日お送りします" in page.get(f"/applications/{case.public_id}/")
    assert Message.objects.filter(read_at=None).count() == 0


def test_a_file_alone_is_a_message_and_opens_for_both_sides(page: Pages, world: World, case: Application) -> None:
    ask(page, case)
    file = SimpleUploadedFile("写真.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    page.post(f"/applications/{case.public_id}/messages/", {"text": "", "files": file, "_once": "f"})
    sent = Message.objects.latest("id").attachments.get()
    assert page.get(f"/applications/{case.public_id}/messages/files/{sent.file_id}/").status == 200
    assert page.get(f"/applications/{case.public_id}/messages/files/{sent.file_id + 1}/").status == 404
    here = f"/desk/cases/{case.id}/messages/files/{sent.file_id}/"
    assert page.get(here, user=world.office.drafter).status == 200
    assert page.get(here, user=world.office.stranger).status == 404


def test_an_empty_message_is_refused_beside_its_field(page: Pages, world: World, case: Application) -> None:
    ask(page, case)
    answer = page.post(f"/applications/{case.public_id}/messages/", {"text": " ", "_once": "x"})
    assert answer.status == 422
    assert "メッセージを入力してください" in answer


def test_a_standard_phrase_joins_what_was_typed(page: Pages, world: World, case: Application) -> None:
    phrase = Phrase.objects.create(unit=case.unit, title="お礼", text="ご連絡ありがとうございます。")
    url = f"/desk/cases/{case.id}/messages/"
    page.get(url, user=world.office.drafter)
    shown = page.post(url, {"text": "山田様", "_phrase": str(phrase.id)})
    assert shown.status == 200
    assert "山田様\n\nご連絡ありがとうございます。" in shown.html
    assert not Message.objects.exists()


def test_no_answer_is_needed(page: Pages, world: World, case: Application) -> None:
    ask(page, case, "ありがとうございました")
    page.get("/desk/", user=world.office.drafter)
    page.post(f"/desk/cases/{case.id}/messages/settle/")
    assert "質問への回答" not in page.get("/desk/").tree.findtext(".//table", default="")
    assert page.get(f"/desk/cases/{case.id}/messages/settle/").status == 405


def test_htmx_fetches_the_messages_alone(page: Pages, world: World, case: Application) -> None:
    ask(page, case)
    here = f"/applications/{case.public_id}/messages/"
    shown = page.get(here, htmx=True, queries=10)
    assert "いつ届きますか" in shown
    mark = shown.html.partition("?seen=")[2].partition('"')[0]
    assert page.get(f"{here}?seen={mark}", htmx=True).status == 204
    here = f"/desk/cases/{case.id}/messages/"
    assert "いつ届きますか" in page.get(here, user=world.office.drafter, htmx=True)


def test_strangers_read_and_write_nothing(page: Pages, world: World, case: Application) -> None:
    ask(page, case)
    page.client.logout()
    assert page.get(f"/applications/{case.public_id}/messages/").status == 404
    assert page.post(f"/applications/{case.public_id}/messages/", {"text": "x"}).status == 404
    assert "/accounts/login/" in page.get(f"/desk/cases/{case.id}/messages/").location
    assert page.get(f"/desk/cases/{case.id}/messages/", user=world.office.stranger).status == 404
    assert page.post(f"/desk/cases/{case.id}/messages/", {"text": "x"}).status == 404
    assert page.post(f"/desk/cases/{case.id}/messages/settle/").status == 404
