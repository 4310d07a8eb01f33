"""Two people at once, with real connections: exactly one act counts, and nobody waits for the other for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection

from tocho.core.ledger import api as ledger
from tocho.lib.errors import Refused
from tocho.modules.bookings.models import Reservation, Slot
from tocho.modules.decisions import actions as deciding
from tocho.modules.decisions.models import Decision
from tocho.modules.opinions import api as opinions
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application

from .factories import ANSWERS, AT, World, make_course_version, make_slot, make_world, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """Run all at the same moment: how often each kind of end came. A deadlock would be an ``OperationalError``."""
    ends: Counter[str] = Counter()
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            act()
            ends["done"] += 1
        except Refused:
            ends["refused"] += 1
        except Exception as error:
            ends[type(error).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def draft(world: World, application: Application, outcome: str = "approve") -> int:
    words = {"outcome": outcome, "reasons": "要件に合わない", "body": ""}
    return actions.draft_decision(application_id=application.id, actor=world.office.actor("drafter"), at=AT, **words)


def withdraw(application: Application) -> Application:
    return actions.withdraw_application(application_id=application.id, reason="", at=AT)


def test_submitted_many_times_at_once_is_one_application(world: World) -> None:
    application = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers={**ANSWERS, "kind": "free"}, at=AT)
    ends = at_once(*[lambda: actions.submit_application(application_id=application.id, at=AT)] * 4)
    assert ends == {"done": 4}
    acts = [entry.kind for entry in ledger.entries_of(actions.subject_of(application))]
    assert acts.count("application.submitted") == 1


def test_of_two_officers_one_drafts(world: World) -> None:
    application = submit(world.version, kind="free")
    assert at_once(*[lambda: draft(world, application)] * 3) == {"done": 1, "refused": 2}
    assert Decision.objects.count() == 1


def test_withdrawn_while_it_is_drafted_again(world: World) -> None:
    for _round in range(4):
        application = submit(world.version, kind="free")
        decision = Decision.objects.get(id=draft(world, application))
        step = decision.steps.get(state="active")
        deputy = world.office.actor("deputy")
        deciding.return_draft(decision_id=decision.id, step_id=step.id, actor=deputy, reason="根拠を", at=AT)
        ends = at_once(lambda one=application: draft(world, one), lambda one=application: withdraw(one))  # type: ignore[misc]
        assert ends in ({"done": 2}, {"done": 1, "refused": 1})
        application.refresh_from_db()
        assert application.state == "withdrawn"


def test_decided_or_withdrawn_but_not_both(world: World) -> None:
    for _round in range(4):
        application = submit(world.version, kind="free")
        decision = Decision.objects.get(id=draft(world, application, "reject"))
        for name in ("deputy", "reviewer"):
            step = decision.steps.get(state="active")
            actor = world.office.actor(name)
            deciding.approve_step(decision_id=decision.id, step_id=step.id, actor=actor, at=AT)
        last = decision.steps.get(state="active").id
        values = {"decision_id": decision.id, "step_id": last, "actor": world.office.actor("chief"), "at": AT}
        ends = at_once(
            lambda one=values: deciding.approve_step(**one),  # type: ignore[misc]
            lambda one=application: withdraw(one),  # type: ignore[misc]
        )
        assert ends == {"done": 1, "refused": 1}
        decision.refresh_from_db()
        application.refresh_from_db()
        assert (decision.state, application.state) in (("issued", "closed"), ("abandoned", "withdrawn"))


def test_the_last_seat_goes_to_one_and_the_others_wait_in_line(world: World) -> None:
    version, slot = make_course_version(), make_slot(capacity=1)
    drafts = []
    for _person in range(4):
        application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
        answers = {**{key: ANSWERS[key] for key in ("applicant_name", "applicant_email")}, "slot": str(slot.id)}
        actions.save_answers(application_id=application.id, answers=answers, at=AT)
        drafts.append(application.id)
    ends = at_once(*[lambda one=one: actions.submit_application(application_id=one, at=AT) for one in drafts])  # type: ignore[misc]
    assert ends == {"done": 4}
    assert Counter(Reservation.objects.values_list("state", flat=True)) == {"confirmed": 1, "waiting": 3}
    assert Slot.objects.get(id=slot.id).taken == 1


def test_asked_twice_at_the_same_moment_sections_are_asked_once(world: World) -> None:
    application = submit(world.version, kind="free")
    question = opinions.Question(text="支障は", units=["T-01-01-02"], due_on=date(2020, 12, 10), once="a")
    actor = world.office.actor("drafter")
    ask = partial(actions.ask_opinions, application=application, question=question, actor=actor, at=AT)
    assert at_once(ask, ask, ask) == {"done": 3}
    assert len(opinions.inquiries_of(actions.subject_of(application))) == 1
