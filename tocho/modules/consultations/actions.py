"""Every write of the module, one verb each. Locks: bookings first, then the consultation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.notify import api as notify
from tocho.lib.appointments import span_words
from tocho.lib.errors import Refused
from tocho.modules.bookings import api as bookings
from tocho.modules.messages import api as messages

from .definitions import ThemeFacts, in_language, triage_form
from .models import Consultation, Theme
from .permissions import token_of
from .queries import SLOTS
from .rules import KEPT_YEARS, due_reminders, may_cancel, may_change, new_room


class NotPossible(Refused):
    """It is too late, or the consultation has ended."""


class AnswersMissing(Refused):
    """The questions before the talk still have errors; ``errors`` maps their keys to messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(_("入力に足りないところがあります。印の付いた項目を直してください。"))
        self.errors = errors


@dataclass(frozen=True)
class Request:
    """What a person asks for: which slot, how to talk, who (a name to be called by will do), and the answers."""

    slot_id: int
    way: str
    name: str
    email: str
    phone: str
    language: str
    answers: Mapping[str, Any]
    once: str


def subject_of(consultation: Consultation) -> Subject:
    """The name of a consultation for bookings, messages and ledger."""
    return Subject("consultation", consultation.id)


@transaction.atomic
def book(*, theme: Theme, request: Request, user_id: int | None, at: datetime) -> Consultation:
    """Book a talk: slot, answers and mail in one transaction; the same form sent again is the same booking.

    :raises bookings.SlotFull: somebody else took the slot; nothing was booked.
    :raises AnswersMissing: the questions of the theme are not answered.
    :raises NotPossible: the way to talk is not offered, or a number to call is missing.
    """
    known = Consultation.objects.filter(once=request.once, theme=theme, email=request.email).first()
    if known is not None:
        return known
    if Consultation.objects.filter(once=request.once).exists():
        raise NotPossible(_("画面を開き直して、もう一度お試しください。"))
    facts = ThemeFacts.model_validate(theme.facts)
    if request.way not in facts.ways:
        raise NotPossible(_("この方法では相談できません。ほかの方法を選んでください。"))
    if request.way == Consultation.Way.PHONE and not request.phone:
        raise NotPossible(_("お電話する番号を入力してください。"))
    offered = bookings.slots(SLOTS, at=at, resource_key=facts.resource)
    slot = next((one for one in offered if one.id == request.slot_id), None)
    if slot is None:
        raise NotPossible(_("この時間はもう選べません。ほかの時間を選んでください。"))
    consultation = Consultation.objects.create(
        theme=theme,
        unit=theme.unit,
        user_id=user_id,
        name=request.name.strip(),
        email=request.email,
        phone=request.phone,
        language=request.language,
        way=request.way,
        answers=_checked(facts, request.answers),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        room=new_room(),
        once=request.once,
        booked_at=at,
    )
    notify.allow_unproved(email=request.email, at=at)
    bookings.reserve(slot_id=request.slot_id, subject=subject_of(consultation), at=at)
    _record(consultation, "consultation.booked", by_person=True, at=at, way=consultation.way)
    _tell(consultation, "booked", key="0", at=at)
    return consultation


def _checked(facts: ThemeFacts, answers: Mapping[str, Any]) -> dict[str, Any]:
    form = triage_form(facts.questions)
    if form is None:
        return {}
    result = form.clean_all(answers, {})
    if result.errors:
        raise AnswersMissing(result.errors)
    return dict(result.values)


def _locked(consultation_id: int) -> Consultation:
    return Consultation.objects.select_for_update(of=("self",)).select_related("theme").get(id=consultation_id)


@transaction.atomic
def change(*, consultation_id: int, slot_id: int, at: datetime) -> Consultation:
    """Move a talk to another slot of its theme. Where that one is taken meanwhile, the old one stays.

    :raises bookings.SlotFull: nothing changed.
    :raises NotPossible: it is too late, or was changed too often.
    """
    consultation = Consultation.objects.select_related("theme").get(id=consultation_id)
    subject = subject_of(consultation)
    facts = ThemeFacts.model_validate(consultation.theme.facts)
    slots = bookings.slots(SLOTS, at=at, resource_key=facts.resource, held_by=subject)
    slot = next((one for one in slots if one.id == slot_id), None)
    if slot is None:
        raise NotPossible(_("この時間はもう選べません。ほかの時間を選んでください。"))
    if not may_change(consultation.state, consultation.starts_at, consultation.changes, at=at):
        raise NotPossible(_("もう変えられません。始まる1時間前まで、5回まで変えられます。"))
    if slot.starts_at == consultation.starts_at:
        return consultation
    bookings.cancel(subject=subject, at=at)
    bookings.reserve(slot_id=slot_id, subject=subject, at=at)
    consultation = _locked(consultation_id)
    if consultation.state != Consultation.State.BOOKED:
        raise NotPossible(_("この相談は、もう予約されていません。"))
    consultation.starts_at, consultation.ends_at = slot.starts_at, slot.ends_at
    consultation.changes, consultation.booked_at = consultation.changes + 1, at
    consultation.save(update_fields=["starts_at", "ends_at", "changes", "booked_at"])
    _record(consultation, "consultation.changed", by_person=True, at=at)
    _tell(consultation, "changed", key=str(consultation.changes), at=at)
    return consultation


@transaction.atomic
def cancel(*, consultation_id: int, at: datetime) -> Consultation:
    """Cancel before the talk begins; its slot is free again. Done again it changes nothing.

    :raises NotPossible: it has begun or ended.
    """
    bookings.cancel(subject=Subject("consultation", consultation_id), at=at)
    consultation = _locked(consultation_id)
    if consultation.state == Consultation.State.CANCELLED:
        return consultation
    if not may_cancel(consultation.state, consultation.starts_at, at=at):
        raise NotPossible(_("始まった相談は取り消せません。担当にお伝えください。"))
    _end(consultation, Consultation.State.CANCELLED, at=at)
    _record(consultation, "consultation.cancelled", by_person=True, at=at)
    _tell(consultation, "cancelled", key="0", at=at)
    return consultation


def _end(consultation: Consultation, state: Consultation.State, *, at: datetime) -> None:
    consultation.state, consultation.ended_at = state, at
    consultation.save(update_fields=["state", "ended_at"])
    messages.close(subject=subject_of(consultation), at=at)


@transaction.atomic
def take_over(*, consultation_id: int, actor: Actor, at: datetime) -> Consultation:
    """Say that one will hold the talk; another officer of the office may take it over later, which is recorded."""
    consultation = _locked(consultation_id)
    if consultation.officer_id != actor.user_id:
        consultation.officer_id = actor.user_id
        consultation.save(update_fields=["officer"])
        _record(consultation, "consultation.taken", actor=actor, at=at)
    return consultation


@transaction.atomic
def finish(*, consultation_id: int, was_held: bool, record: str, actor: Actor, at: datetime) -> Consultation:
    """End a talk with its record (相談記録), or note that nobody came. The record may be completed later.

    :raises NotPossible: it was cancelled, or lies in the future.
    """
    consultation = _locked(consultation_id)
    if consultation.state == Consultation.State.CANCELLED:
        raise NotPossible(_("取り消された相談です。"))
    if at < consultation.starts_at - timedelta(minutes=10):
        raise NotPossible(_("まだ始まっていません。"))
    consultation.record = record.strip()
    consultation.save(update_fields=["record"])
    state = Consultation.State.HELD if was_held else Consultation.State.MISSED
    if consultation.state != state:
        _end(consultation, state, at=at)
        _record(consultation, f"consultation.{state}", actor=actor, at=at, way=consultation.way)
    return consultation


def record_look(*, consultation: Consultation, actor: Actor, at: datetime) -> None:
    """That an officer opened a consultation."""
    _record(consultation, "consultation.viewed", actor=actor, at=at)


@transaction.atomic
def write(*, consultation: Consultation, draft: messages.Draft, is_office: bool, actor: Actor, at: datetime) -> None:
    """A message of the chat, from either side. :raises messages.ThreadClosed:"""
    facts = ThemeFacts.model_validate(consultation.theme.facts)
    title = in_language(facts.title, "ja")
    said = messages.answer if is_office else messages.ask
    actor = actor if is_office or not facts.confidential else Actor()
    said(subject=subject_of(consultation), unit=consultation.unit, title=title, draft=draft, actor=actor, at=at)


def remind(*, at: datetime) -> int:
    """Mails a day and an hour before; each once, however often this runs. How many were due."""
    soon = Consultation.objects.filter(
        state=Consultation.State.BOOKED, starts_at__gt=at, starts_at__lte=at + timedelta(days=1)
    ).select_related("theme")
    due = 0
    for consultation in soon:
        for number in due_reminders(consultation.starts_at, consultation.booked_at, at=at):
            due += 1
            with transaction.atomic():
                _tell(consultation, "reminder", key=f"{consultation.changes}:{number}", at=at)
    return due


@transaction.atomic
def erase_old(*, at: datetime, limit: int = 500) -> int:
    """Erase what was said in talks that ended long ago; that they were held stays. How many."""
    before = at - timedelta(days=365 * KEPT_YEARS)
    old = Consultation.objects.select_for_update(skip_locked=True).filter(ended_at__lt=before, erased_at=None)[:limit]
    for consultation in old:
        messages.erase(subject=subject_of(consultation), at=at)
        consultation.name = consultation.email = consultation.phone = consultation.record = ""
        consultation.answers, consultation.user, consultation.erased_at = {}, None, at
        consultation.save(update_fields=["name", "email", "phone", "record", "answers", "user", "erased_at"])
        _record(consultation, "consultation.erased", actor=SYSTEM, at=at)
    return len(old)


@transaction.atomic
def untie(*, user_id: int, at: datetime) -> int:
    """The account is closed: the person's consultations are nobody's any more. Those to come stay open by the mailed
    link; what was said stays with the office until ``erase_old``. How many."""
    mine = Consultation.objects.select_for_update(of=("self",)).select_related("theme").filter(user_id=user_id)
    rows = list(mine.order_by("id"))
    Consultation.objects.filter(id__in=[row.id for row in rows]).update(user=None)
    for row in rows:
        _record(row, "consultation.untied", at=at)
    return len(rows)


def _record(
    consultation: Consultation, kind: str, *, actor: Actor = SYSTEM, by_person: bool = False, at: datetime, **data: JSON
) -> None:
    """One ledger entry. Who asked is named only where the theme is not confidential."""
    is_confidential = bool(consultation.theme.facts.get("confidential"))
    if by_person and not is_confidential:
        actor = Actor(user_id=consultation.user_id)
    ledger.append(
        subject=subject_of(consultation),
        kind=kind,
        actor=actor,
        at=at,
        unit=consultation.unit,
        data={"theme": consultation.theme.key, **data},
    )


def _tell(consultation: Consultation, template: str, *, key: str, at: datetime) -> None:
    if not consultation.email:
        return
    facts = ThemeFacts.model_validate(consultation.theme.facts)
    # A mail may be seen by others at home: a confidential theme is not named in it.
    title = _("相談") if facts.confidential else in_language(facts.title, consultation.language)
    notify.send(
        key=f"consultation:{consultation.id}:{template}:{key}",
        template=f"consultations/{template}",
        to_email=consultation.email,
        context={
            "name": consultation.name,
            "title": title,
            "when": span_words(consultation.starts_at, consultation.ends_at, consultation.language),
            "way": str(consultation.get_way_display()),
            "link": reverse("consultations:consultation_detail", args=[token_of(consultation)]),
        },
        language=consultation.language,
        at=at,
    )
