"""Reorganisation (組織改正): units are renamed, moved, established in place of others, abolished, on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.org.models import (
    Appointment,
    OrgUnit,
    Post,
    PostSuccession,
    Revision,
    Succession,
    UnitKind,
    UnitVersion,
)
from tocho.core.org.queries.people import ask_always, office_day
from tocho.core.org.queries.structure import distrust
from tocho.lib.errors import Refused
from tocho.ui.markup import listed


class ReorganisationRefused(Refused):
    """The structure cannot be changed like this; the message says which unit and why."""


@dataclass(frozen=True)
class Rename:
    """The unit keeps its place, posts and people, and gets a new name."""

    code: str
    name: str


@dataclass(frozen=True)
class Move:
    """The unit goes below another, with its posts, people and children."""

    code: str
    parent_code: str | None


@dataclass(frozen=True)
class Establish:
    """A new unit begins. It takes over the tasks of its predecessors, and their posts with the people in them.

    ``titles`` gives posts a new title ({"本部長": "局長"}). Where two predecessors bring the same sole post, the holder
    from the first one keeps it.
    """

    code: str
    name: str
    kind: UnitKind
    parent_code: str | None = None
    position: int = 0
    predecessors: tuple[str, ...] = ()
    takes_posts: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Abolish:
    """The unit, its posts and the appointments to them end. Its children must have gone before."""

    code: str


Change = Rename | Move | Establish | Abolish


@transaction.atomic
def reorganise(*, changes: Sequence[Change], on: date, actor: ledger.Actor, at: datetime) -> None:
    """Apply the changes in their order, to take effect on a day, today or later; recorded for each unit.

    Tasks, records and figures of a predecessor are found by its successors (``api.addresses_of``, ``successors_of``).

    :raises ReorganisationRefused: the day is past, a unit is unknown or has changes planned after that day, a code is
        taken, or an abolished unit still has children.
    """
    if on < office_day(at):
        raise ReorganisationRefused(_("過去の日付で組織を変えることはできません。"))
    list(Revision.objects.select_for_update())  # one reorganisation at a time
    for change in changes:
        if isinstance(change, Establish):
            unit = _establish(change, on)
        elif isinstance(change, Abolish):
            unit = _abolish(change, on)
        else:
            unit = _revise(change, on)
        _record(unit, change, on, actor, at)
    transaction.on_commit(distrust)
    distrust()
    ask_always()


def _unit(code: str) -> OrgUnit:
    unit = OrgUnit.objects.filter(code=code).first()
    if unit is None:
        raise ReorganisationRefused(_("組織コード %(code)s の組織はありません。") % {"code": code})
    return unit


def _version(unit: OrgUnit, on: date) -> UnitVersion:
    """The version in effect on the day, which must be the last one planned."""
    last = unit.versions.order_by("-valid_from").first()
    if last is None or last.valid_from > on or (last.valid_to is not None and last.valid_to <= on):
        raise ReorganisationRefused(
            _("組織 %(code)s は、その日に存在しないか、その日より後の改正がすでに予定されています。")
            % {"code": unit.code}
        )
    return last


def _revise(change: Rename | Move, on: date) -> OrgUnit:
    unit = _unit(change.code)
    old = _version(unit, on)
    name = change.name if isinstance(change, Rename) else old.name
    parent_id = old.parent_id
    if isinstance(change, Move):
        parent_id = _parent(change.parent_code, on)
    if old.valid_from == on:  # renamed and moved on the same day: one version
        old.name, old.parent_id = name, parent_id
        old.save(update_fields=["name", "parent"])
        return unit
    old.valid_to = on
    old.save(update_fields=["valid_to"])
    UnitVersion.objects.create(unit=unit, name=name, parent_id=parent_id, position=old.position, valid_from=on)
    return unit


def _parent(code: str | None, on: date) -> int | None:
    return _version(_unit(code), on).unit_id if code else None


def _establish(change: Establish, on: date) -> OrgUnit:
    if OrgUnit.objects.filter(code=change.code).exists():
        raise ReorganisationRefused(_("組織コード %(code)s はすでに使われています。") % {"code": change.code})
    unit = OrgUnit.objects.create(code=change.code, kind=change.kind)
    parent_id = _parent(change.parent_code, on)
    UnitVersion.objects.create(
        unit=unit, name=change.name, parent_id=parent_id, position=change.position, valid_from=on
    )
    for code in change.predecessors:
        predecessor = _unit(code)
        _version(predecessor, on)
        Succession.objects.create(predecessor=predecessor, successor=unit, on=on)
        if change.takes_posts:
            _take_posts(predecessor, unit, change.titles, on)
    return unit


def _take_posts(predecessor: OrgUnit, unit: OrgUnit, titles: Mapping[str, str], on: date) -> None:
    for old in predecessor.posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).order_by("position", "id"):
        title = titles.get(old.title, old.title)
        new, is_new = Post.objects.get_or_create(
            unit=unit,
            title=title,
            valid_from=on,
            defaults={"rank": old.rank, "sole": old.sole, "serves_as": old.serves_as, "position": old.position},
        )
        PostSuccession.objects.create(predecessor=old, successor=new, on=on)
        kept = _end_post(old, on)
        if is_new or not new.sole:
            for row in kept:
                row.post = new
            Appointment.objects.bulk_create(kept)


def _end_post(post: Post, on: date) -> list[Appointment]:
    """End a post and the appointments to it; returns what would have gone on, as unsaved rows from the day on."""
    kept = []
    for row in post.appointments.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).select_for_update(of=("self",)):
        starts_on = max(row.starts_on, on)
        kept.append(
            Appointment(
                user_id=row.user_id,
                post=post,
                kind=row.kind,
                sole=row.sole,
                basis=row.basis,
                starts_on=starts_on,
                ends_on=row.ends_on,
            )
        )
        if row.starts_on >= on:
            row.delete()  # it never began: its post will not exist
        else:
            row.ends_on = on
            row.save(update_fields=["ends_on"])
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    return kept


def _abolish(change: Abolish, on: date) -> OrgUnit:
    unit = _unit(change.code)
    version = _version(unit, on)
    children = UnitVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), parent=unit)
    if children.exists():
        names = listed(children.values_list("name", flat=True)[:5])
        raise ReorganisationRefused(
            _("%(unit)s には下の組織（%(names)s）が残っています。先に移すか、廃止してください。")
            % {"unit": version.name, "names": names}
        )
    for post in unit.posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)):
        _end_post(post, on)
    version.valid_to = on
    version.save(update_fields=["valid_to"])
    return unit


def _record(unit: OrgUnit, change: Change, on: date, actor: ledger.Actor, at: datetime) -> None:
    data: dict[str, ledger.JSON] = {"on": on.isoformat()}
    match change:
        case Rename(name=name):
            kind, data["name"] = "org.unit_renamed", name
        case Move(parent_code=parent):
            kind, data["parent"] = "org.unit_moved", parent
        case Establish(name=name, predecessors=predecessors):
            kind, data["name"], data["predecessors"] = "org.unit_established", name, list(predecessors)
        case Abolish():
            kind = "org.unit_abolished"
    ledger.append(subject=ledger.Subject("unit", unit.id), kind=kind, actor=actor, at=at, unit=unit.code, data=data)
