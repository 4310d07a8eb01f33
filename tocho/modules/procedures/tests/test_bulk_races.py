"""Several cases at once against one at a time, from sessions of their own: each case is acted on once, none is lost."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org.tests.factories import make_officer
from tocho.engines.process.models import Task
from tocho.modules.decisions.models import Decision
from tocho.modules.procedures.models import Application

from .factories import World, make_world, submit

pytestmark = pytest.mark.django_db(transaction=True)
CASES = 6


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def cases(world: World) -> list[Application]:
    return [submit(world.version, kind="free") for _number in range(CASES)]


@pytest.fixture
def colleague(world: World) -> User:
    return make_officer("colleague", world.office.posts["drafter"])


def session(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at_once(*acts: Callable[[], Any]) -> list[int]:
    """Send all requests at the same moment; their status codes. A deadlock would be a 500."""
    answers = [0] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            answers[number] = acts[number]().status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def kinds(case: Application) -> Counter[str]:
    return Counter(entry.kind for entry in ledger.entries_of(Subject("application", case.id)))


def bulk(client: Client, cases: list[Application], act: str, **values: str) -> Callable[[], Any]:
    seen = {f"seen_{case.id}": "0" for case in cases}
    data = {"case": [case.id for case in cases], "act": act, "confirmed": "1", **seen, **values}
    return lambda: client.post("/desk/cases/bulk/", data)


def test_two_officers_take_the_same_cases(world: World, cases: list[Application], colleague: User) -> None:
    clients = [session(world.office.drafter), session(colleague)]
    singles = [session(world.office.deputy) for _case in cases]
    one_by_one = [
        lambda client=client, case=case: client.post(f"/desk/cases/{case.id}/work/", {"act": "take", "seen": "0"})
        for client, case in zip(singles, cases, strict=True)
    ]
    answers = at_once(bulk(clients[0], cases, "take"), bulk(clients[1], cases[::-1], "take"), *one_by_one)
    assert set(answers) <= {200, 302}  # 200 tells which were refused and why
    for case in cases:
        assert kinds(case)["task.claimed"] == 1
        assert kinds(case)["task.taken_over"] == 0
    assert Task.objects.filter(subject_type="application", claimed_by=None, done_at=None).count() == 0


def test_drafted_together_or_corrected_alone_but_not_both(
    world: World, cases: list[Application], colleague: User
) -> None:
    words = {"outcome": "approve", "body": "", "reasons": ""}
    first = session(world.office.drafter).get(f"/desk/cases/{cases[0].id}/correct/")
    deadline = str(first.context["form"].fields["deadline_on"].initial or first.context["form"]["deadline_on"].value())
    correction = {"message": "通数を確かめてください。", "deadline_on": deadline}
    singles = [session(colleague) for _case in cases]
    one_by_one = [
        lambda client=client, case=case: client.post(f"/desk/cases/{case.id}/correct/", correction)
        for client, case in zip(singles, cases, strict=True)
    ]
    answers = at_once(bulk(session(world.office.drafter), cases, "draft", **words), *one_by_one)
    assert set(answers) <= {200, 302, 422}
    for case in cases:
        acts = kinds(case)
        assert acts["application.examined"] + acts["application.correction_requested"] == 1, acts
    drafted = sum(kinds(case)["application.examined"] for case in cases)
    assert Decision.objects.count() == drafted
    assert Application.objects.filter(state="decision_pending").count() == drafted
    assert Application.objects.filter(state="correction").count() == CASES - drafted
