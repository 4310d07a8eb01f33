"""Reads: the items of a subject with their files, in two queries whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject

from .models import Item, Sheet
from .rules import compared

TONES = {
    Item.State.MISSING: "neutral",
    Item.State.GIVEN: "info",
    Item.State.FLAGGED: "wait",
    Item.State.ACCEPTED: "ok",
    Item.State.RETURNED: "bad",
}


@dataclass(frozen=True)
class SheetView:
    """One file of an item; ``change`` against the round before: same, changed, new or ""."""

    id: int
    file_id: int
    name: str
    size: int
    digest: str
    round: int
    given_at: datetime
    given_by: str
    change: str = ""

    @property
    def change_label(self) -> str:
        """The comparison in a word."""
        return {"same": _("前と同じ"), "changed": _("差し替え"), "new": _("新しい")}.get(self.change, "")


@dataclass(frozen=True)
class ItemView:
    """One item as other modules may know it: ``sheets`` of the present round, ``earlier`` of those before (newest
    first). ``turn`` is what a person saw; the next act on it names it."""

    key: str
    party: str
    state: str
    reason: str
    round: int
    turn: int
    judged_at: datetime | None
    sheets: tuple[SheetView, ...] = ()
    earlier: tuple[SheetView, ...] = ()

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TONES[Item.State(self.state)]

    @property
    def state_label(self) -> str:
        """Its state in the reader's language, for the office."""
        return str(Item.State(self.state).label)


def unasked(key: str, party: str) -> ItemView:
    """An item about which nothing is recorded yet."""
    return ItemView(key, party, Item.State.MISSING.value, "", 1, 0, None)


def items_of(subject: Subject) -> tuple[ItemView, ...]:
    """Everything that was given or judged for a subject."""
    items = list(Item.objects.filter(subject_type=subject.type, subject_id=subject.id).order_by("id"))
    sheets = Sheet.objects.filter(item__in=items, removed_at=None).select_related("file", "given_by").order_by("id")
    by_item: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets if items else ():
        by_item[sheet.item_id].append(sheet)
    return tuple(_view(item, by_item[item.id]) for item in items)


def _view(item: Item, sheets: list[Sheet]) -> ItemView:
    now = [one for one in sheets if one.round == item.round]
    last = max((one.round for one in sheets if one.round < item.round), default=0)
    before = [(one.file.digest, one.file.name) for one in sheets if one.round == last]
    return ItemView(
        item.key,
        item.party,
        item.state,
        item.reason,
        item.round,
        item.turn,
        item.judged_at,
        tuple(_sheet(one, compared(one.file.digest, one.file.name, before=before)) for one in now),
        tuple(_sheet(one) for one in reversed(sheets) if one.round < item.round),
    )


def _sheet(row: Sheet, change: str = "") -> SheetView:
    file = row.file
    giver = str(row.given_by) if row.given_by else ""
    return SheetView(row.id, row.file_id, file.name, file.size, file.digest, row.round, row.given_at, giver, change)


def has_file(subject: Subject, file_id: int, *, parties: Collection[str] | None = None) -> bool:
    """Whether a file was given for a subject, and by one of the parties where they are named."""
    found = Sheet.objects.filter(
        file_id=file_id, item__subject_type=subject.type, item__subject_id=subject.id, removed_at=None
    )
    return (found if parties is None else found.filter(item__party__in=parties)).exists()


def returned_to(party: str, subjects: Iterable[Subject]) -> frozenset[Subject]:
    """The subjects, all of one type, in which a document was sent back to a party and not given again: one query."""
    wanted = list(subjects)
    if not wanted:
        return frozenset()
    found = Item.objects.filter(
        subject_type=wanted[0].type,
        subject_id__in=[one.id for one in wanted],
        party=party,
        state=Item.State.RETURNED,
    )
    return frozenset(Subject(wanted[0].type, key) for key in found.values_list("subject_id", flat=True))


def states_of(subjects: Iterable[Subject]) -> dict[Subject, dict[str, int]]:
    """How many items of each state the subjects have: one query, for lists."""
    wanted = list(subjects)
    if not wanted:
        return {}
    rows = (
        Item.objects.filter(
            Q(subject_type=wanted[0].type, subject_id__in=[one.id for one in wanted]),
        )
        .values_list("subject_type", "subject_id", "state")
        .annotate(n=Count("id"))
    )
    found: dict[Subject, dict[str, int]] = defaultdict(dict)
    for kind, key, state, count in rows:
        found[Subject(kind, key)][state] = count
    return dict(found)
