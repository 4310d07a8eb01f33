"""The mails of the sample city: without a mail server they are files in ``var/mail``, and whoever tries it reads them.

Never served when real mail is sent: every function raises ``Http404`` unless ``DEMO`` is on and mails are files.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from tocho.lib.text import whole_number

NEWEST = 200
LONGEST_NAME = 100
SEPARATOR = re.compile(rb"^-{79}\n", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """One message as it was sent: ``name`` is its address in the list, ``html`` its text with links to press."""

    name: str
    subject: str
    sender: str
    to: str
    sent_at: datetime | None
    text: str

    @property
    def html(self) -> SafeString:
        lines = urlize(self.text, nofollow=False, autoescape=True).replace("\n", "<br>")
        return mark_safe(lines)  # noqa: S308  urlize has escaped the text


def folder() -> Path:
    """Where the file backend writes.

    :raises Http404: outside the sample city, or when mails are really sent.
    """
    if not settings.DEMO or not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


def mails() -> list[Mail]:
    """The newest messages first. One file holds the messages of one connection, so a file may hold several."""
    files = sorted(folder().glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:NEWEST]
    found = [mail for file in files for mail in reversed(read(file))]
    return sorted(found, key=lambda mail: mail.sent_at.timestamp() if mail.sent_at else 0.0, reverse=True)[:NEWEST]


def mail(name: str) -> Mail:
    """One message by its name (file and position).

    :raises Http404: there is none.
    """
    stem, _, place = name.rpartition("-")
    position = whole_number(place)
    file = folder() / f"{stem}.log"
    if position is None or len(stem) > LONGEST_NAME or not file.is_file():
        raise Http404
    found = read(file)
    if position >= len(found):
        raise Http404
    return found[position]


def read(file: Path) -> list[Mail]:
    """The messages of one file, in the order they were sent."""
    parts = [part for part in SEPARATOR.split(file.read_bytes()) if part.strip()]
    return [parse(f"{file.stem}-{position}", part) for position, part in enumerate(parts)]


def parse(name: str, source: bytes) -> Mail:
    message = message_from_bytes(source, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain", "html"))
    return Mail(
        name=name,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        sent_at=parsedate_to_datetime(str(message["Date"])) if message["Date"] else None,
        text=str(body.get_content()).strip() if body else "",
    )
