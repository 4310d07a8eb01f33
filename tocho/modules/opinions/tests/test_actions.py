from datetime import date, timedelta

import pytest

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor
from tocho.core.notify import api as notify
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.modules.opinions import actions, api
from tocho.modules.opinions.models import Inquiry, Opinion

from .factories import ASKING, AT, FIRST, SECOND, SUBJECT, Offices, ask, make_offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices() -> Offices:
    return make_offices()


def answer(opinion: Opinion, user_id: int, verdict: str = "none", text: str = "") -> Opinion:
    actor = Actor(user_id=user_id)
    return actions.answer(opinion_id=opinion.id, verdict=verdict, text=text, file_ids=[], actor=actor, at=AT)


def inbox(user_id: int) -> list[str]:
    return [task.title for task in process.inbox(org.addresses_of(user_id, at=AT)).rows]


def test_each_asked_section_finds_it_in_its_inbox(offices: Offices) -> None:
    ask(offices)
    assert inbox(offices.first.id) == inbox(offices.second.id) == ["意見照会：占用許可 2020-1"]
    assert inbox(offices.stranger.id) == inbox(offices.clerk.id) == []


def test_pressed_twice_it_is_asked_once(offices: Offices) -> None:
    assert ask(offices).id == ask(offices).id
    assert Opinion.objects.count() == 2


def test_gone_back_and_sent_to_others_it_is_another_question(offices: Offices) -> None:
    assert ask(offices, FIRST).id != ask(offices, SECOND).id


@pytest.mark.parametrize(
    ("units", "due_on", "reason"),
    [
        ((ASKING,), date(2020, 11, 30), "自分の課には"),
        ((FIRST,), date(2020, 11, 20), "あした以降"),
        ((SECOND,), date(2020, 11, 30), "すでに照会しています"),
    ],
)
def test_what_cannot_be_asked(offices: Offices, units: tuple[str, ...], due_on: date, reason: str) -> None:
    ask(offices, SECOND, once="before")
    with pytest.raises(Refused, match=reason):
        ask(offices, *units, due_on=due_on)


def test_an_answer_reaches_those_who_asked(offices: Offices) -> None:
    inquiry = ask(offices)
    first, second = inquiry.opinions.all()
    answer(first, offices.first.id, "remark", "夜間工事としてください")
    answer(second, offices.second.id)
    assert inbox(offices.first.id) == []
    (view,) = api.inquiries_of(SUBJECT)
    assert [(one.state, one.state_label, one.text) for one in view.opinions] == [
        ("answered", "意見あり", "夜間工事としてください"),
        ("answered", "異議なし", ""),
    ]
    assert "計画課" in "".join(message.subject for message in notify.inbox_of(offices.clerk.id))
    entry = next(entry for entry in ledger.entries_of(SUBJECT) if entry.kind == "opinion.answered")
    assert (entry.data["verdict"], entry.data["within"], entry.data["answer_days"]) == ("remark", True, 0)
    assert "夜間" not in str(entry.data)


def test_anything_but_no_objection_needs_words(offices: Offices) -> None:
    opinion = ask(offices).opinions.all()[0]
    with pytest.raises(Refused, match="内容を書いて"):
        answer(opinion, offices.first.id, "objection", " ")


def test_an_answer_is_given_once(offices: Offices) -> None:
    opinion = ask(offices).opinions.all()[0]
    answer(opinion, offices.first.id)
    answer(opinion, offices.first.id)
    with pytest.raises(actions.OpinionGone):
        answer(opinion, offices.colleague.id, "objection", "だめです")


def test_taken_back_it_leaves_the_inbox_but_not_after_the_answer(offices: Offices) -> None:
    first, second = ask(offices).opinions.all()
    actor = Actor(user_id=offices.clerk.id)
    api.withdraw(opinion_id=first.id, actor=actor, at=AT)
    api.withdraw(opinion_id=first.id, actor=actor, at=AT)
    assert inbox(offices.first.id) == []
    answer(second, offices.second.id)
    with pytest.raises(actions.OpinionGone, match="回答が届いて"):
        api.withdraw(opinion_id=second.id, actor=actor, at=AT)
    assert [entry.kind for entry in ledger.entries_of(SUBJECT)].count("opinion.withdrawn") == 1


def test_reminded_once_a_day(offices: Offices, run_jobs: RunJobs) -> None:
    opinion = ask(offices).opinions.all()[0]
    actor = Actor(user_id=offices.clerk.id)
    api.remind(opinion_id=opinion.id, actor=actor, at=AT)
    assert len(notify.inbox_of(offices.colleague.id)) == 1
    with pytest.raises(Refused, match="きょうはすでに"):
        api.remind(opinion_id=opinion.id, actor=actor, at=AT)
    api.remind(opinion_id=opinion.id, actor=actor, at=AT + timedelta(days=1))
    assert len(notify.inbox_of(offices.colleague.id)) == 2
    run_jobs()


def test_when_the_subject_ends_nothing_is_asked_any_more(offices: Offices) -> None:
    answer(ask(offices).opinions.all()[0], offices.first.id)
    assert [api.withdraw_all(subject=SUBJECT, actor=Actor(), at=AT) for _again in range(2)] == [1, 0]
    assert Inquiry.objects.get().opinions.filter(withdrawn_at=None).count() == 1
