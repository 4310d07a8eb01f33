"""What ``test_database`` runs in processes of their own: a database, an applicant without rest, and a judge."""

import json
import os
import sys
from pathlib import Path


def serve(folder: str) -> None:
    """An embedded database until standard input ends; prints its URL."""
    from tools.database import embedded

    with embedded(Path(folder)) as url:
        print(url, flush=True)
        sys.stdin.read()


def prepare() -> None:
    """Tables and a small world."""
    from django.core.management import call_command

    from tocho.modules.procedures.tests.factories import make_world

    call_command("migrate", verbosity=0, interactive=False)
    make_world()


def apply() -> None:
    """Submit applications until killed; each receipt number is printed when its transaction has been committed."""
    from tocho.modules.procedures.models import Procedure
    from tocho.modules.procedures.tests.factories import submit

    version = Procedure.objects.get(key="mihon").current
    assert version is not None
    while True:
        print(submit(version, kind="free").receipt_number, flush=True)


def judge() -> None:
    """What the database holds, as JSON."""
    from tocho.core.ledger import api as ledger
    from tocho.core.ledger.api import Subject
    from tocho.core.notify.models import Message
    from tocho.engines.process import api as process
    from tocho.modules.procedures.models import Application

    submitted = Application.objects.exclude(receipt_number=None)
    subjects = [Subject("application", one.id) for one in submitted]
    found = {
        "receipts": [one.receipt_number for one in submitted],
        "tasks": [len(process.tasks_of(subject)) for subject in subjects],
        "entries": [[entry.kind for entry in ledger.entries_of(subject)] for subject in subjects],
        "mails": Message.objects.count(),
        "ledger": ledger.verify().ok,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    if verb == "serve":
        serve(*rest)
    else:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        {"prepare": prepare, "apply": apply, "judge": judge}[verb]()
