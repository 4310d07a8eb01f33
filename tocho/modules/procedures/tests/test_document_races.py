"""Two parties and an officer at the same document at once: one order, and nobody acts on what they have not seen."""

from typing import Any

import pytest

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused
from tocho.modules.dossiers import api as dossiers
from tocho.modules.dossiers.tests.factories import stored
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application

from .factories import AT, World, make_world, submit
from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.VAR_DIR = tmp_path
    return make_world(documents=[{"key": "articles", "title": "定款", "later": True}])


def give(case: Application, words: str, seen: int) -> object:
    place = {"application_id": case.id, "key": "articles", "party": "applicant", "seen": seen}
    return actions.give_document(**place, file_ids=[stored(words)], actor=Actor(), at=AT)  # type: ignore[arg-type]


def judge(case: Application, world: World, reason: str | None, seen: int) -> object:
    return actions.judge_document(
        application_id=case.id,
        key="articles",
        party="applicant",
        seen=seen,
        reason=reason,
        actor=world.office.actor("drafter"),
        at=AT,
    )


def item(case: Application) -> dossiers.ItemView:
    return dossiers.items_of(actions.subject_of(case))[0]


def test_two_people_give_the_same_document(world: World) -> None:
    for _round in range(3):
        case = submit(world.version, kind="free")
        ends = at_once(lambda one=case: give(one, "甲の定款", 0), lambda one=case: give(one, "乙の定款", 0))  # type: ignore[misc]
        assert ends == {"done": 1, "refused": 1}
        assert len(item(case).sheets) == 1


def test_judged_while_it_is_replaced(world: World) -> None:
    for reason in (None, "読めません", None, "読めません"):
        case = submit(world.version, kind="free")
        give(case, "はじめの定款", 0)
        ends = at_once(
            lambda one=case: give(one, "あとの定款", 1),  # type: ignore[misc]
            lambda one=case, why=reason: judge(one, world, why, 1),  # type: ignore[misc]
        )
        assert ends == {"done": 1, "refused": 1}
        assert item(case).turn == 2


def test_returned_while_it_is_given_again(world: World) -> None:
    for _round in range(3):
        case = submit(world.version, kind="free")
        give(case, "はじめの定款", 0)
        judge(case, world, "読めません", 1)
        back = {"application_id": case.id, "message": "", "deadline_on": AT.date().replace(day=30)}
        ends = at_once(
            lambda one=back: actions.return_documents(**one, actor=world.office.actor("drafter"), at=AT),  # type: ignore[arg-type, misc]
            lambda one=case: give(one, "あとの定款", 1),  # type: ignore[misc]
        )
        assert ends == {"done": 1, "refused": 1}
        assert item(case).state == "returned"
        give(case, "読める定款", item(case).turn)
        actions.answer_correction(application_id=case.id, answers={}, at=AT)


def test_a_correction_is_not_answered_without_its_documents(world: World) -> None:
    case = submit(world.version, kind="free")
    judge(case, world, "出してください", 0)
    actions.return_documents(
        application_id=case.id,
        message="",
        deadline_on=AT.date().replace(day=30),
        actor=world.office.actor("drafter"),
        at=AT,
    )
    with pytest.raises(Refused):
        actions.answer_correction(application_id=case.id, answers={}, at=AT)
