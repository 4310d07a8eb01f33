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


@periodic(name="procedures.lapse_unsigned", cron="7 * * * *")
def lapse_unsigned(timestamp: int) -> None:
    while actions.lapse_unsigned(at=timezone.now()):
        continue


@job(name="procedures.write_readings")
def write_readings(version_id: int) -> None:
    actions.write_readings(version_id=version_id)


@job(name="procedures.free_places")
def free_places(application_id: int) -> None:
    actions.free_places(application_id=application_id, at=timezone.now())


@periodic(name="procedures.tell_ends", cron="30 0 * * *")
def tell_ends(timestamp: int) -> None:
    """In the morning of the offices: mails that something will be erased."""
    at = timezone.now()
    while actions.plan_retentions():
        continue
    while actions.tell_drafts(at=at) or actions.tell_ends(at=at):
        continue


@periodic(name="procedures.erase_ended", cron="10 17 * * *")
def erase_ended(timestamp: int) -> None:
    """At night: what has reached the end of its retention goes."""
    at = timezone.now()
    while actions.erase_ended(at=at) or actions.erase_leftovers(at=at):
        continue


@job(name="procedures.move_cases")
def move_cases(*, move_id: int) -> None:
    while actions.move_cases(move_id=move_id, at=timezone.now()):
        continue
