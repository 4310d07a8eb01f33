"""What ``test_batch`` runs in processes of their own: a superior who decides two hundred at once, and a judge."""

import json
import sys
from datetime import datetime

MANY = 60


def prepare() -> None:
    """Tables and an office; drafts that wait for one person."""
    from django.core.management import call_command

    from tocho.modules.decisions.tests.factories import circulate, make_draft, make_office

    call_command("migrate", verbosity=0, interactive=False)
    office = make_office()
    for number in range(1, MANY + 1):
        circulate(office, make_draft(office, subject_id=number))


def decide() -> None:
    """One confirmation of all of them; each is told when its transaction has been committed."""
    from django.utils import timezone

    from tocho.core.accounts.models import User
    from tocho.core.ledger.api import Actor
    from tocho.modules.decisions import actions
    from tocho.modules.decisions.models import Step

    def clock() -> datetime:
        print(Step.objects.filter(acted_by__isnull=False).count(), flush=True)
        return timezone.now()

    actor = Actor(user_id=User.objects.get(username="deputy").id)
    steps = list(Step.objects.filter(kind="line_review").order_by("id").values_list("id", "revision"))
    batch = actions.begin_batch(stations=steps, once="once", actor=actor, at=timezone.now())
    actions.run_batch(batch_id=batch.id, actor=actor, clock=clock)
    print("end", flush=True)


def judge() -> None:
    """What the database holds, as JSON."""
    from tocho.core.ledger import api as ledger
    from tocho.core.ledger.api import Subject
    from tocho.modules.decisions.models import Batch, Decision, Step
    from tocho.modules.decisions.queries.inbox import batch_page
    from tocho.modules.decisions.queries.soundness import faults_of_all

    kinds = {
        one: [entry.kind for entry in ledger.entries_of(Subject("decision", one))]
        for one in Decision.objects.values_list("id", flat=True)
    }
    answered = set(Step.objects.filter(acted_by__isnull=False).values_list("decision_id", flat=True))
    page = batch_page(Batch.objects.get())
    found = {
        "entries": sorted({(one in answered, all_of.count("decision.reviewed")) for one, all_of in kinds.items()}),
        "done": len(page.done),
        "waiting": len(page.waiting),
        "finished": page.batch.finished_at is not None,
        "faults": [fault for _reference, faults in faults_of_all() for fault in faults],
        "ledger": ledger.verify().ok,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": prepare, "decide": decide, "judge": judge}[sys.argv[1]]()
