"""Reads: powers as both sides and the modules above see them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.ui.moments import Moment

from .models import Mandate
from .rules import covers, is_in_force

TONES = {"offered": "wait", "asked": "wait", "in_force": "ok", "declined": "neutral", "revoked": "bad"}


@dataclass(frozen=True)
class Topic:
    """One procedure that a power may name, and the category by which it may be named with others of its kind."""

    key: str
    title: str
    category: str
    category_title: str


_topics: list[Callable[[], list[Topic]]] = []


def install(topics: Callable[[], list[Topic]]) -> None:
    """Say which procedures a power may name; called once by the portal, which knows them."""
    _topics[:] = [topics]


def topics() -> list[Topic]:
    """The procedures a power may name."""
    return _topics[0]() if _topics else []


def categories() -> dict[str, str]:
    """The categories a power may name, by key, in the order of their most used procedures."""
    return {topic.category: topic.category_title for topic in topics()}


@dataclass(frozen=True)
class MandateView:
    """One power as other modules may know it; ``agent_label`` with profession and number, as a notice names it."""

    id: int
    public_id: str
    principal_id: int | None
    principal_name: str
    principal_kind: str
    principal_email: str
    agent_id: int | None
    agent_label: str
    procedures: tuple[str, ...]
    categories: tuple[str, ...]
    may_pass_on: bool
    starts_on: date
    last_on: date
    state: str

    def counts(self, *, on: date) -> bool:
        """Whether it is in force on a day."""
        return is_in_force(self.state, starts_on=self.starts_on, last_on=self.last_on, on=on)


def agent_label(mandate: Mandate) -> str:
    """行政書士 鈴木 一郎（登録番号 12345678）"""
    if mandate.agent_kind == Mandate.AgentKind.SCRIVENER:
        return _("行政書士 %(name)s（登録番号 %(number)s）") % {
            "name": mandate.agent_name,
            "number": mandate.registration_number,
        }
    return f"{mandate.agent_name}（{mandate.get_agent_kind_display()}）"


def view(mandate: Mandate) -> MandateView:
    """A row as it is known outside."""
    return MandateView(
        id=mandate.id,
        public_id=str(mandate.public_id),
        principal_id=mandate.principal_id,
        principal_name=mandate.principal_name,
        principal_kind=mandate.principal_kind,
        principal_email=mandate.principal_email,
        agent_id=mandate.agent_id,
        agent_label=agent_label(mandate),
        procedures=tuple(mandate.procedures),
        categories=tuple(mandate.categories),
        may_pass_on=mandate.may_pass_on,
        starts_on=mandate.starts_on,
        last_on=mandate.last_on,
        state=mandate.state,
    )


def mandate(mandate_id: int) -> MandateView:
    """One power, in force or not. :raises Mandate.DoesNotExist:"""
    return view(Mandate.objects.get(id=mandate_id))


def _in_force(agent_id: int, on: date) -> QuerySet[Mandate]:
    return Mandate.objects.filter(agent_id=agent_id, state=Mandate.State.IN_FORCE, starts_on__lte=on, last_on__gte=on)


def in_force_of(agent_id: int, *, procedure: str, category: str, on: date) -> tuple[MandateView, ...]:
    """For whom a person may act in a procedure on a day."""
    return tuple(
        view(row)
        for row in _in_force(agent_id, on).order_by("id")
        if covers(row.procedures, row.categories, key=procedure, category=category)
    )


def held_by(agent_id: int, *, on: date) -> tuple[MandateView, ...]:
    """The powers that a person holds on a day, newest first."""
    return tuple(view(row) for row in _in_force(agent_id, on).order_by("-id")[:500])


def ids_in_force(agent_id: int, *, on: date) -> tuple[int, ...]:
    """The ids of the powers that a person holds on a day."""
    return tuple(_in_force(agent_id, on).values_list("id", flat=True))


@dataclass(frozen=True)
class MandatePage:
    """One power with its papers and its history, as both sides see it."""

    row: Mandate
    side: str  # principal, agent, or link (a principal without account, by a mailed link)
    tone: str
    agent: str
    procedures: tuple[str, ...]
    evidence: tuple[files.FileView, ...]
    moments: tuple[Moment, ...]

    @property
    def may_answer(self) -> bool:
        return self.row.state == "offered" and self.side == "agent"

    @property
    def may_confirm(self) -> bool:
        return self.row.state == "asked" and self.side == "link"

    @property
    def may_end(self) -> bool:
        return self.row.state in Mandate.OPEN

    @property
    def may_add(self) -> bool:
        return self.row.state in Mandate.OPEN and self.side != "link"

    @property
    def may_pass_on(self) -> bool:
        return self.row.state == "in_force" and self.side == "agent" and self.row.may_pass_on


def mandate_page(row: Mandate, *, side: str) -> MandatePage:
    """Everything on the page of one power."""
    return MandatePage(
        row=row,
        side=side,
        tone=TONES.get(row.state, "neutral"),
        agent=agent_label(row),
        procedures=titles(row),
        evidence=files.views(row.evidence.values_list("file_id", flat=True)),
        moments=tuple(_moments(ledger.entries_of(Subject("mandate", row.id)))),
    )


def titles(row: Mandate) -> tuple[str, ...]:
    """What a power names, in words: categories, then procedures; one line where it names none."""
    known = {topic.key: topic.title for topic in topics()}
    kinds = categories()
    whole = tuple(_("「%(kind)s」の手続すべて") % {"kind": kinds.get(key, key)} for key in row.categories)
    return (*whole, *(known.get(key, key) for key in row.procedures)) or (_("すべての手続"),)


def _moments(entries: Iterable[ledger.Entry]) -> Iterable[Moment]:
    labels = {
        "mandate.offered": _("代理をお願いしました"),
        "mandate.asked": _("本人の確認をお願いしました"),
        "mandate.accepted": _("代理を引き受けました"),
        "mandate.confirmed": _("本人が確認番号で確認しました"),
        "mandate.declined": _("代理を断りました"),
        "mandate.revoked": _("代理を終わりにしました"),
        "mandate.ended": _("期間が終わりました"),
        "mandate.evidence_added": _("書類を加えました"),
    }
    for entry in entries:
        if entry.kind in labels:
            over = entry.kind in ("mandate.revoked", "mandate.ended", "mandate.declined")
            yield Moment(labels[entry.kind], entry.at, state="bad" if over else "done")


@dataclass(frozen=True)
class MandateRow:
    """One line of the list."""

    href_id: str
    title: str
    state_label: str
    tone: str
    last_on: date
    needs_me: bool
    made_at: datetime


def letters_waiting(*, after: int | None = None, limit: int = 50) -> list[Mandate]:
    """The powers whose code goes out by letter, oldest first; ``limit`` and one more, by which a next page is known."""
    rows = Mandate.objects.filter(state=Mandate.State.ASKED, principal_email="").order_by("id")
    return list((rows.filter(id__gt=after) if after else rows)[: limit + 1])


def rows_of(mandates: QuerySet[Mandate], *, user_id: int) -> tuple[list[MandateRow], list[MandateRow]]:
    """Those in which a person is the principal, and those in which they are the agent; newest first."""
    mine: list[MandateRow] = []
    theirs: list[MandateRow] = []
    for row in mandates.order_by("-id")[:200]:
        is_principal = row.principal_id == user_id
        name = row.agent_name if is_principal else row.principal_name
        line = MandateRow(
            str(row.public_id),
            name,
            row.get_state_display(),
            TONES.get(row.state, "neutral"),
            row.last_on,
            row.state == "offered" and not is_principal,
            row.made_at,
        )
        (mine if is_principal else theirs).append(line)
    return mine, theirs


@dataclass(frozen=True)
class HeldMandate:
    """What is held about one mandate of a person. ``side``: principal or agent; of the other side only the name."""

    side: str
    other: str
    name: str
    email: str
    address: str
    procedures: tuple[str, ...]  # keys; empty with ``categories``: all
    categories: tuple[str, ...]
    starts_on: date
    last_on: date
    state: str
    made_at: datetime


def held_of(user_id: int) -> list[HeldMandate]:
    """What is held about a person's mandates, as principal or as agent, the newest first; one query."""
    rows = Mandate.objects.filter(Q(principal_id=user_id) | Q(agent_id=user_id)).order_by("-id")[:500]
    return [_held(row, is_agent=row.agent_id == user_id) for row in rows]


def _held(row: Mandate, *, is_agent: bool) -> HeldMandate:
    return HeldMandate(
        side="agent" if is_agent else "principal",
        other=row.principal_name if is_agent else row.agent_name,
        name=row.agent_name if is_agent else row.principal_name,
        email=row.agent_email if is_agent else row.principal_email,
        address="" if is_agent else row.principal_address,
        procedures=tuple(row.procedures),
        categories=tuple(row.categories),
        starts_on=row.starts_on,
        last_on=row.last_on,
        state=str(row.get_state_display()),
        made_at=row.made_at,
    )
