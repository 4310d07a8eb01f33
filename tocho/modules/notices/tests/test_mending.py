"""Rows of a list that could not be made: put right one by one or in a file, looked at again, made once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger.api import Actor
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices import actions
from tocho.modules.notices.models import Notice, NoticeBatch
from tocho.modules.notices.tests.factories import AT
from tocho.modules.notices.tests.test_batches import kinds, new_batch, rows_of, states
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
FAILED = {3: "𓀀", 5: "𓀁"}  # line → a name that no font can draw


@pytest.fixture
def office() -> Office:
    return make_office()


def failed_batch(office: Office, run_jobs: RunJobs, *, profile: str = "organisation") -> NoticeBatch:
    """Five rows of which two could not be made."""
    rows = [(number, {**values, "宛名": FAILED.get(number, values["宛名"])}) for number, values in rows_of(5)]
    batch = new_batch(office.drafter, rows=rows, unit=UNIT, profile=profile)
    actions.ask_seal(batch_id=batch.id, actor=Actor(office.drafter.id), at=AT)
    actions.start_batch(batch_id=batch.id, actor=Actor(office.reviewer.id), at=AT)
    run_jobs()
    assert states(batch) == {"made": 3, "failed": 2}
    return batch


def at(batch: NoticeBatch, what: str = "") -> str:
    return f"/desk/notices/batches/{batch.id}/{what}"


def fields(name: str) -> dict[str, str]:
    return {"c0": name, "c1": "新宿区", "c2": "p3@example.jp", "c3": "はい", "c4": "1円"}


def test_a_row_is_put_right_looked_at_and_made_once(page: Pages, office: Office, run_jobs: RunJobs) -> None:
    batch = failed_batch(office, run_jobs)
    before = Notice.objects.get(id=batch.rows.get(number=3).notice_id)
    shown = page.get(at(batch, "rows/3/"), user=office.drafter)
    assert "文字「𓀀」は表示できません" in shown
    assert shown.fields["c0"] == "𓀀"
    assert page.post(at(batch, "rows/3/"), fields("鈴木 一")).location == at(batch)
    run_jobs()
    assert states(batch) == {"made": 3, "failed": 1, "mended": 1}
    assert page.post(at(batch, "confirm/"), {}).status == 403
    assert "直した行を審査して、通知する" in page.get(at(batch), user=office.reviewer)
    page.post(at(batch, "confirm/"), {})
    run_jobs()
    page.post(at(batch, "confirm/"), {})
    run_jobs()
    after = batch.rows.get(number=3).notice
    assert after is not None
    assert (states(batch), after.id, after.code) == ({"made": 4, "failed": 1}, before.id, before.code)
    assert (after.state, after.data["applicant"]["name"]) == ("released", "鈴木 一")
    assert kinds(batch)[-3:] == ["notice_batch.mended", "notice_batch.mended_confirmed", "notice_batch.done"]


def test_what_is_still_wrong_stands_on_the_form(page: Pages, office: Office, run_jobs: RunJobs) -> None:
    batch = failed_batch(office, run_jobs)
    again = page.post(at(batch, "rows/3/"), fields("𓀂"), user=office.drafter)
    assert (again.status, again.fields["c0"]) == (422, "𓀂")
    assert "文字「𓀂」は表示できません" in again
    empty = page.post(at(batch, "rows/3/"), {**fields("鈴木"), "c2": "壊れた"})
    assert "メールアドレスの形ではありません" in empty
    assert states(batch) == {"made": 3, "failed": 2}


def sent(text: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("mend.csv", text.encode(), "text/csv")}


def test_the_failed_rows_are_put_right_in_a_file(page: Pages, office: Office, run_jobs: RunJobs) -> None:
    batch = failed_batch(office, run_jobs)
    answer = page.get(at(batch, "mend/csv/"), user=office.drafter)
    given = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line.split(",")[0] for line in given.split()] == ["行", "3", "5"]
    wrong = page.post(at(batch, "mend/"), sent(given.replace("\n3,", "\n2,").replace("𓀀", "甲")))
    assert wrong.status == 422
    assert "直すところのある行ではありません" in wrong
    mended = given.replace("𓀀", "甲").replace("𓀁", "乙")
    assert page.post(at(batch, "mend/"), sent(mended)).location == at(batch)
    actions.confirm_mended(batch_id=batch.id, actor=Actor(office.reviewer.id), at=AT)
    run_jobs()
    assert states(batch) == {"made": 5}
    assert Notice.objects.filter(state="released").count() == 5
    assert page.post(at(batch, "mend/"), sent(mended)).status == 422
    assert Notice.objects.count() == 5


def test_who_put_a_row_right_does_not_review_it(office: Office, run_jobs: RunJobs) -> None:
    batch = failed_batch(office, run_jobs)
    values = {3: {**batch.rows.get(number=3).values, "宛名": "甲"}}
    actions.mend_rows(batch_id=batch.id, rows=values, actor=Actor(office.reviewer.id), at=AT)
    for person in (office.drafter, office.reviewer):
        with pytest.raises(actions.BatchRefused, match="公印審査"):
            actions.confirm_mended(batch_id=batch.id, actor=Actor(person.id), at=AT)
    assert actions.confirm_mended(batch_id=batch.id, actor=Actor(office.chief.id), at=AT) == 1
    NoticeBatch.objects.filter(id=batch.id).update(state="cancelled")
    with pytest.raises(actions.BatchRefused, match="直せません"):
        actions.mend_rows(batch_id=batch.id, rows=values, actor=Actor(office.chief.id), at=AT)


def test_only_the_office_puts_rows_right(page: Pages, office: Office, run_jobs: RunJobs) -> None:
    batch = failed_batch(office, run_jobs)
    for what in ("mend/", "mend/csv/", "rows/3/"):
        assert page.get(at(batch, what), user=office.reviewer).status == 403
    assert page.get(at(batch, "rows/99/"), user=office.drafter).status == 404
    assert page.get(at(batch, "rows/2/")).location == at(batch)
