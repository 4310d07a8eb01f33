"""Every write of the module, one verb each. The thread's row is locked first: of two at the same time one waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.formkey import form_key
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from .models import Attachment, Message, Phrase, Side, Thread
from .queries import thread_about
from .rules import is_within
from .signals import message_answered

TASK_KIND = "messages.answer"


class ThreadClosed(Refused):
    """The subject has ended: nothing more is written about it."""


@dataclass(frozen=True)
class Draft:
    """What is to be sent: a text, files stored before, and the key of the form (pressed twice, written once).

    Another text from the same form (back, corrected, sent again) is another message.
    """

    text: str
    once: str
    file_ids: Sequence[int] = field(default=())


@transaction.atomic
def ask_office(
    *, subject: Subject, unit: str, title: str, draft: Draft, answer_days: int, actor: Actor, at: datetime
) -> int:
    """The applicant's side writes to the office: the message's id.

    The question stands in the unit's inbox until it is answered, with ``answer_days`` business days to do so; a second
    one before the answer joins it and keeps the earlier day.
    :raises ThreadClosed: the case has ended.
    """
    thread = _lock_thread(subject, unit=unit, title=title, at=at)
    if thread.closed_at is not None:
        raise ThreadClosed(_("この申請は終わっているため、メッセージを送れません。担当の部署にご連絡ください。"))
    message, is_new = _write(thread, Side.APPLICANT, draft, actor, at=at)
    if not is_new:
        return message.id
    if thread.due_on is None:
        thread.waiting_since = at
        thread.due_on = calendar.add_business_days(calendar.office_day(at), answer_days)
    thread.task_id = process.open_task(
        kind=TASK_KIND,
        subject=subject,
        title=_("質問：%(title)s") % {"title": thread.title},
        address=f"unit:{org.unit(thread.unit).id}",
        due_on=thread.due_on,
        at=at,
    )
    update(thread, "waiting_since", "due_on", "task")
    _record(thread, "message.asked", actor=actor, at=at, attachments=len(draft.file_ids))
    return message.id


@transaction.atomic
def answer_applicant(*, subject: Subject, unit: str, title: str, draft: Draft, actor: Actor, at: datetime) -> int:
    """The office writes to the applicant's side, asked or not: the message's id. An open question is answered by it.

    The signal ``message_answered`` lets whoever knows the applicant tell them, without the text.
    :raises ThreadClosed: the case has ended and no question is open.
    """
    thread = _lock_thread(subject, unit=unit, title=title, at=at)
    if thread.closed_at is not None and thread.due_on is None:
        raise ThreadClosed(_("この案件は完結しているため、メッセージを送れません。"))
    message, is_new = _write(thread, Side.OFFICE, draft, actor, at=at)
    if not is_new:
        return message.id
    data = _settle(thread, actor=actor, at=at)
    message_answered.send(sender=Thread, subject=subject, message_id=message.id, at=at)
    _record(thread, "message.answered", actor=actor, at=at, attachments=len(draft.file_ids), **data)
    return message.id


@transaction.atomic
def settle_question(*, subject: Subject, actor: Actor, at: datetime) -> None:
    """An open question needs no written answer (お礼、電話で回答済み): it leaves the inbox. Done already: nothing."""
    thread = Thread.objects.select_for_update().filter(subject_type=subject.type, subject_id=subject.id).first()
    if thread is None or thread.due_on is None:
        return
    data = _settle(thread, actor=actor, at=at)
    _record(thread, "message.settled", actor=actor, at=at, **data)


def _settle(thread: Thread, *, actor: Actor, at: datetime) -> dict[str, JSON]:
    """Take the open question out of the inbox; how long it took, for the ledger. Nothing where none is open."""
    if thread.due_on is None or thread.waiting_since is None:
        return {}
    if thread.task_id is not None:
        process.close_task(thread.task_id, outcome={}, actor=actor, at=at)
    today = calendar.office_day(at)
    data: dict[str, JSON] = {
        "answer_days": calendar.business_days_between(calendar.office_day(thread.waiting_since), today),
        "within": is_within(answered_on=today, due_on=thread.due_on),
    }
    thread.waiting_since = thread.due_on = thread.task = None
    update(thread, "waiting_since", "due_on", "task")
    return data


def _lock_thread(subject: Subject, *, unit: str, title: str, at: datetime) -> Thread:
    Thread.objects.get_or_create(
        subject_type=subject.type,
        subject_id=subject.id,
        defaults={"unit": unit, "title": title[:200], "opened_at": at},
    )
    return Thread.objects.select_for_update(of=("self",)).get(subject_type=subject.type, subject_id=subject.id)


def _write(thread: Thread, side: Side, draft: Draft, actor: Actor, *, at: datetime) -> tuple[Message, bool]:
    message, is_new = Message.objects.get_or_create(
        thread=thread,
        once=form_key(draft.once, side.value, draft.text, _digests(draft.file_ids)),
        defaults={"side": side, "author_id": actor.user_id, "text": draft.text, "sent_at": at},
    )
    if is_new:
        Attachment.objects.bulk_create([Attachment(message=message, file_id=one) for one in draft.file_ids])
    return message, is_new


def _digests(file_ids: Sequence[int]) -> list[str]:
    return [one.digest_hex for one in files.views(file_ids)] if file_ids else []


@transaction.atomic
def mark_read(*, subject: Subject, side: str, actor: Actor, at: datetime) -> int:
    """That a side has the other side's messages on its screen (既読); how many it had not read before."""
    unread = Message.objects.filter(
        thread__subject_type=subject.type, thread__subject_id=subject.id, read_at=None
    ).exclude(side=side)
    count = unread.update(read_at=at)
    if count:
        thread = Thread.objects.get(subject_type=subject.type, subject_id=subject.id)
        _record(thread, "message.read", actor=actor, at=at, side=str(side), messages=count)
    return count


@one_transaction
def close_thread(*, subject: Subject, at: datetime) -> None:
    """The subject has ended: nothing more is asked. A question that is open already is still answered. Idempotent."""
    thread = thread_about.first(subject.type, subject.id)
    if thread is not None and thread.closed_at is None:
        thread.closed_at = at
        update(thread, "closed_at")


@transaction.atomic
def erase_thread(*, subject: Subject, at: datetime) -> int:
    """End of the retention: texts are emptied, files forgotten; who wrote when stays. How many messages. Idempotent."""
    thread = Thread.objects.select_for_update().filter(subject_type=subject.type, subject_id=subject.id).first()
    if thread is None or thread.erased_at is not None:
        return 0
    for file_id in Attachment.objects.filter(message__thread=thread).values_list("file_id", flat=True):
        files.forget(file_id, by=SYSTEM, at=at)
    count = thread.messages.update(text="")
    thread.closed_at, thread.erased_at = thread.closed_at or at, at
    update(thread, "closed_at", "erased_at")
    _record(thread, "message.erased", actor=SYSTEM, at=at, messages=count)
    return count


def _record(thread: Thread, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    """One entry in the chain of the subject; never what was said."""
    ledger.append(
        subject=Subject(thread.subject_type, thread.subject_id),
        kind=kind,
        actor=actor,
        at=at,
        unit=thread.unit,
        data=data,
    )


@transaction.atomic
def save_phrase(*, phrase_id: int | None, unit: str, title: str, text: str, actor: Actor, at: datetime) -> Phrase:
    """Write a standard phrase of a unit, a new one or another text (or unit) for one.

    :raises Refused: the title is taken, or the phrase was deleted meanwhile.
    """
    phrase = Phrase.objects.select_for_update().filter(id=phrase_id).first() if phrase_id else Phrase()
    if phrase is None:
        raise Refused(_("この定型文は、ほかの人が削除しました。必要なら、新しく作ってください。"))
    phrase.unit, phrase.title, phrase.text = unit, title, text
    try:
        with transaction.atomic():
            phrase.save()
    except IntegrityError as error:
        told = _("「%(title)s」という定型文はもうあります。別の見出しにしてください。")
        raise Refused(told % {"title": title}) from error
    ledger.append(subject=Subject("phrase", phrase.id), kind="phrase.saved", actor=actor, at=at, unit=phrase.unit)
    return phrase


@transaction.atomic
def delete_phrase(*, phrase_id: int, actor: Actor, at: datetime) -> None:
    """Remove a standard phrase; messages written with it stay. Gone already: nothing."""
    phrase = Phrase.objects.select_for_update().filter(id=phrase_id).first()
    if phrase is None:
        return
    phrase.delete()
    ledger.append(subject=Subject("phrase", phrase_id), kind="phrase.deleted", actor=actor, at=at, unit=phrase.unit)
