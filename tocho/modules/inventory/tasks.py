from django.utils import timezone

from tocho.core.jobs.api import job

from . import actions


@job(name="inventory.read_import", priority=-1)
def read_import(run_id: int) -> None:
    actions.read_import(run_id=run_id, at=timezone.now())


@job(name="inventory.apply_import", priority=-1)
def apply_import(run_id: int) -> None:
    actions.apply_import(run_id=run_id, at=timezone.now())
