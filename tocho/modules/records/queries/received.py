"""Everything on the page of a received document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.ui.moments import Moment

from ..models import ReceivedDocument, ReceivedReader
from .detail import history
from .sources import MatterView, matters


@dataclass(frozen=True)
class LinkRow:
    """A matter that came of it: ``view`` is None where the viewer may not see it."""

    id: int
    kind: str
    view: MatterView | None


@dataclass(frozen=True)
class ReceivedPage:
    """What arrived, what came of it, who was shown it."""

    unit_label: str
    assigned_label: str
    links: tuple[LinkRow, ...]
    begins: tuple[tuple[str, str], ...]  # label, address
    readers: tuple[ReceivedReader, ...]
    history: tuple[Moment, ...]
    is_asked: bool  # the viewer was asked to read it, and has not yet


def received_page(received: ReceivedDocument, *, user_id: int, at: datetime) -> ReceivedPage:
    """The page for one viewer; the matters by one query of their modules each."""
    day = org.office_day(at)
    readers = tuple(received.readers.select_related("user").order_by("id"))
    return ReceivedPage(
        unit_label=org.label_of(received.unit, on=day),
        assigned_label=org.label_of(received.assigned_unit, on=day) if received.assigned_unit else "",
        links=_links(received, user_id, at),
        begins=tuple(
            (str(matter.name), matter.begin(received.pk)) for matter in matters().values() if matter.begin is not None
        ),
        readers=readers,
        history=history(Subject("received", received.pk)),
        is_asked=any(reader.user_id == user_id and reader.read_at is None for reader in readers),
    )


def may_read_received(user: Any, received: ReceivedDocument, *, at: datetime) -> bool:
    """Whether a person may read what arrived because a matter came of it that they may see: who circulates a draft
    shows what it answers."""
    links: dict[str, list[int]] = {}
    for subject_type, subject_id in received.links.filter(ended_at=None).values_list("subject_type", "subject_id"):
        links.setdefault(subject_type, []).append(subject_id)
    known = matters()
    return any(known[name].view(ids, user.pk or 0, at) for name, ids in links.items() if name in known)


def _links(received: ReceivedDocument, user_id: int, at: datetime) -> tuple[LinkRow, ...]:
    rows = list(received.links.filter(ended_at=None).order_by("id"))
    known = matters()
    seen = {
        (name, view.id): view
        for name, matter in known.items()
        if (ids := [row.subject_id for row in rows if row.subject_type == name])
        for view in matter.view(ids, user_id, at)
    }
    return tuple(
        LinkRow(row.pk, str(known[row.subject_type].name), seen.get((row.subject_type, row.subject_id)))
        for row in rows
        if row.subject_type in known
    )


def reader_choices(received: ReceivedDocument, *, on: date, at: datetime) -> Sequence[tuple[int, str]]:
    """Who may be asked to read it: the people of the office that handles it (or received it) and the chiefs above."""
    office = received.assigned_unit or received.unit
    try:
        units = [org.unit(code, on=on) for code in org.line_of(office, on=on)]
    except org.UnknownUnit:
        return ()
    known = set(received.readers.values_list("user_id", flat=True))
    found: dict[int, str] = {}
    for place, unit in enumerate(units):
        for one in org.people_at(f"unit:{unit.id}", at=at):
            if one.user_id not in known and (place == 0 or one.post.rank >= org.Rank.SECTION_CHIEF):
                found.setdefault(one.user_id, f"{one.display_name}（{one.post.title}）")
    return list(found.items())[:200]
