"""Asking, answering, settling, reading, closing, erasing — each once, each in the ledger without what was said."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import connection

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.messages import actions, api
from tocho.modules.messages.models import Message
from tocho.modules.messages.signals import message_answered

from .factories import UNIT, Office, make_office

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)  # a Friday
LATER = AT + timedelta(days=5)
SUBJECT = Subject("matter", 7)


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


def ask(text: str = "いつ届きますか", once: str = "a", at: datetime = AT, **more: object) -> int:
    return api.ask(
        subject=SUBJECT,
        unit=UNIT,
        title="納税証明書の交付 2020-1",
        draft=api.Draft(text, once, **more),  # type: ignore[arg-type]
        actor=Actor(),
        at=at,
    )


def answer(office: Office, text: str = "明日です", once: str = "b", at: datetime = LATER) -> int:
    actor = Actor(user_id=office.drafter.id)
    return api.answer(subject=SUBJECT, unit=UNIT, title="", draft=api.Draft(text, once), actor=actor, at=at)


def kinds() -> list[str]:
    return [entry.kind for entry in ledger.entries_of(SUBJECT)]


def test_a_question_stands_in_the_inbox_until_it_is_answered(office: Office) -> None:
    ask()
    (task,) = process.tasks_of(SUBJECT)
    assert (task.kind, task.due_on) == ("messages.answer", date(2020, 11, 26))  # the 23rd is a holiday
    answer(office)
    assert process.tasks_of(SUBJECT) == ()
    entry = ledger.entries_of(SUBJECT)[-1]
    assert entry.kind == "message.answered"
    assert (entry.data["answer_days"], entry.data["within"]) == (2, True)
    assert "明日" not in str(entry.data)


def test_a_second_question_joins_the_first_and_keeps_its_day(office: Office) -> None:
    ask()
    ask("もう一つ", once="c", at=LATER)
    assert [task.due_on for task in process.tasks_of(SUBJECT)] == [date(2020, 11, 26)]


def test_sent_twice_with_one_form_is_written_once(office: Office) -> None:
    assert ask() == ask()
    assert Message.objects.count() == 1
    assert kinds() == ["message.asked"]


def test_news_of_an_answer_goes_up(office: Office) -> None:
    heard: list[int] = []

    def hear(message_id: int, **news: object) -> None:
        heard.append(message_id)

    message_answered.connect(hear)
    try:
        heard_of = answer(office)
    finally:
        message_answered.disconnect(hear)
    assert heard == [heard_of]


def test_gone_back_and_corrected_it_is_another_message(office: Office) -> None:
    ask()
    ask("いつ届きますか。急いでいます")
    answer(office, text="いつ届きますか", once="a")
    assert [one.text for one in Message.objects.all()] == [
        "いつ届きますか",
        "いつ届きますか。急いでいます",
        "いつ届きますか",
    ]


def test_without_a_key_nothing_is_lost(office: Office) -> None:
    ask("一つめ", once="")
    ask("二つめ", once="")
    assert Message.objects.count() == 2


def test_a_question_settled_leaves_the_inbox_once(office: Office) -> None:
    ask()
    for _press in (1, 2):
        api.settle(subject=SUBJECT, actor=Actor(user_id=office.drafter.id), at=LATER)
    assert process.tasks_of(SUBJECT) == ()
    assert kinds() == ["message.asked", "message.settled"]


def test_reading_is_recorded_when_there_was_something_new(office: Office) -> None:
    ask()
    assert api.unread_counts("matter", [7], side=api.OFFICE) == {7: 1}
    reader = Actor(user_id=office.drafter.id)
    for expected in (1, 0):
        assert api.mark_read(subject=SUBJECT, side=api.OFFICE, actor=reader, at=AT) == expected
    assert api.unread_counts("matter", [7], side=api.OFFICE) == {}
    assert api.thread_of(SUBJECT, side=api.APPLICANT).messages[0].note == "既読"
    assert kinds() == ["message.asked", "message.read"]


def test_what_is_open_when_the_case_ends_is_still_answered(office: Office) -> None:
    ask()
    api.close(subject=SUBJECT, at=AT)
    with pytest.raises(api.ThreadClosed):
        ask(once="c")
    answer(office)
    with pytest.raises(api.ThreadClosed):
        answer(office, once="d")


def test_the_end_of_retention_empties_texts_and_files_and_keeps_the_count(office: Office) -> None:
    stored = files.store(BytesIO("日付\n".encode()), name="a.txt", by=SYSTEM, at=AT)
    ask("住所は…", file_ids=[stored.id])
    assert [one.name for one in api.thread_of(SUBJECT, side=api.OFFICE).messages[0].files] == ["a.txt"]
    assert [api.erase(subject=SUBJECT, at=LATER) for _time in (1, 2)] == [1, 0]
    thread = api.thread_of(SUBJECT, side=api.OFFICE)
    assert (thread.erased, thread.messages[0].text, thread.messages[0].files) == (True, "", ())
    with pytest.raises(FileNotFoundError):
        files.open_file(stored.id)


def test_a_phrase_moved_to_another_unit_keeps_titles_apart(office: Office) -> None:
    by = Actor(user_id=office.drafter.id)
    kept = actions.save_phrase(phrase_id=None, unit="T-09", title="お礼", text="…", actor=by, at=AT)
    moved = actions.save_phrase(phrase_id=None, unit=UNIT, title="お礼", text="…", actor=by, at=AT)
    with pytest.raises(Refused, match="もうあります"):
        actions.save_phrase(phrase_id=moved.id, unit="T-09", title="お礼", text="…", actor=by, at=AT)
    actions.delete_phrase(phrase_id=kept.id, actor=by, at=AT)
    assert actions.save_phrase(phrase_id=moved.id, unit="T-09", title="お礼", text="…", actor=by, at=AT).unit == "T-09"
    with pytest.raises(Refused, match="削除しました"):
        actions.save_phrase(phrase_id=kept.id, unit=UNIT, title="お礼", text="…", actor=by, at=AT)


def test_a_title_is_given_once_in_a_unit(office: Office) -> None:
    first = actions.save_phrase(phrase_id=None, unit=UNIT, title="お礼", text="どうも", actor=SYSTEM, at=AT)
    with pytest.raises(actions.Refused):
        actions.save_phrase(phrase_id=None, unit=UNIT, title="お礼", text="別", actor=SYSTEM, at=AT)
    actions.save_phrase(phrase_id=first.id, unit=UNIT, title="お礼", text="直した", actor=SYSTEM, at=AT)
    assert api.phrase_text(first.id, user_id=office.drafter.id, at=AT) == "直した"
    assert api.phrase_text(first.id, user_id=office.stranger.id, at=AT) == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_message_is_written() -> None:
    make_office()
    start = Barrier(2)

    def press() -> None:
        start.wait()
        try:
            ask()
        finally:
            connection.close()

    both = [Thread(target=press) for _press in (1, 2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Message.objects.count() == 1
    assert kinds() == ["message.asked"]
