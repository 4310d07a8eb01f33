"""Appointing people to posts and ending it (発令)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.org.models import Appointment, AppointmentKind, Post
from tocho.core.org.queries.people import ask_always
from tocho.lib.errors import Refused


class AppointmentRefused(Refused):
    """The appointment cannot be made or ended as asked; the message says why."""


def _refusal(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", "") or ""
    messages = {
        "appointment_one_main_post": _(
            "その期間には、すでに別の本務があります。先にそちらの終わりの日を決めてください。"
        ),
        "appointment_sole_holder": _("その職には、その期間の在任者がいます。先に在任者の終わりの日を決めてください。"),
        "appointment_post_once_a_person": _("その期間には、すでに同じ職に就いています。"),
        "appointment_period": _("終わりの日は、始まりの日より後にしてください。"),
    }
    return messages.get(constraint, "")


@transaction.atomic
def appoint(
    *,
    user_id: int,
    post_id: int,
    starts_on: date,
    actor: ledger.Actor,
    at: datetime,
    kind: AppointmentKind = AppointmentKind.MAIN,
    ends_on: date | None = None,
    basis: str = "",
) -> int:
    """A person holds a post during ``[starts_on, ends_on)``; returns the appointment's id, the same when asked again.

    ``basis`` is the law or order that a 職務代理 or 事務取扱 rests on.

    :raises AppointmentRefused: the post does not exist over the whole period, somebody else holds it, or the person has
        another main post then (地方公務員法17条; 兼務 and 事務取扱 have kinds of their own); a 職務代理 without basis.
    """
    if kind == AppointmentKind.PROXY and not basis.strip():
        raise AppointmentRefused(_("職務代理には、根拠の法令の条項を入力してください（例 地方自治法第152条）。"))
    post = Post.objects.select_for_update(of=("self",)).select_related("unit").get(id=post_id)
    wanted = {"user_id": user_id, "post_id": post_id, "kind": kind, "starts_on": starts_on, "ends_on": ends_on}
    wanted["basis"] = basis.strip()
    same = Appointment.objects.filter(**wanted).first()
    if same is not None:
        return same.id
    if starts_on < post.valid_from or (post.valid_to is not None and (ends_on is None or ends_on > post.valid_to)):
        raise AppointmentRefused(_("その職は、その期間の全部には存在しません。職の設置期間を確かめてください。"))
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(**wanted, sole=post.sole and kind != AppointmentKind.PROXY)
    except IntegrityError as error:
        message = _refusal(error)
        if not message:
            raise
        raise AppointmentRefused(message) from error
    _record(appointment, post, "org.appointed", actor, at)
    return appointment.id


@transaction.atomic
def end_appointment(*, appointment_id: int, ends_on: date, actor: ledger.Actor, at: datetime) -> None:
    """The appointment's last day is the one before ``ends_on``; from then on the person no longer acts for the post.

    :raises AppointmentRefused: it would end before it begins, or has ended earlier.
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",)).select_related("post__unit").get(id=appointment_id)
    )
    if appointment.ends_on == ends_on:
        return
    if ends_on <= appointment.starts_on:
        raise AppointmentRefused(_("終わりの日は、始まりの日より後にしてください。"))
    if appointment.ends_on is not None and appointment.ends_on < ends_on:
        raise AppointmentRefused(_("この発令はすでに終わっています。続けるには、新しく発令してください。"))
    appointment.ends_on = ends_on
    appointment.save(update_fields=["ends_on"])
    _record(appointment, appointment.post, "org.appointment_ended", actor, at)


def _record(appointment: Appointment, post: Post, kind: str, actor: ledger.Actor, at: datetime) -> None:
    ask_always()
    ledger.append(
        subject=ledger.Subject("appointment", appointment.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=post.unit.code,
        data={
            "user": appointment.user_id,
            "post": post.id,
            "kind": int(appointment.kind),
            "starts_on": appointment.starts_on.isoformat(),
            "ends_on": appointment.ends_on.isoformat() if appointment.ends_on else None,
        },
    )
