import hashlib
import logging
import smtplib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.template import Context
from django.template.loader import select_template
from django.utils import translation
from django.utils.translation import gettext as _

from tocho.core.jobs.api import MAX_ATTEMPTS
from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from .models import Message, UnprovedMail
from .rules import DAY, News, is_final, message_id, subject_and_body, too_many, with_full_links

logger = logging.getLogger(__name__)

TEXT_DAYS = 90
BATCH = 50
FIELDS = [field.attname for field in Message._meta.concrete_fields]


INSERT = """
    INSERT INTO notify_message
        (key, template, to_email, to_user_id, subject, body, state, attempts, last_error, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 0, '', %s) ON CONFLICT (key) DO NOTHING"""


@one_transaction
def write_messages(news: Iterable[News], *, at: datetime) -> None:
    """Put messages into the outbox; one whose key was used before is passed over (nothing is told twice).

    :raises ValueError: nobody to tell, or an address that is none.
    """
    rows = [_row_of(one, at=at) for one in news]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)


def _row_of(news: News, *, at: datetime) -> tuple[Any, ...]:
    if not news.to_email and news.to_user_id is None:
        raise ValueError("a message needs an address or a user")
    if news.to_email:
        try:
            validate_email(news.to_email)
        except ValidationError as error:
            raise ValueError(f"not a mail address: {news.to_email!r}") from error
    state = Message.State.QUEUED if news.to_email else Message.State.INTERNAL
    text = _render(news.template, news.context, news.language)
    return (news.key, news.template, news.to_email, news.to_user_id, *text, state.value, at)


def _render(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    names = [f"notify/{template}.{language}.txt", f"notify/{template}.txt"]
    template_ = select_template(names).template
    with translation.override(language):
        text = template_.render(Context(with_full_links(context, settings.SITE_URL), autoescape=False))
    return subject_and_body(text)


CLAIM = f"""
    UPDATE notify_message SET attempts = attempts + 1, tried_at = %s
     WHERE id IN (SELECT id FROM notify_message
                   WHERE state = 'queued' AND (tried_at IS NULL OR tried_at + power(4, attempts) * interval '1 s' <= %s)
                   ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING {", ".join(FIELDS)}"""  # noqa: S608  our own names


def deliver_waiting(*, at: datetime) -> int:
    """Hand every message that waits and is due to the mail server; how many were sent. Two at once share the messages.

    Each try is committed before the server is spoken to, and so is each answer. After a temporary answer, or a process
    that was killed, a message is due again after 4 s, 16 s, … 18 h. Only a refusal of this recipient or this text (5xx)
    is final; a wrong password of ours is not the message's fault.
    """
    sent, claimed = 0, _claim(at=at)
    while claimed:
        for message in claimed:
            try:
                sent += _deliver(message, at=at)
            except (OSError, smtplib.SMTPException) as error:
                logger.warning("no mail goes out: %s", error)
                return sent  # whatever it is, the next would meet it too
        claimed = _claim(at=at) if len(claimed) == BATCH else []
    return sent


def _claim(*, at: datetime) -> list[Message]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [at, at, BATCH])
        found = [Message.from_db(DEFAULT_DB_ALIAS, FIELDS, row) for row in cursor.fetchall()]
    return sorted(found, key=lambda message: message.id)  # in the order in which they were written


def _deliver(message: Message, *, at: datetime) -> bool:
    """Whether it was taken; False when the server refused this one. :raises OSError, SMTPException: of the server."""
    try:
        _send(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code, text = _answer(error)
        _note(message, f"{code} {text}", final=is_final(code))
        return False
    except (OSError, smtplib.SMTPException) as error:
        _note(message, str(error), final=False)
        raise
    message.state, message.sent_at, message.last_error = Message.State.SENT, at, ""
    update(message, "state", "sent_at", "last_error")
    return True


def _send(message: Message) -> None:
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.to_email],
        headers={"Message-ID": message_id(message.key, domain), "Auto-Submitted": "auto-generated"},
    ).send()


def _answer(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> tuple[int, str]:
    code: int
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    else:
        code, text = error.smtp_code, error.smtp_error
    return code, text.decode(errors="replace") if isinstance(text, bytes) else text


def _note(message: Message, error: str, *, final: bool) -> None:
    given_up = final or message.attempts > MAX_ATTEMPTS
    message.last_error, message.state = error[:500], Message.State.FAILED if given_up else Message.State.QUEUED
    update(message, "last_error", "state")


@transaction.atomic
def retry_failed(*, keys: list[str] | None = None) -> int:
    """Send failed messages again (all, or those with these keys); how many."""
    failed = Message.objects.select_for_update().filter(state=Message.State.FAILED).exclude(body="")
    if keys:
        failed = failed.filter(key__in=keys)
    ids = list(failed.values_list("id", flat=True))
    Message.objects.filter(id__in=ids).update(state=Message.State.QUEUED, attempts=0, tried_at=None, put_away_at=None)
    return len(ids)


class MailGone(Refused):
    """A failed mail that is none any more: it is being sent again, was sent, or its text has been emptied."""


@transaction.atomic
def retry_mail(*, message_id: int) -> None:
    """Send one failed mail again, with all its attempts. :raises MailGone: it is none (any more)."""
    message = _locked_failed(message_id)
    message.state, message.attempts, message.tried_at, message.put_away_at = Message.State.QUEUED, 0, None, None
    update(message, "state", "attempts", "tried_at", "put_away_at")


@transaction.atomic
def put_away_mail(*, message_id: int, at: datetime) -> None:
    """Give a failed mail up: nobody need look at it any more. :raises MailGone: it is none (any more)."""
    message = _locked_failed(message_id)
    message.put_away_at = at
    update(message, "put_away_at")


def _locked_failed(message_id: int) -> Message:
    failed = Message.objects.select_for_update().filter(id=message_id, state=Message.State.FAILED, put_away_at=None)
    message = failed.exclude(body="").first()
    if message is None:
        raise MailGone(_("このメールは、すでに送ったか、送り直しているところか、片づけてあります。"))
    return message


class TooManyMails(Refused):
    """An address has been sent enough for now; the message says when to try again."""


@one_transaction
def allow_unproved(*, email: str, at: datetime) -> None:
    """Count a mail that somebody is about to have sent to an unproved address. Two at once wait for each other.

    :raises TooManyMails: more than ``rules.LIMITS`` within the hour or the day.
    """
    address = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"notify.unproved:{address}"])
    sent = UnprovedMail.objects.filter(address=address, at__gt=at - DAY).values_list("at", flat=True)
    if too_many(list(sent), at=at):
        raise TooManyMails(
            _(
                "このメールアドレスには、短い間に何通もお送りしました。届いたメールを確かめるか、時間をおいてもう一度お試しください。"
            )
        )
    UnprovedMail.objects.create(address=address, at=at)


@transaction.atomic
def mark_read(*, user_id: int, message_id: int, at: datetime) -> None:
    """That a person has opened a message of the own."""
    Message.objects.filter(id=message_id, to_user_id=user_id, read_at=None).update(read_at=at)


@transaction.atomic
def forget_texts(*, at: datetime) -> int:
    """Empty the texts of messages delivered long ago; the rows stay as proof that somebody was told. Counts of mails
    to unproved addresses go after their day.
    """
    UnprovedMail.objects.filter(at__lt=at - DAY).delete()
    old = Message.objects.filter(created_at__lt=at - timedelta(days=TEXT_DAYS)).exclude(body="")
    return old.exclude(state=Message.State.QUEUED).update(body="")
