"""Running cases move to the flow of the present version: preview, job, progress, each case in the ledger."""

import pytest

from tocho.core.accounts.models import User
from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.engines.process.models import Instance
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application, VersionMove
from tocho.ui.testing import Pages

from .factories import AT, UNIT, World, make_world, source, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def chief() -> User:
    return make_officer("mover", make_post(OrgUnit.objects.get(code=UNIT), "担当課長", rank=5))


def publish_again(*, without: str = "") -> None:
    new = source()
    new["process"] = new["process"].replace('name="審査する"', 'name="審査を行う"')
    if without:
        new["process"] = new["process"].replace(f'"{without}"', f'"{without}_2"')
    actions.publish_version(source=new, actor=SYSTEM, at=AT)


def test_cases_move_and_each_is_recorded(page: Pages, world: World, chief: User, run_jobs: RunJobs) -> None:
    cases = [submit(world.version, kind="free") for _number in range(3)]
    publish_again()
    shown = page.get("/desk/procedures/mihon/move/", user=chief, queries=16)
    assert "移せる案件を移す" in shown
    page.post("/desk/procedures/mihon/move/")
    page.post("/desk/procedures/mihon/move/")  # pressed twice: one move
    run_jobs(only="procedures.move_cases")
    move = VersionMove.objects.get()
    assert (move.total, move.moved, move.refused_count) == (3, 3, 0)
    assert set(Instance.objects.values_list("definition_id", flat=True)) == {move.definition_id}
    for case in cases:
        entries = ledger.entries_of(Subject("application", case.id))
        assert [entry.kind for entry in entries].count("application.flow_moved") == 1
    assert set(Application.objects.values_list("version_id", flat=True)) == {world.version.id}
    assert "前の版で動いている案件はありません" in page.get("/desk/procedures/mihon/move/")


def test_the_job_begins_again_behind_the_last_case(world: World, chief: User) -> None:
    for _number in range(2):
        submit(world.version, kind="free")
    publish_again()
    move = actions.request_move(procedure_id=world.version.procedure_id, actor=Actor(user_id=chief.id), at=AT)
    assert [actions.move_cases(move_id=move.id, at=AT) for _again in range(2)] == [False, False]
    move.refresh_from_db()
    assert (move.moved, move.done_at) == (2, AT)


def test_who_may_not(page: Pages, world: World) -> None:
    assert page.get("/desk/procedures/mihon/move/", user=world.office.stranger).status == 403
    assert page.post("/desk/procedures/mihon/move/", user=world.office.drafter).status == 403
    assert page.get("/desk/procedures/nothing/move/").status == 404
    page.client.logout()
    assert "/accounts/login/" in page.get("/desk/procedures/mihon/move/").location
