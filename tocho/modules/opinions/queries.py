"""Reads: what was asked about a subject and said, and the two lists of a section."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.files.api import FileView, views
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org

from .models import Inquiry, InquiryFile, Opinion, OpinionFile, Verdict

PAGE = 50
TONES = {Verdict.NONE: "ok", Verdict.REMARK: "info", Verdict.OBJECTION: "bad", Verdict.UNCONCERNED: "neutral"}


@dataclass(frozen=True)
class OpinionView:
    """What one asked section says. ``state``: asked, answered, withdrawn."""

    id: int
    unit_name: str
    state: str
    state_label: str
    tone: str
    text: str
    files: tuple[FileView, ...]
    answered_by: str
    answered_at: datetime | None
    reminded_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == "asked"


@dataclass(frozen=True)
class InquiryView:
    """One question with what was said to it. ``brief``: all that those asked see of the subject."""

    id: int
    subject: Subject
    unit_name: str
    title: str
    question: str
    brief: tuple[tuple[str, str], ...]
    files: tuple[FileView, ...]
    due_on: date
    asked_by: str
    asked_at: datetime
    opinions: tuple[OpinionView, ...]

    @property
    def waiting(self) -> int:
        return sum(one.is_open for one in self.opinions)


def inquiries_of(subject: Subject) -> tuple[InquiryView, ...]:
    """Everything that was asked about a subject, oldest first. Two queries, four where files came with it."""
    rows = Inquiry.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return inquiry_views(rows.order_by("id"))


def inquiry_views(inquiries: QuerySet[Inquiry]) -> tuple[InquiryView, ...]:
    """Questions as pages show them."""
    rows = list(inquiries.select_related("asked_by"))
    ids = [row.id for row in rows]
    opinions: dict[int, list[Opinion]] = {}
    if ids:
        for opinion in Opinion.objects.filter(inquiry__in=ids).select_related("answered_by").order_by("id"):
            opinions.setdefault(opinion.inquiry_id, []).append(opinion)
    given = _files(InquiryFile.objects.filter(inquiry__in=ids).values_list("inquiry_id", "file_id"))
    every = [opinion.id for group in opinions.values() for opinion in group if opinion.answered_at]
    said = _files(OpinionFile.objects.filter(opinion__in=every).values_list("opinion_id", "file_id")) if every else {}
    return tuple(
        InquiryView(
            id=row.id,
            subject=Subject(row.subject_type, row.subject_id),
            unit_name=unit_name(row.unit),
            title=row.title,
            question=row.question,
            brief=tuple((label, value) for label, value in row.brief),
            files=given.get(row.id, ()),
            due_on=row.due_on,
            asked_by=str(row.asked_by or _("手続の流れ（自動）")),
            asked_at=row.asked_at,
            opinions=tuple(_view(one, said.get(one.id, ())) for one in opinions.get(row.id, ())),
        )
        for row in rows
    )


def _files(pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[FileView, ...]]:
    owners = list(pairs)
    known = {view.id: view for view in views(file_id for _owner, file_id in owners)} if owners else {}
    found: dict[int, tuple[FileView, ...]] = {}
    for owner, file_id in owners:
        found[owner] = (*found.get(owner, ()), known[file_id])
    return found


def _view(row: Opinion, files: tuple[FileView, ...]) -> OpinionView:
    if row.answered_at is not None:
        state, label, tone = "answered", row.get_verdict_display(), TONES[Verdict(row.verdict)]
    elif row.withdrawn_at is not None:
        state, label, tone = "withdrawn", _("取下げ"), "neutral"
    else:
        state, label, tone = "asked", _("回答待ち"), "wait"
    return OpinionView(
        id=row.id,
        unit_name=unit_name(row.unit),
        state=state,
        state_label=str(label),
        tone=tone,
        text=row.text,
        files=files,
        answered_by=str(row.answered_by) if row.answered_by else "",
        answered_at=row.answered_at,
        reminded_at=row.reminded_at,
    )


def unit_name(code: str) -> str:
    """What a section is called; its code when it was reorganised since."""
    try:
        return org.unit(code).full_name
    except org.UnknownUnit:
        return code


@dataclass(frozen=True)
class ListRow:
    """One line of the two lists: a question to us, or one of ours."""

    id: int
    title: str
    unit_name: str
    state_label: str
    tone: str
    due_on: date
    at: datetime


@dataclass(frozen=True)
class ListPage:
    """One page of a list; ``next`` continues it (the id to go on below)."""

    rows: tuple[ListRow, ...]
    next: int | None


def asked_page(opinions: QuerySet[Opinion], *, waiting: bool, before: int | None, text: str = "") -> ListPage:
    """Questions put to a section: those that wait, or those answered; newest first."""
    chosen = opinions.filter(answered_at__isnull=waiting)
    if text:
        chosen = chosen.filter(inquiry__title__icontains=text)
    if before:
        chosen = chosen.filter(id__lt=before)
    found = list(chosen.order_by("-id")[: PAGE + 1])
    rows = tuple(
        ListRow(
            one.id,
            one.inquiry.title,
            unit_name(one.inquiry.unit),
            _view(one, ()).state_label,
            _view(one, ()).tone,
            one.inquiry.due_on,
            one.inquiry.asked_at,
        )
        for one in found[:PAGE]
    )
    return ListPage(rows, found[PAGE - 1].id if len(found) > PAGE else None)


def own_page(inquiries: QuerySet[Inquiry], *, before: int | None, text: str = "") -> ListPage:
    """Questions that a section has put to others, newest first."""
    chosen = inquiries.filter(title__icontains=text) if text else inquiries
    if before:
        chosen = chosen.filter(id__lt=before)
    found = list(chosen.order_by("-id")[: PAGE + 1])
    views_ = inquiry_views(Inquiry.objects.filter(id__in=[one.id for one in found[:PAGE]]).order_by("-id"))
    rows = tuple(
        ListRow(
            one.id,
            one.title,
            "、".join(opinion.unit_name for opinion in one.opinions),
            _("回答待ち %(n)d") % {"n": one.waiting} if one.waiting else _("回答済み"),
            "wait" if one.waiting else "ok",
            one.due_on,
            one.asked_at,
        )
        for one in views_
    )
    return ListPage(rows, found[PAGE - 1].id if len(found) > PAGE else None)


def owns_file(inquiry_id: int, file_id: int) -> bool:
    """Whether a file stands beside a question or came with an answer to it."""
    if InquiryFile.objects.filter(inquiry=inquiry_id, file=file_id).exists():
        return True
    return OpinionFile.objects.filter(opinion__inquiry=inquiry_id, file=file_id).exists()


def open_question(*, subject: Subject, unit: str) -> date | None:
    """The last day of a question about a subject that a section has not answered; None when it is asked nothing."""
    waiting = Opinion.objects.filter(
        inquiry__subject_type=subject.type,
        inquiry__subject_id=subject.id,
        unit=unit,
        answered_at=None,
        withdrawn_at=None,
    )
    return waiting.values_list("inquiry__due_on", flat=True).first()
