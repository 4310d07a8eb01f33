"""包括承認: who keeps the seal lets notices of one form be sealed without 公印審査 of each, and takes that back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor, Subject, append
from tocho.lib.errors import Refused

from .. import rules
from ..models import SealAuthorisation
from ..queries.clearance import bureau_code
from ..rules import Form
from .notices import template_of


class AuthorisationRefused(Refused):
    """The authorisation cannot be given or taken back; the message says why."""


@dataclass(frozen=True)
class Period:
    """From when until when (both days included), by which document, and why it may be."""

    starts_on: date
    ends_on: date
    basis: str
    reason: str


@transaction.atomic
def authorise(form: Form, period: Period, *, actor: Actor, at: datetime) -> int:
    """Give a standing authorisation; its id. The same again (twice pressed, loaded twice) is the first.

    :raises AuthorisationRefused: a period that cannot be, or one that overlaps another of the same form.
    """
    if fault := rules.fault_of_period(period.starts_on, period.ends_on, today=calendar.office_day(at)):
        raise AuthorisationRefused(str(fault))
    row = SealAuthorisation(
        bureau=bureau_code(form.unit, on=calendar.office_day(at)),
        kind=form.kind,
        template_id=template_of(form.source),
        profile=form.profile,
        title=form.title,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        basis=period.basis,
        reason=period.reason,
        given_by_id=actor.user_id,
        given_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        return _the_same(row, error)
    _record(row, "given", actor=actor, at=at)
    return row.id


def _the_same(row: SealAuthorisation, error: IntegrityError) -> int:
    same = SealAuthorisation.objects.filter(
        bureau=row.bureau, kind=row.kind, template=row.template_id, profile=row.profile, revoked_at=None
    )
    twin = same.filter(starts_on=row.starts_on, ends_on=row.ends_on).first()
    if twin is not None:
        return twin.id
    if same.filter(starts_on__lte=row.ends_on, ends_on__gte=row.starts_on).exists():
        raise AuthorisationRefused(_("この様式には、期間の重なる包括承認がすでにあります。")) from error
    raise error


@transaction.atomic
def revoke_authorisation(*, authorisation_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take a standing authorisation back: it waits until what is being sealed under it is done, and no notice is sealed
    under it from then on; those that were composed meanwhile go to 公印審査. Twice is once.

    :raises AuthorisationRefused: without a reason.
    """
    if not reason.strip():
        raise AuthorisationRefused(_("取消しの理由を入力してください。"))
    # FOR UPDATE, which alone of the row locks waits for the FOR KEY SHARE of a sealing that is under way
    row = SealAuthorisation.objects.select_for_update(of=("self",)).get(id=authorisation_id)
    if row.revoked_at is not None:
        return
    row.revoked_by_id, row.revoked_at, row.revoked_because = actor.user_id, at, reason.strip()
    row.save(update_fields=["revoked_by", "revoked_at", "revoked_because"])
    _record(row, "revoked", actor=actor, at=at)


def _record(row: SealAuthorisation, act: str, *, actor: Actor, at: datetime) -> None:
    append(
        subject=Subject("seal_authorisation", row.id),
        kind=f"seal_authorisation.{act}",
        actor=actor,
        at=at,
        unit=row.bureau,
        data={"notice_kind": row.kind, "template": row.template_id, "profile": row.profile,
              "starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()},
    )  # fmt: skip
