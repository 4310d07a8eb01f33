"""The recipient's wish for electronic delivery (デジタル手続法7条1項但書): of an account, and of a case."""

from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import Actor, Subject, append

from ..models import UNSEALED, Delivery, Notice, StandingWish
from .recording import NoticeRefused, record


@transaction.atomic
def state_wish(*, user_id: int, by: str, at: datetime) -> None:
    """Keep how the owner of an account wishes to get notices from now on. Said again it changes and records nothing.

    :raises NoticeRefused: for a way that there is not.
    """
    if by not in Delivery.values:
        raise NoticeRefused(f"no such way: {by!r}")
    wish, is_new = StandingWish.objects.get_or_create(user_id=user_id, defaults={"by": by, "said_at": at})
    if not is_new:
        wish = StandingWish.objects.select_for_update(of=("self",)).get(user_id=user_id)
        if wish.by == by:
            return
        wish.by, wish.said_at = by, at
        wish.save(update_fields=["by", "said_at"])
    append(
        subject=Subject("user", user_id),
        kind="notice.wish_stated",
        actor=Actor(user_id=user_id),
        at=at,
        data={"notice_by": by},
    )


@transaction.atomic
def readdress(*, subject: Subject, email: str, user_id: int | None, actor: Actor, at: datetime) -> bool:
    """Let the notices about a subject that are not out yet go to this address; none at all: by post.

    Whether the wish came in time: False when a notice is out already.
    """
    rows = list(Notice.objects.select_for_update(of=("self",)).filter(subject_type=subject.type, subject_id=subject.id))
    for notice in rows:
        if notice.state in UNSEALED:
            notice.recipient_email, notice.recipient_user_id = email, user_id
            notice.save(update_fields=["recipient_email", "recipient_user"])
            by = Delivery.ELECTRONIC if email or user_id else Delivery.POST
            record(notice, "readdressed", actor=actor, at=at, data={"notice_by": str(by)})
    return all(notice.state in UNSEALED for notice in rows)
