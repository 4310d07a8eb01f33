from collections import Counter
from typing import Any

import pytest

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor, Subject, entries_of
from tocho.core.notify.models import Message
from tocho.core.org.tests.factories import make_user
from tocho.engines.documents import api as documents
from tocho.engines.documents.tests.test_rendering import text_of
from tocho.modules.notices import actions
from tocho.modules.notices.models import BatchRow, Notice, NoticeBatch
from tocho.modules.notices.queries.batches import read_recipients, result_rows
from tocho.modules.notices.rules import filled_in, placeholders
from tocho.modules.notices.tests.factories import AT, LATER, decided

pytestmark = pytest.mark.django_db
HEADING = "宛名,郵便番号,住所,メール,電子通知の希望,未納額"
LIST = f"""{HEADING}
山田 花子,163-8001,新宿区西新宿2-8-1,hanako@example.jp,はい,"3,200円"
田中 一郎,100-0001,千代田区1-1,,いいえ,500円"""


@pytest.fixture
def maker() -> User:
    return make_user("maker")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def rows_of(count: int) -> list[tuple[int, dict[str, str]]]:
    each = {"住所": "新宿区", "電子通知の希望": "はい", "未納額": "1円"}
    return [(n, {**each, "宛名": f"都民{n}", "メール": f"p{n}@example.jp"}) for n in range(2, count + 2)]


def new_batch(maker: User, *, once: str = "once", count: int = 5, **changes: Any) -> NoticeBatch:
    what = {
        "title": "納税のお知らせ",
        "body": "未納額は{未納額}です。\n\n窓口へお越しください。",
        "facts": ["未納額"],
        "columns": ["宛名", "住所", "メール", "電子通知の希望", "未納額"],
        "rows": rows_of(count),
        "office": "主税局 徴収課",
        "unit": "T-01-01-01",
        "profile": "organisation",
        "decision_id": None,
    } | changes
    return actions.make_batch(actions.NewBatch(**what), once=once, actor=Actor(maker.id), at=AT)


def started(maker: User, reviewer: User, **changes: Any) -> NoticeBatch:
    batch = new_batch(maker, **changes)
    if batch.profile != "none":
        actions.ask_seal(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    return actions.start_batch(batch_id=batch.id, actor=Actor(reviewer.id), at=AT)


def states(batch: NoticeBatch) -> dict[str, int]:
    return dict(Counter(batch.rows.values_list("state", flat=True)))


def kinds(batch: NoticeBatch) -> list[str]:
    return [entry.kind for entry in entries_of(Subject("notice_batch", batch.id))]


# --- the list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_list_is_read_in_either_encoding(encoding: str) -> None:
    read = read_recipients(LIST.encode(encoding), asked=("未納額",))
    assert (read.faults, read.problem, [n for n, _values in read.rows]) == ((), "", [2, 3])
    assert read.rows[0][1]["未納額"] == "3,200円"


def test_all_faults_are_told_by_row_and_column() -> None:
    text = f"{HEADING}\n,1,,a@b.jp,はい,1\n甲,,,壊れた,はい,1\n乙,,,,はい,\n丙,,,,いいえ,1\n丁,,住所,,たぶん,1\n"
    found = [(one.row, one.column) for one in read_recipients(text.encode(), asked=("未納額",)).faults]
    assert found == [
        (2, "宛名"), (3, "メール"), (4, "未納額"), (4, "メール"), (5, "住所"), (6, "電子通知の希望"),
    ]  # fmt: skip


def test_missing_and_double_columns_are_told() -> None:
    read = read_recipients("宛名,住所,住所\n甲,乙,丙".encode(), asked=("未納額",))
    assert [(one.row, one.column) for one in read.faults] == [(1, "未納額"), (1, "住所")]


@pytest.mark.parametrize("content", [b"", "宛名".encode(), b"\x00\x01\xff"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    read = read_recipients(content, asked=())
    assert read.problem or read.faults


def test_a_text_takes_the_values_of_each_line() -> None:
    assert placeholders("{甲}と{乙}と{甲}") == ("甲", "乙")
    assert filled_in("{甲}円 {丙}", {"甲": "3"}) == "3円 {丙}"


# --- making it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "told"), [("disposition", True), ("organisation", False)])
def test_the_letter_of_a_disposition_has_reasons_and_says_how_to_appeal(maker: User, profile: str, told: bool) -> None:
    decided(7, unit="T-01-01-01", reasons="要件を満たさないため。")
    batch = new_batch(maker, profile=profile, decision_id=7)
    data = actions.data_of(batch, batch.rows.order_by("number")[0].values)
    words = text_of(documents.render(actions.BATCH_SOURCE, actions.filled(data, title="通知", profile=profile, at=AT)))
    for said in ("要件を満たさないため。", "審査請求", "処分の取消しの訴え", "決定番号"):
        assert (said in words) == told, said


def test_everybody_gets_a_notice_of_their_own(maker: User, reviewer: User, run_jobs) -> None:  # type: ignore[no-untyped-def]
    batch = started(maker, reviewer, count=45)
    run_jobs()
    batch.refresh_from_db()
    assert (batch.state, states(batch)) == ("done", {"made": 45})
    assert Notice.objects.filter(state="released", signature_level="B-B").count() == 45
    assert Message.objects.filter(template="notices/released").count() == 45
    assert kinds(batch) == [f"notice_batch.{act}" for act in ("made", "review_asked", "started", "done")]
    first = Notice.objects.order_by("id").first()
    assert first is not None
    assert first.data["rows"] == [["未納額", "1円"]]
    assert first.data["body"][0] == "未納額は1円です。"


def test_without_a_wish_it_waits_for_the_post(maker: User, reviewer: User, run_jobs) -> None:  # type: ignore[no-untyped-def]
    row = {
        "宛名": "甲",
        "住所": "新宿区",
        "郵便番号": "163-8001",
        "メール": "a@example.jp",
        "電子通知の希望": "いいえ",
        "未納額": "1",
    }
    batch = started(maker, reviewer, rows=[(2, row)])
    run_jobs()
    notice = batch.rows.get().notice
    assert notice is not None
    assert (notice.state, notice.recipient_email) == ("sealed", "")
    assert notice.data["applicant"]["address"] == "〒163-8001　新宿区"
    assert not Message.objects.filter(template="notices/released").exists()


def test_making_it_twice_is_once(maker: User) -> None:
    assert new_batch(maker).id == new_batch(maker).id
    assert BatchRow.objects.count() == 5


def test_a_disposition_needs_a_decision_that_stands(maker: User, reviewer: User) -> None:
    with pytest.raises(actions.BatchRefused):
        new_batch(maker, profile="disposition")
    decided(7)
    batch = new_batch(maker, profile="disposition", decision_id=7)
    actions.ask_seal(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    decided(7).__class__.objects.filter(id=7).update(state="issuance_cancelled")
    with pytest.raises(actions.BatchRefused, match="決定済み"):
        actions.start_batch(batch_id=batch.id, actor=Actor(reviewer.id), at=AT)


def test_whoever_made_the_list_does_not_review_its_seal(maker: User, reviewer: User) -> None:
    batch = new_batch(maker)
    with pytest.raises(actions.BatchRefused, match="始められません"):
        actions.start_batch(batch_id=batch.id, actor=Actor(reviewer.id), at=AT)
    actions.ask_seal(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    with pytest.raises(actions.BatchRefused, match="公印審査"):
        actions.start_batch(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    assert actions.start_batch(batch_id=batch.id, actor=Actor(reviewer.id), at=AT).sealed_by_id == reviewer.id


def test_a_pause_holds_and_a_cancel_ends_the_rest(maker: User, reviewer: User, run_jobs) -> None:  # type: ignore[no-untyped-def]
    batch = started(maker, reviewer, count=50)
    assert actions.make_rows(batch_id=batch.id, at=AT)
    actions.pause_batch(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    run_jobs()
    assert states(batch) == {"made": 20, "waiting": 30}
    actions.resume_batch(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    assert actions.make_rows(batch_id=batch.id, at=AT)
    actions.cancel_batch(batch_id=batch.id, actor=Actor(maker.id), at=AT)
    run_jobs()
    assert states(batch) == {"made": 40, "cancelled": 10}
    with pytest.raises(actions.BatchRefused):
        actions.resume_batch(batch_id=batch.id, actor=Actor(maker.id), at=AT)


def test_what_cannot_be_made_is_named_and_tried_again(maker: User, reviewer: User, run_jobs) -> None:  # type: ignore[no-untyped-def]
    rows = rows_of(4)
    rows[1][1]["宛名"] = "𓀀"
    batch = started(maker, reviewer, rows=rows)
    run_jobs()
    batch.refresh_from_db()
    failed = batch.rows.get(state="failed")
    assert (batch.state, failed.number, failed.problem) == (
        "done", 3, "文字「𓀀」は表示できません。別の字に直してください。"
    )  # fmt: skip
    assert actions.retry_failed(batch_id=batch.id, actor=Actor(maker.id), at=LATER) == 1
    run_jobs()
    assert states(batch) == {"made": 3, "failed": 1}
    assert [row[2] for row in result_rows(batch.rows.all())] == ["作成済み", "作成できない", "作成済み", "作成済み"]


def test_a_piece_is_made_whole_or_not_at_all(maker: User, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, real, signed = started(maker, reviewer), documents.sign, []

    def breaks(*args: Any, **given: Any) -> documents.Signed:
        if len(signed) == 3:
            raise OSError("the key is out of reach")
        signed.append(real(*args, **given))
        return signed[-1]

    monkeypatch.setattr(documents, "sign", breaks)
    with pytest.raises(OSError, match="out of reach"):
        actions.make_rows(batch_id=batch.id, at=AT)
    assert (states(batch), Notice.objects.count()) == ({"waiting": 5}, 0)
    monkeypatch.setattr(documents, "sign", real)
    assert not actions.make_rows(batch_id=batch.id, at=LATER)
    assert (states(batch), kinds(batch)[-1]) == ({"made": 5}, "notice_batch.done")


def test_a_piece_costs_the_database_the_same_however_long(
    maker: User, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    small, large = started(maker, reviewer, count=2), started(maker, reviewer, once="large", count=15)
    for batch in (small, large):
        with django_assert_max_num_queries(34):
            actions.make_rows(batch_id=batch.id, at=AT)


def test_without_seal_it_needs_no_review(maker: User, run_jobs) -> None:  # type: ignore[no-untyped-def]
    batch = started(maker, maker, profile="none")
    run_jobs()
    assert states(batch) == {"made": 5}
    assert Notice.objects.filter(state="released").count() == 5
