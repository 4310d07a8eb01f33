"""The applicant's pages: find, check, fill, review, submit, follow — and what strangers get instead."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs
from tocho.engines.forms.uploads import seal
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.ui.testing import Pages

from .factories import (
    ANSWERS,
    AT,
    FORM,
    World,
    dmn,
    make_course_version,
    make_slot,
    make_version,
    make_world,
    submit,
)

pytestmark = pytest.mark.django_db
WHO = {
    "applicant_name-family": "山田",
    "applicant_name-given": "花子",
    "applicant_name-family_kana": "ﾔﾏﾀﾞ",
    "applicant_name-given_kana": "はなこ",
    "applicant_email": "hanako@example.jp",
}


@pytest.fixture
def world() -> World:
    return make_world()


def start(page: Pages) -> Application:
    answer = page.post("/procedures/mihon/start/")
    assert answer.status == 302
    return Application.objects.latest("id")


def step(application: Application, key: str) -> str:
    return f"/apply/{application.public_id}/step/{key}/"


def test_procedure_list_and_detail_show_the_facts(page: Pages, world: World) -> None:
    assert "見本の申請" in page.get("/procedures/", queries=4)
    detail = page.get("/procedures/mihon/", queries=6)
    assert detail.h1 == "見本の申請"
    assert "見本条例第1条" in detail
    assert page.get("/procedures/nothing/").status == 404


def test_a_form_step_keeps_what_was_typed_beside_its_error(page: Pages, world: World) -> None:
    application = start(page)
    wrong = page.post(step(application, "what"), {"kind": "general", "copies": "０"})
    assert wrong.status == 422
    assert wrong.fields["copies"] in ("０", "0")
    right = page.post(step(application, "what"), {"kind": "general", "copies": "２"})
    assert right.location.endswith("/step/who/")


def test_the_whole_way_to_a_receipt_number(page: Pages, world: World) -> None:
    application = start(page)
    page.post(step(application, "what"), {"kind": "free", "copies": "1"})
    page.post(step(application, "who"), WHO)
    review = page.get(f"/apply/{application.public_id}/review/", queries=10)
    assert "山田 花子" in review
    for _click in (1, 2):
        answer = page.post(f"/apply/{application.public_id}/submit/")
        assert answer.location == f"/applications/{application.public_id}/"
    status = page.get(answer.location, queries=14)
    application.refresh_from_db()
    assert application.receipt_number in status.text  # type: ignore[operator]


def test_an_incomplete_application_says_what_is_missing(page: Pages, world: World) -> None:
    application = start(page)
    answer = page.post(f"/apply/{application.public_id}/submit/")
    assert answer.status == 422
    assert "種類" in answer


def test_save_and_resume_by_a_mailed_link(page: Pages, world: World, run_jobs: RunJobs) -> None:
    application = start(page)
    page.post(step(application, "what"), {"kind": "free", "copies": "1", "_save": "1"})
    sent = page.post(f"/apply/{application.public_id}/save/", {"email": "hanako@example.jp"})
    assert "メールで送りました" in sent
    run_jobs(only="notify.deliver_message")
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http")).split("8000", 1)[1]
    page.client.logout()
    assert page.get(step(application, "what")).status == 404
    opened = page.get(link)
    assert opened.location == f"/applications/{application.public_id}/"
    assert page.get(step(application, "what")).status == 200


def test_a_forged_link_is_refused_with_what_to_do(page: Pages, world: World) -> None:
    token = access_token(submit(world.version, kind="free"))
    answer = page.get(f"/applications/open/{token[:-2]}xx/")
    assert answer.status == 422
    assert "受付番号" in answer


@pytest.mark.parametrize("path", ["", "withdraw/", "correct/", "files/1/"])
def test_an_application_of_somebody_else_does_not_exist(page: Pages, world: World, path: str) -> None:
    application = submit(world.version, kind="free")
    assert page.get(f"/applications/{application.public_id}/{path}").status == 404


def test_a_link_is_mailed_only_where_number_and_address_fit(page: Pages, world: World, run_jobs: RunJobs) -> None:
    application = submit(world.version, kind="free")
    run_jobs(only="notify.deliver_message")
    mail.outbox.clear()
    for email in ("other@example.jp", "hanako@example.jp"):
        data = {"receipt_number": application.receipt_number, "email": email}
        assert "メールをご確認ください" in page.post("/applications/find/", data)
    run_jobs(only="notify.deliver_message")
    assert [message.to for message in mail.outbox] == [["hanako@example.jp"]]


def test_eligibility_answers_with_the_article(page: Pages, world: World) -> None:
    questions = [{"key": k, "text": k} for k in ("is_taxpayer", "within_six_years", "paid_ten_days_ago")]
    make_version(key="shomei", questions=questions, rules={"eligibility": dmn("eligibility")})
    yes = {question["key"]: "yes" for question in questions}
    assert "お使いいただけます" in page.post("/procedures/shomei/check/", yes)
    no = page.post("/procedures/shomei/check/", {**yes, "within_six_years": "no"})
    assert "6年度分" in no
    assert page.post("/procedures/shomei/check/", {}).status == 422
    page.client.cookies["django_language"] = "ja-easy"
    assert "スマートフォンだけで できます。" in page.post("/procedures/shomei/check/", yes)
    page.client.cookies["django_language"] = "en"
    assert "You can apply on your phone." in page.post("/procedures/shomei/check/", yes)


def test_a_procedure_without_questions_has_no_check(page: Pages, world: World) -> None:
    make_version(key="shomei")
    assert page.get("/procedures/shomei/check/").status == 404
    assert page.post("/procedures/shomei/check/", {}).status == 404


def test_withdrawn_by_the_applicant(page: Pages, world: World) -> None:
    application = start(page)
    Application.objects.filter(id=application.id).update(answers={**ANSWERS, "kind": "free"})
    page.post(f"/apply/{application.public_id}/submit/")
    page.post(f"/applications/{application.public_id}/withdraw/", {"reason": ""})
    application.refresh_from_db()
    assert application.state == "withdrawn"


@pytest.mark.parametrize("method", ["get", "put"])
def test_starting_takes_a_post(page: Pages, world: World, method: str) -> None:
    answer: Any = getattr(page.client, method)("/procedures/mihon/start/")
    assert answer.status_code == 405


def test_a_place_is_given_back_by_the_applicant_only(page: Pages, world: World, run_jobs: RunJobs) -> None:
    owner = world.office.stranger
    now = timezone.now()
    slot = make_slot(days=(now - AT).days + 9)
    application = submit(make_course_version(), user_id=owner.id, at=now, slot=str(slot.id))
    run_jobs()
    url = f"/applications/{application.public_id}/"
    assert page.post(f"{url}cancel/").status == 404
    assert "予約を取り消す" in page.get(url, user=owner)
    assert page.get(f"{url}cancel/", user=owner).h1 == "予約を取り消しますか"
    page.post(f"{url}cancel/", user=owner)
    assert "予約を取り消しました" in page.get(url, user=owner)
    assert page.get(f"{url}cancel/", user=owner).location == url


@pytest.mark.parametrize("given", ["2020-0000123-8", "受付番号"])
def test_a_mistyped_receipt_number_is_found_by_its_check_digit(page: Pages, world: World, given: str) -> None:
    answer = page.post("/applications/find/", {"receipt_number": given, "email": "hanako@example.jp"})
    assert answer.status == 422
    assert "数字を確かめて" in answer


def test_a_strangers_file_cannot_be_named_as_an_answer(page: Pages, world: World) -> None:
    make_version(key="file", form={**FORM, "steps": [FILE_STEP], "computed": []})
    page.post("/procedures/file/start/")
    application = Application.objects.latest("id")
    for value in ("1", '{"id": 1, "name": "a.pdf", "size": 1}', seal({"id": 1, "name": "a", "size": 1})[:-1]):
        page.post(step(application, "proof"), {"proof": value, "proof-kept": value})
        application.refresh_from_db()
        assert application.answers.get("proof") is None


FILE_STEP = {
    "key": "proof",
    "title": "書類",
    "fields": [{"key": "proof", "type": "file", "label": "本人確認書類", "max_mb": 5, "types": ["pdf"]}],
}
