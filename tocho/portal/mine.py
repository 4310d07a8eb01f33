"""My page: what a person has with the government, collected through the doors of the modules that keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.modules.bookings import api as bookings
from tocho.modules.consultations import api as consultations
from tocho.modules.events import api as events
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.payments import api as payments
from tocho.modules.procedures import api as procedures

FEW = 3  # documents and receipts shown on my page itself


@dataclass(frozen=True)
class Person:
    """Who looks: the account, if signed in, and the applications whose links this browser has opened."""

    user_id: int | None
    granted: Sequence[str]

    @property
    def is_nobody(self) -> bool:
        return self.user_id is None and not self.granted


@dataclass(frozen=True)
class Document:
    """A notice the government sent: what, about which procedure, where to open it, keep it and have it checked."""

    title: str
    about: str
    number: str
    issued_at: datetime | None
    is_new: bool
    url: str
    download_url: str
    verify_url: str


@dataclass(frozen=True)
class Reserved:
    """A place that is reserved for the person, with the page on which it is given back."""

    label: str
    place: str
    state_label: str
    about: str
    href: str


@dataclass(frozen=True)
class MyPage:
    """Everything on my page: first what is asked of the person, then what there is."""

    asks: Sequence[procedures.Ask]
    claimable: int
    rows: Sequence[procedures.MyApplication]
    next: str
    drafts: Sequence[procedures.MyApplication]
    documents: Sequence[Document]
    receipts: Sequence[payments.ReceiptView]
    reserved: Sequence[Reserved]
    talks: Sequence[consultations.MyConsultation]
    events: Sequence[events.MyEvent]
    more_documents: bool
    is_empty: bool
    shown: str
    text: str

    @property
    def chips(self) -> tuple[tuple[str, str], ...]:
        here = reverse("portal:my_page")
        return ((_("進行中"), f"{here}?shown=open"), (_("終わったもの"), f"{here}?shown=done"), (_("すべて"), here))

    @property
    def here(self) -> str:
        return reverse("portal:my_page") + (f"?shown={self.shown}" if self.shown else "")


def my_page(person: Person, *, shown: str, text: str, after: int | None, at: datetime) -> MyPage:
    """My page of a person or browser, in a fixed number of queries."""
    mine = procedures.submitted_of(person.user_id, person.granted)
    listed = procedures.list_of(person.user_id, person.granted, shown=shown, text=text, after=after)
    drafts = procedures.drafts_of(person.user_id, person.granted)
    documents = documents_of(mine)
    receipts = payments.receipts_about(procedures.SUBJECT, mine) if mine else []
    talks = consultations.coming_of(person.user_id, at=at) if person.user_id else []
    coming = events.coming_of(person.user_id, at=at) if person.user_id else []
    claimable = procedures.claimable_of(person.user_id, person.granted) if person.user_id and person.granted else []
    return MyPage(
        asks=[*procedures.asks_of(mine.values()), *_unread(mine), *_unopened(documents)],
        claimable=len(claimable),
        rows=listed.rows,
        next=listed.next,
        drafts=drafts,
        documents=documents[:FEW],
        receipts=receipts[:FEW],
        reserved=_reserved(mine, at=at),
        talks=talks,
        events=coming,
        more_documents=len(documents) > FEW or len(receipts) > FEW,
        is_empty=not mine and not drafts and not talks and not coming,
        shown=shown,
        text=text,
    )


def documents_of(mine: dict[int, procedures.MyApplication]) -> list[Document]:
    """All notices about a person's applications, the newest first; one query."""
    if not mine:
        return []
    found = notices.notices_about(procedures.SUBJECT, mine)
    pairs = [(notice, mine[key]) for key, rows in found.items() for notice in rows]
    return [
        Document(
            title=notice.title,
            about=f"{row.title} {row.receipt_number}",
            number=notice.number,
            issued_at=notice.released_at,
            is_new=notice.reached_at is None,
            url=notice.url,
            download_url=notice.download_url,
            verify_url=notice.verify_url,
        )
        for notice, row in sorted(pairs, key=lambda pair: -pair[0].id)
    ]


def _unread(mine: dict[int, procedures.MyApplication]) -> list[procedures.Ask]:
    counts = messages.unread_counts(procedures.SUBJECT, mine, side=messages.APPLICANT) if mine else {}
    return [
        procedures.Ask(
            title=mine[key].title,
            tag=_("新しいメッセージ"),
            text=_("まだ読んでいないものが%(n)d通あります。") % {"n": count},
            href=f"{mine[key].href}#messages",
            action=_("読む"),
        )
        for key, count in counts.items()
    ]


def _unopened(documents: Sequence[Document]) -> list[procedures.Ask]:
    new = [row for row in documents if row.is_new]
    return [procedures.Ask(row.title, _("通知が届いています"), row.about, row.url, _("通知を開く")) for row in new]


def _reserved(mine: dict[int, procedures.MyApplication], *, at: datetime) -> list[Reserved]:
    if not mine:
        return []
    found = bookings.reservations_about(procedures.SUBJECT, mine, at=at)
    return [
        Reserved(one.slot.label, one.slot.place, one.state_label, mine[key].title, mine[key].href)
        for key, one in found.items()
    ]


@dataclass(frozen=True)
class MyDocuments:
    """All documents and receipts of a person."""

    documents: Sequence[Document]
    receipts: Sequence[payments.ReceiptView]

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return ((_("マイページ"), reverse("portal:my_page")), (_("書類と領収書"), ""))


def my_documents(person: Person) -> MyDocuments:
    """All notices and receipts of the newest 500 applications; four queries."""
    mine = procedures.submitted_of(person.user_id, person.granted)
    receipts = payments.receipts_about(procedures.SUBJECT, mine) if mine else []
    return MyDocuments(documents_of(mine), receipts)
