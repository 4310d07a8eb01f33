from django.utils import timezone

from tocho.core.jobs.api import job, periodic

from . import actions


@periodic(name="procedures.expire_drafts", cron="17 * * * *")
def expire_drafts(timestamp: int) -> None:
    while actions.expire_drafts(at=timezone.now()):
        continue


@periodic(name="procedures.remind_cosigners", cron="5 0 * * *")
def remind_cosigners(timestamp: int) -> None:
    actions.remind_cosigners(at=timezone.now())


@job(name="procedures.write_readings")
def write_readings(version_id: int) -> None:
    actions.write_readings(version_id=version_id)


@job(name="procedures.free_places")
def free_places(application_id: int) -> None:
    actions.free_places(application_id=application_id, at=timezone.now())
