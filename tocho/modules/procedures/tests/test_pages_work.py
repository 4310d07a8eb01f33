"""Who works on a case: taken, put back and handed over on the case's own page and for several at once."""

import pytest

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.tests.factories import make_officer
from tocho.engines.process import api as process
from tocho.engines.process.models import Task
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.ui.testing import Pages

from .factories import AT, World, make_world, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def colleague(world: World) -> User:
    return make_officer("colleague", world.office.posts["drafter"])


@pytest.fixture
def cases(world: World) -> list[Application]:
    return [submit(world.version, kind="free") for _number in range(3)]


def work_kinds(case: Application) -> list[str]:
    entries = ledger.entries_of(Subject("application", case.id))
    return [entry.kind for entry in entries if entry.kind.startswith("task.")]


def holder(case: Application) -> int | None:
    return Task.objects.get(subject_type="application", subject_id=case.id, done_at=None).claimed_by_id


def test_taken_and_put_back_on_the_case(page: Pages, world: World, cases: list[Application]) -> None:
    url, drafter = f"/desk/cases/{cases[0].id}/", world.office.drafter
    shown = page.get(url, user=drafter, queries=24)
    assert "まだいません" in shown
    for _pressed in range(2):
        assert page.post(f"{url}work/", {"act": "take", "seen": "0"}).location == url
    assert "引き受けをやめる" in page.get(url)
    assert (holder(cases[0]), work_kinds(cases[0])) == (drafter.id, ["task.claimed"])
    for _pressed in range(2):
        page.post(f"{url}work/", {"act": "put_back"})
    assert (holder(cases[0]), work_kinds(cases[0])) == (None, ["task.claimed", "task.released"])
    assert "担当者が引き受けました" in page.get(url)


def test_handed_to_a_colleague_of_the_section(
    page: Pages, world: World, cases: list[Application], colleague: User
) -> None:
    url = f"/desk/cases/{cases[0].id}/work/"
    asked = page.get(url, user=world.office.drafter)
    assert "colleague" in asked
    assert "stranger" not in asked
    assert page.post(url, {"act": "assign", "to": ""}).status == 422
    assert page.post(url, {"act": "assign", "to": world.office.stranger.id}).status == 422
    page.post(url, {"act": "assign", "to": colleague.id})
    assert (holder(cases[0]), work_kinds(cases[0])) == (colleague.id, ["task.assigned"])


def test_a_page_that_is_stale_takes_nobody_by_surprise(
    page: Pages, world: World, cases: list[Application], colleague: User
) -> None:
    url, drafter = f"/desk/cases/{cases[0].id}/", world.office.drafter
    process.take(process.tasks_of(Subject("application", cases[0].id))[0].id, actor=Actor(user_id=colleague.id), at=AT)
    page.post(f"{url}work/", {"act": "take", "seen": "0"}, user=drafter)
    shown = page.get(url)
    assert "colleagueさんが先に引き受けました" in shown
    assert "引き継ぐ" in shown
    page.post(f"{url}work/", {"act": "take", "seen": str(colleague.id)})
    assert work_kinds(cases[0]) == ["task.claimed", "task.taken_over"]
    words = {"outcome": "approve", "reasons": "", "body": ""}
    actions.draft_decision(application_id=cases[0].id, actor=Actor(user_id=drafter.id), at=AT, **words)
    assert page.get(f"{url}work/").location == url
    assert page.post(f"{url}work/", {"act": "put_back"}).location == url
    assert "すでに終わったか" in page.get(url)


def test_others_do_not_reach_it(page: Pages, world: World, cases: list[Application]) -> None:
    url = f"/desk/cases/{cases[0].id}/work/"
    assert page.get(url, user=world.office.stranger).status == 404
    assert page.post(url, {"act": "take"}).status == 404
    task = Task.objects.filter(subject_id=cases[0].id)
    task.update(address=f"post:{world.office.posts['chief'].id}")
    assert page.post(url, {"act": "take"}, user=world.office.drafter).status == 403
    assert "まだいません" in page.get(f"/desk/cases/{cases[0].id}/")
    page.client.logout()
    assert "/accounts/login/" in page.post(url, {"act": "take"}).location
    assert holder(cases[0]) is None


def test_several_at_once_each_with_its_record(
    page: Pages, world: World, cases: list[Application], colleague: User
) -> None:
    url = "/desk/cases/bulk/"
    chosen = {"case": [case.id for case in cases], "act": "take"}
    asked = page.post(url, chosen, user=world.office.drafter, queries=16)
    assert asked.h1 == "3件の案件：引き受ける"
    assert [work_kinds(case) for case in cases] == [[], [], []]
    confirmed = {**asked.fields, **chosen, "confirmed": "1"}
    assert page.post(url, confirmed).location == "/desk/cases/"
    page.post(url, confirmed)  # pressed twice
    assert [work_kinds(case) for case in cases] == [["task.claimed"]] * 3
    assert page.post(url, {**confirmed, "act": "assign"}).status == 422
    page.post(url, {**confirmed, "act": "assign", "to": colleague.id})
    assert {holder(case) for case in cases} == {colleague.id}
    page.post(url, {**confirmed, "act": "put_back"})
    assert [work_kinds(case)[-1] for case in cases] == ["task.released"] * 3


def test_one_that_is_no_longer_examined_does_not_stop_the_others(
    page: Pages, world: World, cases: list[Application]
) -> None:
    actions.withdraw_application(application_id=cases[1].id, reason="", at=AT)
    chosen = {"case": [case.id for case in cases], "act": "take", "confirmed": "1"}
    done = page.post("/desk/cases/bulk/", chosen, user=world.office.drafter)
    assert "2件はできました" in done
    assert "すでに終わったか" in done
    assert page.post("/desk/cases/bulk/", chosen, user=world.office.stranger).location == "/desk/cases/"
