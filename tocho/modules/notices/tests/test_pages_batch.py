from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices.models import NoticeBatch
from tocho.modules.notices.tests.factories import decided
from tocho.modules.notices.tests.test_batches import LIST as PEOPLE
from tocho.modules.notices.tests.test_batches import new_batch

pytestmark = pytest.mark.django_db
LIST = "/desk/notices/batches/"


@pytest.fixture
def office() -> Office:
    return make_office()


def sent(text: str = PEOPLE, **changes: Any) -> dict[str, Any]:
    given = {
        "title": "お知らせ",
        "body": "{未納額}です。",
        "facts": "未納額",
        "office": UNIT,
        "profile": "organisation",
    }
    return {**given, "decision": "", "file": SimpleUploadedFile("list.csv", text.encode(), "text/csv"), **changes}


def at(batch: NoticeBatch, what: str = "") -> str:
    return f"{LIST}{batch.id}/{what}"


def test_a_list_is_checked_reviewed_and_made(page: Any, office: Office, run_jobs: Any) -> None:
    made = page.post(f"{LIST}new/", sent(), user=office.drafter)
    batch = NoticeBatch.objects.get()
    assert made.location == at(batch)
    assert "公印審査に回す" in page.get(at(batch), user=office.drafter).text
    assert page.post(at(batch, "start/"), {}, user=office.drafter).status == 403
    page.post(at(batch, "ask/"), {}, user=office.drafter)
    assert "全員に通知する" in page.get(at(batch), user=office.reviewer).text
    page.post(at(batch, "start/"), {}, user=office.reviewer)
    running = page.get(at(batch), user=office.drafter)
    assert "一時停止する" in running.text
    assert "2人のうち0人分" in page.get(at(batch), user=office.drafter, htmx=True).text
    run_jobs()
    done = page.get(at(batch), user=office.drafter)
    assert "終わりました" in done.text
    assert "送付済み" in done.text
    assert done.html.count("/desk/notices/") > 2


def test_faults_stand_by_row_and_column_and_nothing_is_made(page: Any, office: Office) -> None:
    wrong = PEOPLE.replace("hanako@example.jp", "壊れた")
    shown = page.post(f"{LIST}new/", sent(wrong), user=office.drafter)
    assert (shown.status, NoticeBatch.objects.count()) == (422, 0)
    assert "メールアドレスの形ではありません" in shown.text
    assert "お知らせ" in shown.html


def test_a_column_that_the_text_needs_is_asked_for(page: Any, office: Office) -> None:
    shown = page.post(f"{LIST}new/", sent(body="{延滞金}"), user=office.drafter)
    assert "この列がありません" in shown.text


def test_a_disposition_asks_for_its_decision(page: Any, office: Office) -> None:
    shown = page.post(f"{LIST}new/", sent(profile="disposition"), user=office.drafter)
    assert (shown.status, "決定済みの事案" in shown.text) == (422, True)
    decided(7, unit=UNIT)
    given = sent(profile="disposition", decision="7")
    assert page.post(f"{LIST}new/", given, user=office.drafter).status == 302


def test_the_text_is_for_the_own_office(page: Any, office: Office) -> None:
    assert page.post(f"{LIST}new/", sent(office="T-01-01-02"), user=office.drafter).status == 422


def test_any_line_is_previewed(page: Any, office: Office) -> None:
    batch = new_batch(office.drafter, unit=UNIT)
    shown = page.get(at(batch, "preview/?row=3"), user=office.drafter)
    assert "都民3さん" in shown.h1
    assert "data:image/png" in shown.html
    assert {"前の行", "次の行"} <= set(shown.links)


@pytest.mark.parametrize("what", ["", "preview/", "results/csv/"])
def test_another_office_reaches_none_of_it(page: Any, office: Office, what: str) -> None:
    batch = new_batch(office.drafter, unit=UNIT)
    assert page.get(at(batch, what)).status == 302
    assert page.get(at(batch, what), user=office.stranger).status == 404
    assert page.post(at(batch, "cancel/"), {}, user=office.stranger).status == 404


def test_what_cannot_be_done_now_is_said(page: Any, office: Office) -> None:
    batch = new_batch(office.drafter, unit=UNIT)
    assert page.post(at(batch, "resume/"), {}, user=office.drafter).status == 302
    assert "一時停止した名簿だけ" in page.get(at(batch), user=office.drafter).text
    assert page.post(at(batch, "dance/"), {}, user=office.drafter).status == 404


@pytest.mark.parametrize(("form", "status"), [("csv/", 200), ("csv/?encoding=cp932", 200), ("xlsx/", 200), ("x/", 404)])
def test_the_results_are_a_file(office: Office, client: Any, form: str, status: int) -> None:
    batch = new_batch(office.drafter, unit=UNIT)
    client.force_login(office.drafter)
    answer = client.get(at(batch, f"results/{form}"))
    assert answer.status_code == status
    if "csv" in form:
        body = b"".join(answer.streaming_content)
        assert "都民2" in body.decode("cp932" if "cp932" in form else "utf-8-sig")


def test_the_list_of_lists(page: Any, office: Office) -> None:
    assert "まだありません" in page.get(LIST, user=office.drafter).text
    new_batch(office.drafter, unit=UNIT)
    assert "納税のお知らせ" in page.get(LIST, user=office.drafter).text
    assert "納税のお知らせ" not in page.get(LIST, user=office.stranger).text
