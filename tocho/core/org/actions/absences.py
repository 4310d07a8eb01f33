"""Being away: registered by the person, or by the leave and travel business."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.org.models import Absence, AbsenceReason, AbsenceSource
from tocho.lib.errors import Refused

LONGEST = timedelta(days=366)


class AbsenceRefused(Refused):
    """The absence cannot be registered or changed as asked; the message says why."""


@transaction.atomic
def register_absence(
    *,
    user_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: AbsenceReason,
    actor: ledger.Actor,
    at: datetime,
    source: AbsenceSource = AbsenceSource.MANUAL,
) -> int:
    """A person is away during ``[starts_at, ends_at)``; returns the absence's id, the same one when asked again.

    The reason is personal data: it stands in the ledger apart from the proof, and can be erased.

    :raises AbsenceRefused: the period is empty, over, longer than a year, or overlaps another one of the same source.
    """
    if ends_at <= starts_at:
        raise AbsenceRefused(_("終わりの日時は、始まりの日時より後にしてください。"))
    if ends_at <= at:
        raise AbsenceRefused(_("過ぎた期間の不在は登録できません。これからの期間を入力してください。"))
    if ends_at - starts_at > LONGEST:
        raise AbsenceRefused(_("一度に登録できる不在は1年までです。"))
    # One person's absences are registered one after the other, so the exclusion constraint is never met by accident.
    get_user_model().objects.select_for_update(of=("self",)).only("id").get(id=user_id)
    mine = Absence.objects.filter(user_id=user_id, source=source, cancelled_at__isnull=True)
    found = mine.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if found is not None:
        if (found.starts_at, found.ends_at, found.reason) == (starts_at, ends_at, reason):
            return found.id
        raise AbsenceRefused(_("登録済みの不在と期間が重なっています。先にその不在を取り消してください。"))
    absence = Absence.objects.create(
        user_id=user_id, starts_at=starts_at, ends_at=ends_at, reason=reason, source=source
    )
    _record(absence, "org.absence_registered", actor, at, personal={"reason": absence.reason})
    return absence.id


@transaction.atomic
def cancel_absence(*, absence_id: int, actor: ledger.Actor, at: datetime) -> None:
    """The person is not away after all; of an absence that has begun, the rest is given up (what was done stays right).

    :raises AbsenceRefused: the absence is over.
    """
    absence = Absence.objects.select_for_update(of=("self",)).get(id=absence_id)
    if absence.cancelled_at is not None:
        return
    if absence.ends_at <= at:
        raise AbsenceRefused(_("この不在はすでに終わっています。"))
    if absence.starts_at < at:
        absence.ends_at = at
        absence.save(update_fields=["ends_at"])
        _record(absence, "org.absence_shortened", actor, at)
        return
    absence.cancelled_at = at
    absence.save(update_fields=["cancelled_at"])
    _record(absence, "org.absence_cancelled", actor, at)


def _record(
    absence: Absence,
    kind: str,
    actor: ledger.Actor,
    at: datetime,
    *,
    personal: dict[str, ledger.JSON] | None = None,
) -> None:
    ledger.append(
        subject=ledger.Subject("absence", absence.id),
        kind=kind,
        actor=actor,
        at=at,
        data={
            "user": absence.user_id,
            "starts_at": absence.starts_at.isoformat(),
            "ends_at": absence.ends_at.isoformat(),
            "source": str(absence.source),
        },
        personal=personal,
    )
