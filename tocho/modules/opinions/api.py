"""The door to second opinions (意見照会): a section asks others about a subject it works on.

What those asked see of the subject is the ``brief`` in the ``Question``, and nothing else; who may ask is decided by
the caller, who knows the subject.
"""

from datetime import date, datetime

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor, Subject

from . import actions
from .actions import TASK_KIND, OpinionGone, Question
from .queries import InquiryView, OpinionView, inquiries_of, open_question, owns_file
from .rules import ANSWER_DAYS, MAX_UNITS

__all__ = [
    "ANSWER_DAYS",
    "MAX_UNITS",
    "TASK_KIND",
    "InquiryView",
    "OpinionGone",
    "OpinionView",
    "Question",
    "ask",
    "erase",
    "inquiries_of",
    "last_day",
    "open_question",
    "owns_file",
    "remind",
    "withdraw",
    "withdraw_all",
]


def ask(*, subject: Subject, unit: str, title: str, question: Question, actor: Actor, at: datetime) -> int:
    """Put a question to one or several sections; the inquiry's id. :raises Refused: as ``actions.ask``"""
    return actions.ask(subject=subject, unit=unit, title=title, question=question, actor=actor, at=at)


def last_day(days: int, *, at: datetime) -> date:
    """The last day to answer a question that is put now: so many business days later."""
    return calendar.add_business_days(calendar.office_day(at), days)


def remind(*, opinion_id: int, actor: Actor, at: datetime) -> None:
    """Ask a section once more, at most once a day. :raises OpinionGone: :raises Refused:"""
    actions.remind(opinion_id=opinion_id, actor=actor, at=at)


def withdraw(*, opinion_id: int, actor: Actor, at: datetime) -> None:
    """Take back a question that is not answered. :raises OpinionGone:"""
    actions.withdraw(opinion_id=opinion_id, actor=actor, at=at)


def withdraw_all(*, subject: Subject, actor: Actor, at: datetime) -> int:
    """The subject has ended: take back what is still asked; how many."""
    return actions.withdraw_all(subject=subject, actor=actor, at=at)


def erase(*, subject: Subject, at: datetime) -> int:
    """End of a subject's retention: questions, briefs, answers and their files go; that a section was asked, when, and
    its verdict stay. How many questions. Idempotent."""
    return actions.erase_texts(subject=subject, at=at)
