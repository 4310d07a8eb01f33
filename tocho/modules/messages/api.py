"""The door to messages: an applicant's side and an office write to each other about one subject (やりとり).

Who may read and write is decided by the caller, who knows the subject; the sides are ``APPLICANT`` and ``OFFICE``.
"""

from collections.abc import Sequence
from datetime import datetime

from tocho.core.ledger.api import Actor, Subject

from . import actions
from .actions import TASK_KIND, Draft, ThreadClosed
from .forms import has_content, message_form
from .models import Phrase, Side
from .permissions import phrases_of
from .queries import FileView, MessageView, ThreadView, owns_file, thread_of, unread_counts
from .rules import ANSWER_DAYS

__all__ = [
    "ANSWER_DAYS",
    "APPLICANT",
    "OFFICE",
    "TASK_KIND",
    "Draft",
    "FileView",
    "MessageView",
    "ThreadClosed",
    "ThreadView",
    "answer",
    "ask",
    "close",
    "erase",
    "has_content",
    "mark_read",
    "message_form",
    "owns_file",
    "phrase_text",
    "phrases",
    "settle",
    "thread_of",
    "unread_counts",
]

APPLICANT, OFFICE = Side.APPLICANT.value, Side.OFFICE.value


def ask(
    *,
    subject: Subject,
    unit: str,
    title: str,
    draft: Draft,
    actor: Actor,
    at: datetime,
    answer_days: int = ANSWER_DAYS,
) -> int:
    """The applicant's side writes; the unit's inbox shows it, due in ``answer_days`` business days. The message's id.

    :param title: what the inbox shows; without personal data. :raises ThreadClosed:
    """
    return actions.ask_office(
        subject=subject, unit=unit, title=title, draft=draft, answer_days=answer_days, actor=actor, at=at
    )


def answer(*, subject: Subject, unit: str, title: str, draft: Draft, actor: Actor, at: datetime) -> int:
    """The office writes; ``message_answered`` is sent. The message's id. :raises ThreadClosed:"""
    return actions.answer_applicant(subject=subject, unit=unit, title=title, draft=draft, actor=actor, at=at)


def settle(*, subject: Subject, actor: Actor, at: datetime) -> None:
    """An open question needs no written answer; it leaves the inbox."""
    actions.settle_question(subject=subject, actor=actor, at=at)


def mark_read(*, subject: Subject, side: str, actor: Actor, at: datetime) -> int:
    """That a side has seen what the other wrote; how many messages were new to it."""
    return actions.mark_read(subject=subject, side=side, actor=actor, at=at)


def close(*, subject: Subject, at: datetime) -> None:
    """The subject has ended; nothing more is asked about it. Idempotent."""
    actions.close_thread(subject=subject, at=at)


def erase(*, subject: Subject, at: datetime) -> int:
    """The end of the subject's retention: texts and files go, the count of messages stays. Idempotent."""
    return actions.erase_thread(subject=subject, at=at)


def phrases(user_id: int, *, at: datetime) -> Sequence[tuple[int, str]]:
    """The standard phrases that an employee may use: (id, title)."""
    return list(phrases_of(user_id, at=at).values_list("id", "title"))


def phrase_text(phrase_id: int | None, *, user_id: int, at: datetime) -> str:
    """A standard phrase of an employee's units; "" where there is no such phrase."""
    phrase: Phrase | None = phrases_of(user_id, at=at).filter(id=phrase_id or 0).first()
    return phrase.text if phrase else ""
