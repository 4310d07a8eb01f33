import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template import Context
from django.template.loader import select_template
from django.utils import translation

from tocho.core.jobs.api import MAX_ATTEMPTS, app
from tocho.lib.kept import kept
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from .models import Message
from .rules import is_final, message_id, subject_and_body, with_full_links

TEXT_DAYS = 90


INSERT = """
    INSERT INTO notify_message
        (key, template, to_email, to_user_id, subject, body, state, attempts, last_error, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 0, '', %s) ON CONFLICT (key) DO NOTHING RETURNING id"""


@one_transaction
def write_message(
    *,
    key: str,
    template: str,
    to_email: str,
    to_user_id: int | None,
    context: Mapping[str, Any],
    language: str,
    at: datetime,
) -> bool:
    """Put a message into the outbox; False when the key was already used (nothing is told twice).

    :raises ValueError: nobody to tell, or an address that is none.
    """
    if not to_email and to_user_id is None:
        raise ValueError("a message needs an address or a user")
    if to_email:
        try:
            validate_email(to_email)
        except ValidationError as error:
            raise ValueError(f"not a mail address: {to_email!r}") from error
    subject, body = _render(template, context, language)
    state = Message.State.QUEUED if to_email else Message.State.INTERNAL
    with connection.cursor() as cursor:  # the ORM cannot say whether a row that was there already was passed over
        cursor.execute(INSERT, [key, template, to_email, to_user_id, subject, body, state.value, at])
        written = cursor.fetchone()
    if written and state == Message.State.QUEUED:
        _enqueue(written[0])
    return written is not None


def _enqueue(message_id_: int) -> None:
    app.configure_task("notify.deliver_message", lock=f"message:{message_id_}").defer(message_id=message_id_)


def _render(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    names = [f"notify/{template}.{language}.txt", f"notify/{template}.txt"]
    template_ = select_template(names).template
    with translation.override(language):
        text = template_.render(Context(with_full_links(context, settings.SITE_URL), autoescape=False))
    return subject_and_body(text)


def deliver_message(*, message_id: int, at: datetime) -> Message:
    """Try to hand one message to the mail server. Done already: nothing happens.

    Only a refusal of this recipient or this text (5xx) is final; a wrong password of ours is not the message's fault.

    Not in one transaction: the try is committed before the server is spoken to. ``OSError`` and temporary answers
    rise, so that the job is tried again; a permanent answer ends in the state *failed*.
    """
    with transaction.atomic():
        message = _locked_message.get(message_id)
        if message.state != Message.State.QUEUED:
            return message
        message.attempts, message.tried_at = message.attempts + 1, at
        update(message, "attempts", "tried_at")
    try:
        _send(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code, text = _answer(error)
        _note(message, f"{code} {text}", final=is_final(code))
        if not is_final(code):
            raise
    except (OSError, smtplib.SMTPException) as error:
        _note(message, str(error), final=False)
        raise
    else:
        message.state, message.sent_at, message.last_error = Message.State.SENT, at, ""
        update(message, "state", "sent_at", "last_error")
    return message


@kept
def _locked_message(message_id: int) -> QuerySet[Message]:
    return Message.objects.select_for_update().filter(id=message_id)


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
    Message.objects.filter(id__in=ids).update(state=Message.State.QUEUED, attempts=0)
    for one in ids:
        _enqueue(one)
    return len(ids)


@transaction.atomic
def mark_read(*, user_id: int, message_id: int, at: datetime) -> None:
    """That a person has opened a message of the own."""
    Message.objects.filter(id=message_id, to_user_id=user_id, read_at=None).update(read_at=at)


@transaction.atomic
def forget_texts(*, at: datetime) -> int:
    """Empty the texts of messages delivered long ago; the rows stay as proof that somebody was told."""
    old = Message.objects.filter(created_at__lt=at - timedelta(days=TEXT_DAYS)).exclude(body="")
    return old.exclude(state=Message.State.QUEUED).update(body="")
