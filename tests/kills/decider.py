"""What ``test_database`` runs in processes of their own: people who review and decide without rest, and a judge."""

import json
import sys


def prepare() -> None:
    """Tables and an office; a hundred drafts on their way."""
    from django.core.management import call_command

    from tocho.modules.decisions.tests.factories import circulate, make_draft, make_office

    call_command("migrate", verbosity=0, interactive=False)
    office = make_office()
    for number in range(1, 101):
        circulate(office, make_draft(office, subject_id=number))


def decide() -> None:
    """Every station of every draft answers until killed; a decision is told once its transaction has been committed."""
    from tocho.core.ledger.api import Actor
    from tocho.core.org.models import Appointment
    from tocho.modules.decisions import actions
    from tocho.modules.decisions.models import Step
    from tocho.modules.decisions.tests.factories import AT

    while step := Step.objects.filter(state="active").order_by("decision_id").first():
        actor = Actor(user_id=Appointment.objects.get(post_id=step.post_id).user_id)
        decision = actions.approve_step(decision_id=step.decision_id, step_id=step.id, actor=actor, at=AT)
        if decision.state == "decided":
            print(decision.id, flush=True)


def judge() -> None:
    """What the database holds, as JSON."""
    from tocho.core.ledger import api as ledger
    from tocho.core.ledger.api import Subject
    from tocho.engines.process.models import Task
    from tocho.modules.decisions.models import Decision
    from tocho.modules.decisions.queries.soundness import faults_of_all, gaps

    decided = list(Decision.objects.filter(state="decided").values_list("id", flat=True))
    kinds = [[entry.kind for entry in ledger.entries_of(Subject("decision", one))] for one in decided]
    left = Task.objects.filter(subject_type="decision", subject_id__in=decided, done_at=None)
    found = {
        "decided": decided,
        "entries": [one.count("decision.decided") for one in kinds],
        "faults": [fault for _reference, faults in faults_of_all() for fault in faults],
        "gaps": list(gaps()),
        "open_tasks_of_decided": left.count(),
        "ledger": ledger.verify().ok,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": prepare, "decide": decide, "judge": judge}[sys.argv[1]]()
