"""Every write of the module, one verb each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.notify import api as notify
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.formkey import form_key
from tocho.lib.kept import kept

from .models import Inquiry, InquiryFile, Opinion, OpinionFile
from .rules import MAX_UNITS, is_within, needs_words
from .signals import opinion_answered

TASK_KIND = "opinions.answer"


class OpinionGone(Refused):
    """The question was answered or taken back meanwhile."""


@dataclass(frozen=True)
class Question:
    """What is asked: the words, whom, until when, and all that those asked shall see of the subject.

    ``brief``: label and value pairs. ``once``: the key of the form (pressed twice, asked once).
    """

    text: str
    units: Sequence[str]
    due_on: date
    brief: Sequence[tuple[str, str]] = ()
    file_ids: Sequence[int] = ()
    once: str = ""


@transaction.atomic
def ask(*, subject: Subject, unit: str, title: str, question: Question, actor: Actor, at: datetime) -> int:
    """意見照会: put a question to one or several sections; it stands in the inbox of each. The inquiry's id.

    The caller holds the lock of the subject: of two who ask at the same time one waits.

    :param unit: the section that asks. :param title: what the inboxes show; without personal data.
    :raises Refused: nobody or oneself is asked, the day has passed, or the same section is being asked already.
    """
    units = list(dict.fromkeys(question.units))
    once = form_key(question.once, question.text, units)
    known = Inquiry.objects.filter(subject_type=subject.type, subject_id=subject.id, once=once).first()
    if known is not None:
        return known.id
    _check(subject, unit, units, question, at=at)
    inquiry = Inquiry.objects.create(
        subject_type=subject.type,
        subject_id=subject.id,
        unit=unit,
        title=title[:200],
        question=question.text,
        brief=[list(pair) for pair in question.brief],
        due_on=question.due_on,
        asked_by_id=actor.user_id,
        asked_at=at,
        once=once,
    )
    InquiryFile.objects.bulk_create([InquiryFile(inquiry=inquiry, file_id=one) for one in question.file_ids])
    for asked in units:
        opinion = Opinion.objects.create(inquiry=inquiry, unit=asked)
        opinion.task_id = process.open_task(
            kind=TASK_KIND,
            subject=Subject("opinion", opinion.id),
            title=_("意見照会：%(title)s") % {"title": inquiry.title},
            address=f"unit:{org.unit(asked).id}",
            due_on=question.due_on,
            at=at,
        )
        opinion.save(update_fields=["task"])
    _record(inquiry, "opinion.asked", actor=actor, at=at, units=list(units))
    return inquiry.id


def _check(subject: Subject, unit: str, units: list[str], question: Question, *, at: datetime) -> None:
    if not units or len(units) > MAX_UNITS:
        raise Refused(_("照会先の課を1つ以上、%(n)d以下で選んでください。") % {"n": MAX_UNITS})
    if unit in units:
        raise Refused(_("自分の課には照会できません。ほかの課を選んでください。"))
    if question.due_on <= calendar.office_day(at):
        raise Refused(_("回答の期限は、あした以降の日にしてください。"))
    waiting = Opinion.objects.filter(
        inquiry__subject_type=subject.type,
        inquiry__subject_id=subject.id,
        unit__in=units,
        answered_at=None,
        withdrawn_at=None,
    ).first()
    if waiting is not None:
        name = org.unit(waiting.unit).full_name
        raise Refused(_("%(unit)sにはすでに照会しています。回答を待つか、取り下げてください。") % {"unit": name})


@transaction.atomic
def answer(*, opinion_id: int, verdict: str, text: str, file_ids: Sequence[int], actor: Actor, at: datetime) -> Opinion:
    """回答: what the asked section says. Those who asked are told; ``opinion_answered`` is sent.

    Answered again by the same person with the same words (double click) it changes nothing.
    :raises OpinionGone: answered by somebody else, or taken back. :raises Refused: no words where they are needed.
    """
    opinion = _locked(opinion_id)
    if opinion.answered_by_id == actor.user_id and (opinion.verdict, opinion.text) == (verdict, text):
        return opinion
    if not opinion.is_open:
        raise OpinionGone(_("この照会は、すでに回答されたか、取り下げられています。"))
    if needs_words(verdict) and not text.strip():
        raise Refused(_("「異議なし」のほかは、内容を書いてください。"))
    opinion.verdict, opinion.text = verdict, text
    opinion.answered_by_id, opinion.answered_at = actor.user_id, at
    opinion.save(update_fields=["verdict", "text", "answered_by", "answered_at"])
    OpinionFile.objects.bulk_create([OpinionFile(opinion=opinion, file_id=one) for one in file_ids])
    if opinion.task_id is not None:
        process.close_task(opinion.task_id, outcome={"verdict": verdict}, actor=actor, at=at)
    inquiry = opinion.inquiry
    today, asked_on = calendar.office_day(at), calendar.office_day(inquiry.asked_at)
    _record(
        inquiry,
        "opinion.answered",
        actor=actor,
        at=at,
        by=opinion.unit,
        verdict=verdict,
        answer_days=calendar.business_days_between(asked_on, today),
        within=is_within(answered_on=today, due_on=inquiry.due_on),
    )
    _tell_who_asked(opinion, at=at)
    subject = Subject(inquiry.subject_type, inquiry.subject_id)
    opinion_answered.send(
        sender=Opinion, subject=subject, opinion_id=opinion.id, unit=opinion.unit, verdict=verdict, at=at
    )
    return opinion


def _tell_who_asked(opinion: Opinion, *, at: datetime) -> None:
    inquiry = opinion.inquiry
    if inquiry.asked_by is None:  # the flow asked; it goes on by itself
        return
    notify.send(
        key=f"opinion:{opinion.id}:answered",
        template="opinions/answered",
        to_user_id=inquiry.asked_by_id,
        to_email=inquiry.asked_by.email,
        context={
            "title": inquiry.title,
            "unit": _unit_name(opinion.unit),
            "verdict": opinion.get_verdict_display(),
            "link": reverse("opinions:inquiry_detail", args=[inquiry.id]),
        },
        at=at,
    )


def _unit_name(code: str) -> str:
    try:
        return org.unit(code).full_name
    except org.UnknownUnit:  # reorganised since
        return code


@transaction.atomic
def remind(*, opinion_id: int, actor: Actor, at: datetime) -> None:
    """催促: ask the section once more, at most once a day.

    :raises OpinionGone: it has answered. :raises Refused: it was reminded today already.
    """
    opinion = _locked(opinion_id)
    if not opinion.is_open or opinion.task_id is None:
        raise OpinionGone(_("この照会は、すでに回答されたか、取り下げられています。"))
    if opinion.reminded_at and calendar.office_day(opinion.reminded_at) == calendar.office_day(at):
        raise Refused(_("きょうはすでに催促しています。あす以降にもう一度できます。"))
    process.remind(opinion.task_id, at=at)
    opinion.reminded_at = at
    opinion.save(update_fields=["reminded_at"])
    _record(opinion.inquiry, "opinion.reminded", actor=actor, at=at, by=opinion.unit)


@transaction.atomic
def withdraw(*, opinion_id: int, actor: Actor, at: datetime) -> None:
    """取下げ of a question that is not answered: it leaves the inbox of those asked. Taken back already: nothing.

    :raises OpinionGone: it was answered.
    """
    opinion = _locked(opinion_id)
    if opinion.withdrawn_at is not None:
        return
    if opinion.answered_at is not None:
        raise OpinionGone(_("すでに回答が届いています。画面を開き直してください。"))
    if opinion.task_id is not None:
        process.cancel_task(opinion.task_id, at=at)
    opinion.withdrawn_at = at
    opinion.save(update_fields=["withdrawn_at"])
    _record(opinion.inquiry, "opinion.withdrawn", actor=actor, at=at, by=opinion.unit)
    subject = Subject(opinion.inquiry.subject_type, opinion.inquiry.subject_id)
    opinion_answered.send(
        sender=Opinion, subject=subject, opinion_id=opinion.id, unit=opinion.unit, verdict="withdrawn", at=at
    )


def withdraw_all(*, subject: Subject, actor: Actor, at: datetime) -> int:
    """The subject has ended: what is still asked is taken back; how many. Idempotent."""
    waiting = _waiting_about(subject.type, subject.id)
    for opinion_id in waiting:
        withdraw(opinion_id=opinion_id, actor=actor, at=at)
    return len(waiting)


@kept
def _waiting_about(subject_type: str, subject_id: int) -> QuerySet[Opinion, int]:
    about = Opinion.objects.filter(inquiry__subject_type=subject_type, inquiry__subject_id=subject_id)
    return about.filter(answered_at=None, withdrawn_at=None).values_list("id", flat=True)


@transaction.atomic
def record_look(*, opinion: Opinion, actor: Actor, at: datetime) -> None:
    """That somebody of an asked section read the brief: it may be personal, so each look is recorded."""
    _record(opinion.inquiry, "opinion.viewed", actor=actor, at=at, by=opinion.unit)


def _locked(opinion_id: int) -> Opinion:
    """An opinion, locked after the case it is about: whoever ends a case locks in that order, too."""
    about = Opinion.objects.values_list("inquiry__subject_type", "inquiry__subject_id").get(id=opinion_id)
    process.lock(Subject(*about))
    return Opinion.objects.select_for_update(of=("self",)).select_related("inquiry__asked_by").get(id=opinion_id)


def _record(inquiry: Inquiry, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    """One entry in the chain of the subject; never what was asked or said."""
    subject = Subject(inquiry.subject_type, inquiry.subject_id)
    about: dict[str, JSON] = {"inquiry": inquiry.id, **data}
    ledger.append(subject=subject, kind=kind, actor=actor, at=at, unit=inquiry.unit, data=about)


@transaction.atomic
def erase_texts(*, subject: Subject, at: datetime) -> int:
    """End of a subject's retention: questions, what was shown, answers and their files go; who was asked, when and the
    verdict stay. How many questions; recorded by the caller with the erasure of the subject."""
    rows = Inquiry.objects.filter(subject_type=subject.type, subject_id=subject.id)
    given = OpinionFile.objects.filter(opinion__inquiry__in=rows)
    for file_id in sorted(set(given.values_list("file_id", flat=True))):
        files.forget(file_id, by=SYSTEM, at=at)
    Opinion.objects.filter(inquiry__in=rows).update(text="")
    return rows.update(question="", brief=[])
