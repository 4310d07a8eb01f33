"""The door to notifications: tell a person something, once, whatever is killed when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import actions
from .actions import MailGone, TooManyMails, put_away_mail, retry_mail
from .models import Message
from .queries import FailedMail, failed_mail, failed_mail_count, failed_mails
from .rules import News

__all__ = [
    "FailedMail",
    "MailGone",
    "MessageView",
    "News",
    "TooManyMails",
    "allow_unproved",
    "failed_keys",
    "failed_mail",
    "failed_mail_count",
    "failed_mails",
    "inbox_of",
    "mark_read",
    "put_away_mail",
    "retry_mail",
    "send",
    "send_all",
    "unread_count",
]


@dataclass(frozen=True)
class MessageView:
    """One message in a person's list."""

    id: int
    subject: str
    body: str
    at: datetime
    is_read: bool


def send(
    *,
    key: str,
    template: str,
    to_email: str = "",
    to_user_id: int | None = None,
    context: Mapping[str, Any],
    language: str = "ja",
    at: datetime,
) -> None:
    """Tell a person something, by mail (``to_email``) and in the application (``to_user_id``).

    Written in the running transaction; a ``key`` that was used before is passed over, so a repeated act tells once.
    ``context`` fills the template ``notify/<template>.txt``; addresses in it that begin with ``/`` become full links.
    :raises ValueError: nobody to tell, or an address that is none.
    """
    send_all([News(key, template, context, to_email, to_user_id, language)], at=at)


def send_all(news: Iterable[News], *, at: datetime) -> None:
    """As ``send``, several messages in one conversation with the database. :raises ValueError: as ``send``."""
    actions.write_messages(news, at=at)


def failed_keys(keys: Iterable[str]) -> frozenset[str]:
    """Those of these messages that could not be sent; one query."""
    rows = Message.objects.filter(state=Message.State.FAILED, key__in=list(keys))
    return frozenset(rows.values_list("key", flat=True))


def allow_unproved(*, email: str, at: datetime) -> None:
    """Ask before the act, in its transaction, where anybody can have a mail sent to an address that is not proved to be
    theirs (a link to go on, an invitation, a registration). ``""`` is no address and always allowed.

    Mails of a case under way (notices, corrections, decisions) never ask, and never count.
    :raises TooManyMails: the address was sent enough within the hour or the day.
    """
    if email.strip():
        actions.allow_unproved(email=email, at=at)


def inbox_of(user_id: int, *, limit: int = 50) -> list[MessageView]:
    """A person's messages, newest first."""
    rows = Message.objects.filter(to_user_id=user_id).order_by("-id")[:limit]
    return [MessageView(row.id, row.subject, row.body, row.created_at, row.read_at is not None) for row in rows]


def unread_count(user_id: int) -> int:
    """How many of a person's messages are unread."""
    return Message.objects.filter(to_user_id=user_id, read_at=None).count()


def mark_read(*, user_id: int, message_id: int, at: datetime) -> None:
    """That a person has opened a message of the own; others' are left alone."""
    actions.mark_read(user_id=user_id, message_id=message_id, at=at)
