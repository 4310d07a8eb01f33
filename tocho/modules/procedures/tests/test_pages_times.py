"""Where cases stay longest, drawn and in a table; and the times of one case."""

from datetime import timedelta

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.engines.process import api as process
from tocho.modules.procedures import actions
from tocho.modules.procedures.actions import subject_of
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries.times import duration
from tocho.ui.testing import Pages

from .factories import AT, World, make_world, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def examined(world: World, *, days: int) -> Application:
    case = submit(world.version, kind="free")
    actor = Actor(user_id=world.office.drafter.id)
    (task,) = process.tasks_of(subject_of(case))
    process.take(task.id, actor=actor, at=AT + timedelta(hours=5))
    at = AT + timedelta(days=days)
    actions.draft_decision(application_id=case.id, outcome="approve", reasons="", body="", actor=actor, at=at)
    return case


def test_the_slowest_step_is_said_drawn_and_listed(page: Pages, world: World) -> None:
    for days in (1, 2, 4):
        examined(world, days=days)
    shown = page.get("/desk/procedures/mihon/times/", user=world.office.stranger, queries=12)
    assert "半分の案件が2.0日以上、1割が3.6日以上" in shown
    assert "5.0時間" in shown
    assert '"heat"' in shown.html
    assert page.get("/desk/procedures/nothing/times/").status == 404


def test_no_cases_yet(page: Pages, world: World) -> None:
    assert "まだ案件がありません" in page.get("/desk/procedures/mihon/times/", user=world.office.drafter)
    page.client.logout()
    assert "/accounts/login/" in page.get("/desk/procedures/mihon/times/").location


def test_the_times_of_one_case(page: Pages, world: World) -> None:
    case = examined(world, days=2)
    shown = page.get(f"/desk/cases/{case.id}/process/", user=world.office.drafter, queries=14)
    assert "5.0時間" in shown
    assert "1.8日" in shown
    entry = next(
        entry for entry in ledger.entries_of(Subject("application", case.id)) if entry.kind == "application.examined"
    )
    assert (entry.data["waited_hours"], entry.data["examined_hours"]) == (5, 48)


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (90, "2分"), (3600, "1.0時間"), (86400, "1.0日"), (200000, "2.3日")]
)
def test_duration(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words
