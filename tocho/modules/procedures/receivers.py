"""What the module does when news arrives from below: payments, decisions, bookings."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from tocho.core.jobs.api import app
from tocho.core.ledger.api import Subject
from tocho.engines.process import api as process
from tocho.modules.bookings.signals import seat_promoted
from tocho.modules.decisions.signals import decision_decided, decision_returned, decision_withdrawn
from tocho.modules.mandates.signals import mandate_over
from tocho.modules.messages.signals import message_answered
from tocho.modules.notices.signals import notice_dropped, notice_sealed
from tocho.modules.opinions.signals import opinion_answered
from tocho.modules.payments.signals import payment_collected

from . import actions


@receiver(payment_collected)
def go_on_after_payment(subject: Subject, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        actions.mark_fee_collected(application_id=subject.id, at=at)


@receiver(decision_decided)
def go_on_after_decision(subject: Subject, outcome: str, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        actions.take_decision(application_id=subject.id, outcome=outcome, at=at)


@receiver([decision_returned, decision_withdrawn])
def go_back_to_examination(subject: Subject, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        actions.take_decision(application_id=subject.id, outcome="returned", at=at)


@receiver(notice_sealed)
def go_on_after_notice(subject: Subject, kind: str, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        actions.go_on_after_notice(application_id=subject.id, kind=kind, at=at)


@receiver(notice_dropped)
def go_on_without_notice(subject: Subject, kind: str, **news: Any) -> None:
    """In a job of its own: who cancels holds other rows than who moves a case."""
    if subject.type == "application":
        app.configure_task("procedures.go_on_without_notice").defer(application_id=subject.id, kind=kind)


@receiver(seat_promoted)
def go_on_after_promotion(subject: Subject, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        process.send_message(subject=subject, name="seat_promoted", data={"seat": "confirmed"}, at=at)


@receiver(message_answered)
def tell_of_message(subject: Subject, message_id: int, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        actions.tell_of_message(application_id=subject.id, message_id=message_id, at=at)


@receiver(opinion_answered)
def go_on_after_opinion(subject: Subject, unit: str, verdict: str, at: datetime, **news: Any) -> None:
    if subject.type == "application":
        told = {"name": "opinion_answered", "data": {"verdict": verdict}, "match": {"unit": unit}}
        process.send_message(subject=subject, at=at, **told)  # type: ignore[arg-type]


@receiver(mandate_over)
def tell_who_goes_on_alone(mandate_id: int, at: datetime, **news: Any) -> None:
    actions.tell_principals(mandate_id=mandate_id, at=at)
