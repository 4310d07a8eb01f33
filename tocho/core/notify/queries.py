"""Reads: what could not be sent and waits for a person, without a word that names anybody."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.template import TemplateDoesNotExist
from django.template.loader import select_template

from .models import Message
from .rules import masked, why_failed

COUNT_LIMIT = 1000
BLANKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True)
class FailedMail:
    """A mail that could not be sent.

    ``title`` is the first line of its kind, with "…" where a name or number stands; ``why`` is for people, ``answer``
    what the mail server said, without addresses.
    """

    id: int
    title: str
    why: str
    answer: str
    attempts: int
    failed_at: datetime


def failed_mails(*, after: int | None = None, limit: int = 50) -> tuple[FailedMail, ...]:
    """What could not be sent and nobody has put away, newest first; one query. Mails whose text was emptied in time are
    left out: they cannot be sent any more.

    :param after: the id behind which a page begins.
    """
    rows = _failed() if after is None else _failed().filter(id__lt=after)
    return tuple(map(_view, rows.order_by("-id")[:limit]))


def failed_mail(message_id: int) -> FailedMail | None:
    """One of these; None when it is none (any more)."""
    row = _failed().filter(id=message_id).first()
    return _view(row) if row else None


def failed_mail_count() -> int:
    """How many wait for a person; counting stops at ``COUNT_LIMIT``."""
    return _failed()[:COUNT_LIMIT].count()


def _failed() -> QuerySet[Message]:
    return Message.objects.filter(state=Message.State.FAILED, put_away_at=None).exclude(body="")


def _view(row: Message) -> FailedMail:
    return FailedMail(
        id=row.id,
        title=kind_of_mail(row.template),
        why=why_failed(row.last_error),
        answer=masked(row.last_error),
        attempts=row.attempts,
        failed_at=row.tried_at or row.created_at,
    )


def kind_of_mail(template: str) -> str:
    """The first line of a template, with "…" for all that is filled in: it names a kind of mail and no person."""
    try:
        text = str(select_template([f"notify/{template}.txt"]).template.source)
    except TemplateDoesNotExist:  # of an older version
        return template
    words = (BLANKS.sub("…", line).strip() for line in text.splitlines())
    return next((line for line in words if line.strip("… ")), template)
