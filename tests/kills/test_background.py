"""The worker dies by ``kill -9`` in the middle of long work: of reminders, of moving cases, of trying a new rule.

It dies in a transaction that has written already, at a place that the test chose, so that every run is the same.
"""

import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.jobs.api import app
from tocho.core.jobs.testing import StartWorker, wait_until
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.notify.models import Message
from tocho.core.org import api as org
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.process import api as process
from tocho.engines.process.models import Instance, Task, TaskNotice, Token
from tocho.engines.rules.api import edits, read_grid, write_grid
from tocho.modules.decisions import actions as proposals
from tocho.modules.decisions.models import AuthorityTable, Decision, ShiftedDecision
from tocho.modules.decisions.tests.factories import make_draft, make_office
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application, VersionMove
from tocho.modules.procedures.tests.factories import make_world, source, submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
HELD = "tests.kills.held"
OFFICES, CASES = 3, 5


def kill_half_way(start_worker: StartWorker, hold: str, **environment: str) -> None:
    """A worker that dies in the middle of the act that ``hold`` names."""
    worker = start_worker(imports=HELD, HOLD=hold, **environment)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "half way\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def late_office(number: int) -> tuple[User, User]:
    """A section with two tasks that are long overdue: who should have done them, and who is told at last."""
    section = make_unit(f"T-0{number}-01", f"第{number}課", parent=make_unit(f"T-0{number}", f"第{number}局"))
    clerk = make_officer(f"clerk{number}", make_post(section, "主事"))
    chief = make_officer(f"chief{number}", make_post(section, "課長", org.Rank.SECTION_CHIEF))
    at = timezone.now()
    due_on = calendar.add_business_days(calendar.office_day(at), -20) + timedelta(days=number)
    for task in (1, 2):
        process.open_task(
            kind="test.work",
            subject=Subject("matter", number * 10 + task),
            title=f"仕事{number}-{task}",
            address=f"unit:{section.id}",
            due_on=due_on,
            at=at,
        )
    return clerk, chief


def told() -> Counter[tuple[int | None, str]]:
    return Counter(Message.objects.values_list("to_user_id", "template"))


def test_reminders_go_on_where_the_worker_died(start_worker: StartWorker) -> None:
    people = [late_office(number) for number in range(1, OFFICES + 1)]
    app.tasks["process.remind"].defer(timestamp=0)
    # The first office has two people, so the third message is the second office's: written, and not committed.
    kill_half_way(start_worker, "notify.send:3")
    assert TaskNotice.objects.count() == 2
    assert sum(told().values()) == 2

    start_worker(imports=HELD)
    wait_until(lambda: TaskNotice.objects.count() == OFFICES * 2 * 2)
    wait_until(lambda: not app.job_manager.list_jobs(task="process.remind", status="doing"))
    overdue = Counter({(person.id, "process/tasks_overdue"): 1 for pair in people for person in pair})
    assert told() == overdue + Counter({(chief.id, "process/tasks_escalated"): 1 for _clerk, chief in people})
    for task in Task.objects.all():
        kinds = Counter(entry.kind for entry in ledger.entries_of(Subject("matter", task.subject_id)))
        assert (kinds["task.reminded"], kinds["task.escalated"], task.state) == (1, 1, "ready")


def test_moving_cases_goes_on_where_the_worker_died(start_worker: StartWorker) -> None:
    world = make_world()
    cases = [submit(world.version, kind="free") for _case in range(CASES)]
    before = Instance.objects.values_list("definition_id", flat=True).first()
    changed = source()
    changed["process"] = changed["process"].replace('name="審査する"', 'name="審査を行う"')
    actions.publish_version(source=changed, actor=SYSTEM, at=timezone.now())
    chief = Actor(user_id=world.office.chief.id)
    move = actions.request_move(procedure_id=world.version.procedure_id, actor=chief, at=timezone.now())
    kill_half_way(start_worker, "process.migrate:3")
    move.refresh_from_db()
    assert (move.moved, move.refused_count, move.done_at) == (2, 0, None)
    assert Instance.objects.filter(definition_id=before).count() == CASES - 2

    start_worker(imports=HELD)
    wait_until(lambda: VersionMove.objects.get(id=move.id).done_at is not None)
    move.refresh_from_db()
    assert (move.moved, move.refused_count, move.total) == (CASES, 0, CASES)
    assert set(Instance.objects.values_list("definition_id", flat=True)) == {move.definition_id}
    for case in cases:
        kinds = Counter(entry.kind for entry in ledger.entries_of(Subject("application", case.id)))
        assert kinds["application.flow_moved"] == 1
        assert [task.kind for task in process.tasks_of(Subject("application", case.id))] == ["procedures.examine"]
        assert Token.objects.filter(instance__subject_id=case.id, fate="here").count() == 1
    assert set(Application.objects.values_list("state", flat=True)) == {"examining"}


def test_a_trial_of_the_authority_table_goes_on_where_the_worker_died(start_worker: StartWorker) -> None:
    office = make_office()
    for number in range(1, 8):
        make_draft(office, number, facts={"amount": number * 1000})
    Decision.objects.update(drafted_at=timezone.now() - timedelta(days=30))
    grid = read_grid(AuthorityTable.objects.get().xml)
    place = next(at for at, column in enumerate(grid.columns) if column.text == "decider_rank")
    raised = edits.with_texts(grid, {(at, place): "8" for at in range(len(grid.rows))})
    xml, day = write_grid(raised, AuthorityTable.objects.get().xml), calendar.office_day(timezone.now())
    proposal = proposals.Proposal(xml, day, "見直し")
    change = proposals.propose_authority(proposal, actor=Actor(user_id=office.reviewer.id), at=timezone.now())
    kill_half_way(start_worker, "trials._try:2", PIECE="2")  # the second piece is counted, and not committed
    trial = change.trials.get()
    assert (trial.done_count, ShiftedDecision.objects.count(), trial.done_at) == (2, 2, None)
    start_worker(imports=HELD, PIECE="2")
    wait_until(lambda: change.trials.get().done_at is not None)
    trial = change.trials.get()
    assert (trial.total, trial.done_count, trial.tally["after"]) == (7, 7, {"8": 7})
    assert ShiftedDecision.objects.count() == sum(trial.shifts.values_list("count", flat=True)) == 7
    kinds = Counter(entry.kind for entry in ledger.entries_of(Subject("authority_change", change.id)))
    assert kinds["authority.tried"] == 1
