"""Bureaus whose answer to the survey is late are told, once a day at most, until it is certified."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Subject
from tocho.core.notify import api as notify
from tocho.core.org import api as org
from tocho.engines.process import api as process

from ..models import BureauReturn, SealSurvey
from ..queries.returns import newest_survey

TASK = "seals.certify"


def remind_late(*, at: datetime) -> int:
    """Tell each bureau that has not certified its answer to the newest round after its last day; how many were told.

    On open days only, each bureau in its own transaction; may be run again, and tells nobody twice on one day.
    """
    survey, day = newest_survey(), org.office_day(at)
    if survey is None or day <= survey.closes_on or not calendar.is_open(day):
        return 0
    late = BureauReturn.objects.filter(survey=survey, certified_at=None).exclude(reminded_on=day).order_by("id")
    return sum(_remind(answer_id, survey, at=at) for answer_id in late.values_list("id", flat=True))


@transaction.atomic
def _remind(answer_id: int, survey: SealSurvey, *, at: datetime) -> bool:
    answer, day = BureauReturn.objects.select_for_update().get(id=answer_id), org.office_day(at)
    names = org.bureau_names(on=day)
    if answer.certified_at or answer.reminded_on == day or answer.bureau not in names:
        return False
    post = org.speaking_post(answer.bureau, at=at)
    people = [one.user_id for one in org.holders_of(post.id, at=at)] if post else []
    if post is None or not people:
        return False
    if answer.task_id is None:
        answer.task_id = process.open_task(
            kind=TASK,
            subject=Subject("seal_return", answer.pk),
            title=_("%(title)sの回答の認証") % {"title": survey.title},
            address=f"post:{post.id}",
            due_on=survey.closes_on,
            at=at,
        )
    for user in User.objects.filter(id__in=people).order_by("id"):
        notify.send(
            key=f"seals.late:{answer.pk}:{user.pk}:{day}",
            template="seals/return_late",
            to_email=user.email,
            to_user_id=user.pk,
            context={
                "title": survey.title,
                "bureau": names[answer.bureau],
                "closes_on": survey.closes_on,
                "link": reverse("seals:return_detail", args=[answer.pk]),
            },
            at=at,
        )
    answer.reminded_on = day
    answer.save(update_fields=["reminded_on", "task_id"])
    data: dict[str, JSON] = {"people": len(people), "closed_on": survey.closes_on.isoformat()}
    ledger.append(
        subject=Subject("seal_survey", survey.pk), kind="seals.reminded", actor=SYSTEM, at=at, unit=answer.bureau,
        data=data,
    )  # fmt: skip
    return True


def settle_task(answer: BureauReturn, *, at: datetime) -> None:
    """What waited in the inbox waits no longer."""
    if answer.task_id is not None:
        process.cancel_task(answer.task_id, at=at)
