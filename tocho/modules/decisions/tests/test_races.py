"""Two people at once, with real connections: exactly one act counts."""

import threading

import pytest
from django.db import connection

from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import Decision

from .factories import AT, circulate, make_draft, make_office


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_counts() -> None:
    office = make_office()
    decision = circulate(office, make_draft(office))
    step = decision.steps.get(state="active")
    results: list[str] = []

    def click() -> None:
        try:
            actions.approve_step(decision_id=decision.id, step_id=step.id, actor=office.actor("deputy"), at=AT)
            results.append("done")
        except Refused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "refused", "refused", "refused"]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_gapless_under_concurrency() -> None:
    office = make_office()

    def draft(n: int) -> None:
        make_draft(office, subject_id=n)
        connection.close()

    threads = [threading.Thread(target=draft, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Decision.objects.values_list("number", flat=True)) == list(range(1, 9))
