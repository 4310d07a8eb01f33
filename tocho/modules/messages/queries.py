from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.lib.kept import kept

from .models import Attachment, Message, Side, Thread


@dataclass(frozen=True)
class FileView:
    """A file that came with a message; ``size`` in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class MessageView:
    """One message for whom reads it. ``mine``: the reader's own side wrote it; ``who`` names the other side's office,
    and to the office the person who wrote."""

    id: int
    side: str
    mine: bool
    who: str
    text: str
    files: tuple[FileView, ...]
    at: datetime
    read_at: datetime | None

    @property
    def note(self) -> str:
        """既読 or 未読, on one's own messages."""
        if not self.mine:
            return ""
        return _("既読") if self.read_at else _("未読")


@dataclass(frozen=True)
class ThreadView:
    """The thread of a subject; empty where nobody has written yet. ``due_on``: until when an answer is owed."""

    messages: tuple[MessageView, ...] = ()
    unread: int = 0
    waiting_since: datetime | None = None
    due_on: date | None = None
    closed: bool = False
    erased: bool = False

    @property
    def mark(self) -> str:
        """Changes whenever the messages look otherwise: the last one, and how many of them were read."""
        last = self.messages[-1].id if self.messages else 0
        return f"{last}-{sum(one.read_at is not None for one in self.messages)}"

    @property
    def awaits_answer(self) -> bool:
        return self.due_on is not None


def thread_of(subject: Subject, *, side: str) -> ThreadView:
    """What a side sees of the thread of a subject: one query where there is none, three where there is."""
    thread = thread_about.first(subject.type, subject.id)
    if thread is None:
        return ThreadView()
    messages = list(_messages(thread.id))
    files: dict[int, list[FileView]] = {}
    for row in _attachments(thread.id):
        files.setdefault(row.message_id, []).append(FileView(row.file_id, row.file.name, row.file.size))
    return ThreadView(
        messages=tuple(
            _view(one, tuple(files.get(one.id, ())), side=side, office=_office_name(thread)) for one in messages
        ),
        unread=sum(one.side != side and one.read_at is None for one in messages),
        waiting_since=thread.waiting_since,
        due_on=thread.due_on,
        closed=thread.closed_at is not None,
        erased=thread.erased_at is not None,
    )


@kept
def thread_about(subject_type: str, subject_id: int) -> QuerySet[Thread]:
    """The thread of a subject, if anybody has written."""
    return Thread.objects.filter(subject_type=subject_type, subject_id=subject_id)


def _messages(thread_id: int) -> QuerySet[Message]:
    return Message.objects.filter(thread_id=thread_id).select_related("author").order_by("id")


def _attachments(thread_id: int) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(message__thread_id=thread_id, file__forgotten_at=None)
    return rows.select_related("file").order_by("id")


def _office_name(thread: Thread) -> str:
    try:
        return org.unit(thread.unit).full_name
    except org.UnknownUnit:  # the office was reorganised since
        return _("担当の部署")


def _view(row: Message, files: tuple[FileView, ...], *, side: str, office: str) -> MessageView:
    mine = row.side == side
    if row.side == Side.OFFICE:
        name = str(row.author) if row.author and side == Side.OFFICE else ""
        who = f"{office} {name}".strip()
    else:
        who = _("あなた") if mine else _("申請者")
    return MessageView(row.id, row.side, mine, who, row.text, files, row.sent_at, row.read_at)


def unread_counts(subject_type: str, subject_ids: Collection[int], *, side: str) -> dict[int, int]:
    """How many messages of the other side a side has not read, by subject; subjects without any are left out."""
    unread = Message.objects.filter(
        thread__subject_type=subject_type, thread__subject_id__in=subject_ids, read_at=None
    ).exclude(side=side)
    counted = unread.order_by().values_list("thread__subject_id").annotate(n=Count("id"))
    return dict(counted)


def owns_file(subject: Subject, file_id: int) -> bool:
    """Whether a file came with a message about the subject."""
    return Attachment.objects.filter(
        file_id=file_id, message__thread__subject_type=subject.type, message__thread__subject_id=subject.id
    ).exists()
