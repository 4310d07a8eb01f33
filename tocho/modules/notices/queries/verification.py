from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.core.ledger.api import Subject
from tocho.engines.documents import api as documents
from tocho.lib.kept import kept
from tocho.modules.decisions import api as decisions
from tocho.modules.notices.models import IN_FORCE, UNSEALED, Notice, StandingWish
from tocho.modules.notices.rules import (
    ANSWERS,
    GOOD,
    Kind,
    Wording,
    answer_to_file_of_ours,
    answer_to_state,
    answer_to_stranger,
    read_code,
)

PUBLIC = ("id", "state", "profile", "title", "issuer", "issued_on", "code", "closed_at")


@dataclass(frozen=True)
class NoticeView:
    """A notice for other modules; ``url`` is the recipient's own page and empty until the notice is out."""

    id: int
    kind: str
    title: str
    number: str
    state: str
    state_label: str
    profile: str
    decision_id: int | None
    issued_on: date
    released_at: datetime | None
    reached_at: datetime | None
    url: str
    download_url: str
    verify_url: str
    problem: str


def cancellation_of(notice: Notice) -> decisions.DecisionView | None:
    """The decision that took a revoked notice's disposition back, with its reasons."""
    if notice.state != Notice.State.REVOKED or notice.decision_id is None:
        return None
    return decisions.cancellation_of(notice.decision_id)


@dataclass(frozen=True)
class PublicNotice:
    """All that anybody learns from a verification: no personal data, no document number."""

    title: str
    issuer: str
    issued_on: date
    code: str
    sealed: bool
    closed_on: date | None
    successor_code: str


@dataclass(frozen=True)
class Answer:
    """The answer to one verification: what kind, in which words, about which notice, judged by which signature."""

    kind: Kind
    notice: PublicNotice | None = None
    verdict: documents.Verdict | None = None
    is_file: bool = False

    @property
    def wording(self) -> Wording:
        return ANSWERS[self.kind]

    @property
    def is_good(self) -> bool:
        return self.kind in GOOD

    @property
    def about(self) -> str:
        """What the facts are about: the document itself, or the original of one that was changed."""
        return _("元の文書") if self.kind == "altered" else _("この文書について")


def notices_of(subject: Subject) -> list[NoticeView]:
    """The notices about a subject, oldest first."""
    return [_view(row) for row in _notices_about(subject.type, subject.id)]


@kept
def _notices_about(subject_type: str, subject_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(subject_type=subject_type, subject_id=subject_id).defer("data").order_by("id")


def notices_about(subject_type: str, subject_ids: Collection[int]) -> dict[int, list[NoticeView]]:
    """The notices that are out and in force about several subjects, newest first, by subject; one query."""
    rows = Notice.objects.filter(subject_type=subject_type, subject_id__in=subject_ids, state__in=IN_FORCE)
    found: dict[int, list[NoticeView]] = {}
    for row in rows.defer("data").order_by("-id"):
        found.setdefault(row.subject_id, []).append(_view(row))
    return found


def standing_wish(user_id: int | None) -> str:
    """How the owner of an account said that notices should come: "electronic", "post", "" where nothing was said."""
    wish = StandingWish.objects.filter(user_id=user_id).values_list("by", flat=True).first() if user_id else None
    return wish or ""


def notice(notice_id: int) -> NoticeView:
    """:raises Notice.DoesNotExist: for an unknown id."""
    return _view(Notice.objects.defer("data").get(id=notice_id))


def _view(row: Notice) -> NoticeView:
    out = row.state not in UNSEALED
    return NoticeView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        number=row.number,
        state=row.state,
        state_label=row.get_state_display(),
        profile=row.profile,
        decision_id=row.decision_id,
        issued_on=row.issued_on,
        released_at=row.released_at,
        reached_at=row.reached_at,
        url=reverse("notices:notice_detail", args=[row.token]) if out else "",
        download_url=reverse("notices:notice_download", args=[row.token]) if out else "",
        verify_url=reverse("notices:verify_code", args=[row.code]) if out else "",
        problem=row.problem,
    )


def answer_to_code(text: str) -> Answer:
    """What is said to somebody who typed or scanned a verification code. One query, two when it was superseded."""
    code = read_code(text)
    if code is None:
        return Answer("mistyped")
    return _answer_about(_notice_by_code.first(code))


@kept
def _notice_by_code(code: str) -> QuerySet[Notice]:
    return Notice.objects.only(*PUBLIC).filter(code=code)


def answer_to_file(pdf: bytes, *, code: str = "", at: datetime) -> Answer:
    """What is said to somebody who brought a file: first whether we released these very bytes, then the signature.

    When something was added to a file of ours, the part that we signed still tells which notice it was. With a code
    that was checked before, a genuine file of another notice is named as such.
    """
    released = _released_as(pdf)
    verdict = (documents.verify if released else documents.verify_apart)(pdf, at=at)
    if released is not None and answer_to_state(released.state) != "unknown":
        holds = verdict.ok and verdict.timestamped
        kind = answer_to_file_of_ours(released.state, ended=bool(verdict.certificate_ended), timestamped=holds)
        if kind in GOOD and code and read_code(code) != released.code:
            kind = "other"
        return Answer(kind, _public(released), verdict, is_file=True)
    original = _released_as(pdf[: verdict.signed_length]) if verdict.signed_length else None
    return Answer(answer_to_stranger(verdict.problem), _public(original), verdict, is_file=True)


def _released_as(pdf: bytes) -> Notice | None:
    """The notice whose file this is, or was before a timestamp was added."""
    digest = sha256(pdf).digest()
    rows = Notice.objects.only(*PUBLIC)
    return rows.filter(pdf_sha256=digest).first() or rows.filter(copies__sha256=digest).first()


def _answer_about(row: Notice | None) -> Answer:
    kind: Kind = answer_to_state(row.state) if row else "unknown"
    return Answer(kind, None if kind == "unknown" else _public(row))


def successor_of(row: Notice) -> Notice | None:
    """The notice that took the place of a superseded one; its code and token only."""
    if row.state != Notice.State.SUPERSEDED:
        return None
    return row.successors.exclude(state__in=UNSEALED).order_by("-id").only("code", "token").first()


def _public(row: Notice | None) -> PublicNotice | None:
    if row is None:
        return None
    successor = successor_of(row)
    return PublicNotice(
        title=row.title,
        issuer=row.issuer,
        issued_on=row.issued_on,
        code=row.code,
        sealed=row.is_sealed,
        closed_on=office_day(row.closed_at) if row.closed_at else None,
        successor_code=successor.code if successor else "",
    )
