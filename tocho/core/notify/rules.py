"""Pure rules: links, subjects, message ids, what the answers of a mail server mean (RFC 5321 4.2.1)."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

DAY = timedelta(days=1)
LIMITS = ((timedelta(hours=1), 10), (DAY, 30))  # mails to one address that nobody has proved to be theirs


@dataclass(frozen=True)
class News:
    """What a person is to be told; as of ``api.send``."""

    key: str
    template: str
    context: Mapping[str, Any]
    to_email: str = ""
    to_user_id: int | None = None
    language: str = "ja"


def too_many(sent: Sequence[datetime], *, at: datetime) -> bool:
    """Whether one more mail at ``at`` is more than ``LIMITS`` allow after those sent at these moments."""
    return any(sum(moment > at - span for moment in sent) >= most for span, most in LIMITS)


def with_full_links(context: Mapping[str, Any], site_url: str) -> dict[str, Any]:
    """The context with addresses that begin with ``/`` made full, so that a mail can be clicked anywhere."""
    return {
        key: f"{site_url.rstrip('/')}{value}" if isinstance(value, str) and value.startswith("/") else value
        for key, value in context.items()
    }


def subject_and_body(rendered: str) -> tuple[str, str]:
    """First line and the rest; the subject is one line whatever the context held (header injection)."""
    first, _newline, rest = rendered.strip("\n").partition("\n")
    return " ".join(first.split())[:300], rest.strip("\n") + "\n"


def message_id(key: str, domain: str) -> str:
    """The ``Message-ID`` of a message: the same for every try, so that a repeated delivery is recognised."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def is_final(code: int) -> bool:
    """Whether a server's answer code means that trying again is useless (5xx)."""
    return 500 <= code < 600


def why_failed(answer: str) -> str:
    """What an answer of a mail server means, for people (RFC 5321 4.2.3; RFC 3463 for the enhanced codes)."""
    code = answer[:3]
    if code in ("550", "551", "553"):
        return _("宛先のメールアドレスに届きませんでした（アドレスがないか、受け取りを断られました）")
    if code == "552":
        return _("宛先の受信箱がいっぱいか、メールが大きすぎました")
    if code.isdigit():
        return _("受け取る側のメールサーバーに断られました")
    return _("メールサーバーにつながらないまま、送る回数の上限に達しました")


def masked(answer: str) -> str:
    """An answer of a mail server without the addresses in it."""
    return re.sub(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+", "…@…", answer)
