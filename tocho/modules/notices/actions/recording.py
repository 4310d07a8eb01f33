"""What the ledger and the modules above are told of a notice, on the subject of its case; and the one error."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.dispatch import Signal

from tocho.core.ledger.api import JSON, SYSTEM, Act, Actor, Subject, append_all
from tocho.lib.errors import Refused

from ..models import Notice

NOTHING: Mapping[str, JSON] = MappingProxyType({})


class NoticeRefused(Refused):
    """The notice is not in a state for this; the message says which."""


def act_of(
    notice: Notice,
    act: str,
    *,
    at: datetime,
    data: Mapping[str, JSON] = NOTHING,
    actor: Actor = SYSTEM,
    personal: Mapping[str, JSON] | None = None,
) -> Act:
    about = {"notice": notice.id, "kind": notice.kind, **data}
    return Act(subject_of(notice), f"notice.{act}", actor, at, notice.unit, about, personal)


def record(notice: Notice, act: str, **what: Any) -> None:
    """Record one act; ``what`` as of ``act_of``."""
    append_all([act_of(notice, act, **what)])


def announce(signal: Signal, notice: Notice, *, at: datetime) -> None:
    signal.send(sender=Notice, notice_id=notice.id, subject=subject_of(notice), kind=notice.kind, at=at)


def subject_of(notice: Notice) -> Subject:
    return Subject(notice.subject_type, notice.subject_id)


def subject_of_review(notice: Notice) -> Subject:
    """The subject of tasks that are about the notice itself, and lead to its page."""
    return Subject("notice", notice.id)
