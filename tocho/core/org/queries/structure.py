"""The organisation as it stands on a day: units and posts, kept in memory.

A government of 20,000 has about 1,000 units and 5,000 posts and reorganises a few times a year, so each process keeps a
copy (a few MB). It trusts the copy only while the ``Revision`` row, which a database trigger changes with every change
of the structure, is the one the copy was made at. That row is read at most once a request or job, and at least once a
second: no page works with a structure that changed before the page was asked for.
"""

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tocho.core.org.models import Post, PostSuccession, Rank, Succession, UnitKind, UnitVersion
from tocho.lib.errors import Refused

TRUST_SECONDS = 1.0
SNAPSHOTS_KEPT = 8
UNIT_COLUMNS = ("unit_id", "unit__code", "unit__kind", "name", "parent_id", "position", "valid_from", "valid_to")


class UnknownUnit(Refused):
    """No unit has this code on this day."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as it is called and placed on a day: "主税局 徴収部 徴収課" in full; no bureau at the root."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    bureau_code: str
    bureau_name: str
    full_name: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as it is called on a day. ``label`` is "主税局 徴収課長"; ``rank`` compares as in ``models.Rank``."""

    id: int
    title: str
    rank: int
    unit_id: int
    unit_code: str
    unit_name: str
    label: str
    serves_as: str = ""
    position: int = 0


@dataclass(frozen=True)
class Snapshot:
    """The structure between two changes: every lookup is a dictionary."""

    units: dict[int, UnitView]
    units_by_code: dict[str, UnitView]
    children: dict[int | None, tuple[int, ...]]
    posts: dict[int, PostView]
    posts_in: dict[int, tuple[PostView, ...]]
    unit_line: dict[int, tuple[int, ...]]
    post_line: dict[int, tuple[int, ...]]


class UnitRow(NamedTuple):
    """A ``UnitVersion`` with its unit's code and kind."""

    unit_id: int
    code: str
    kind: str
    name: str
    parent_id: int | None
    position: int
    valid_from: date
    valid_to: date | None


class PostRow(NamedTuple):
    """A ``Post``: model instances would take three times the memory."""

    id: int
    unit_id: int
    title: str
    rank: int
    serves_as: str
    position: int
    valid_from: date
    valid_to: date | None


@dataclass
class Structure:
    """All versions of everything at one revision; makes and keeps the snapshots that are asked for."""

    versions: list[UnitRow]
    posts: list[PostRow]
    unit_lines: list[tuple[int, int, date]]
    post_lines: list[tuple[int, int, date]]
    change_days: list[date]
    codes: dict[int, str]
    snapshots: dict[int, Snapshot] = field(default_factory=dict)

    def on(self, day: date) -> Snapshot:
        key = bisect_right(self.change_days, day)
        snapshot = self.snapshots.get(key)
        if snapshot is None:
            if len(self.snapshots) >= SNAPSHOTS_KEPT:
                self.snapshots.clear()
            snapshot = self.snapshots[key] = _snapshot(self, day)
        return snapshot


@dataclass
class _Kept:
    structure: Structure | None = None
    version: UUID | None = None
    checked_at: float = 0.0


_kept = _Kept()


def distrust(**_signal: Any) -> None:
    """Compare the revision before the next use; sent at the start of each request, and after our own writes."""
    _kept.checked_at = 0.0


def trust(version: UUID) -> None:
    """Another statement has read the revision: where it is that of our copy, the next use need not compare it."""
    if _kept.structure is not None and version == _kept.version:
        _kept.checked_at = time.monotonic()


def structure() -> Structure:
    """The structure now: no query, one (the revision), or five (when it has changed)."""
    now = time.monotonic()
    kept = _kept.structure
    if kept is not None and now - _kept.checked_at < TRUST_SECONDS and _kept.checked_at:
        return kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM org_revision")
        row = cursor.fetchone()
    if kept is None or row is None or row[0] != _kept.version:
        # The version was read first: if the structure changes while it is loaded, the next look loads it again.
        kept = _kept.structure = _load()
        _kept.version = row[0] if row else None
    _kept.checked_at = now
    return kept


def snapshot(day: date) -> Snapshot:
    """The structure as it stands on a day."""
    return structure().on(day)


def unit_on(code: str, *, on: date) -> UnitView:
    """:raises UnknownUnit: no such code on that day, even after looking again."""
    found = snapshot(on).units_by_code.get(code)
    if found is None:
        distrust()
        found = snapshot(on).units_by_code.get(code)
    if found is None:
        raise UnknownUnit(_("組織コード %(code)s の組織はありません。") % {"code": code})
    return found


def _load() -> Structure:
    units = UnitVersion.objects.order_by("position", "unit__code").values_list(*UNIT_COLUMNS)
    places = Post.objects.order_by("position", "-rank", "id").values_list(*PostRow._fields)
    versions = [UnitRow(*cast(Any, row)) for row in units.iterator()]
    posts = [PostRow(*cast(Any, row)) for row in places.iterator()]
    codes = {row.unit_id: row.code for row in versions}
    unit_lines = list(Succession.objects.values_list("successor_id", "predecessor_id", "on"))
    post_lines = list(PostSuccession.objects.values_list("successor_id", "predecessor_id", "on"))
    days: set[date | None] = {line[2] for line in (*unit_lines, *post_lines)}
    days |= {row.valid_from for row in versions} | {row.valid_to for row in versions}
    days |= {row.valid_from for row in posts} | {row.valid_to for row in posts}
    return Structure(versions, posts, unit_lines, post_lines, sorted(day for day in days if day), codes)


def _valid(row: UnitRow | PostRow, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def _snapshot(source: Structure, day: date) -> Snapshot:
    current = {row.unit_id: row for row in source.versions if _valid(row, day)}
    units: dict[int, UnitView] = {}
    for unit_id in current:
        _place(unit_id, current, units)
    children: dict[int | None, list[int]] = defaultdict(list)
    for unit_id, row in current.items():
        children[row.parent_id].append(unit_id)
    posts = {
        row.id: _post_view(row, units[row.unit_id]) for row in source.posts if _valid(row, day) and row.unit_id in units
    }
    posts_in: dict[int, list[PostView]] = defaultdict(list)
    for post in posts.values():
        posts_in[post.unit_id].append(post)
    return Snapshot(
        units=units,
        units_by_code={view.code: view for view in units.values()},
        children={parent: tuple(ids) for parent, ids in children.items()},
        posts=posts,
        posts_in={unit_id: tuple(views) for unit_id, views in posts_in.items()},
        unit_line=_lines(source.unit_lines, day),
        post_line=_lines(source.post_lines, day),
    )


def _place(unit_id: int, current: dict[int, UnitRow], units: dict[int, UnitView]) -> UnitView | None:
    """Build the view of a unit after that of its parent; the trigger keeps the tree free of cycles."""
    if unit_id in units:
        return units[unit_id]
    row = current.get(unit_id)
    if row is None:
        return None
    parent = _place(row.parent_id, current, units) if row.parent_id else None
    if row.kind in (UnitKind.GOVERNMENT, UnitKind.MUNICIPALITY):
        bureau_code = bureau_name = ""
    elif row.kind == UnitKind.BUREAU or parent is None:
        bureau_code, bureau_name = row.code, row.name
    else:
        bureau_code, bureau_name = parent.bureau_code, parent.bureau_name
    above = parent.full_name + " " if parent is not None and parent.kind != UnitKind.GOVERNMENT else ""
    view = UnitView(
        id=unit_id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent_id=row.parent_id,
        bureau_code=bureau_code,
        bureau_name=bureau_name,
        full_name=above + row.name,
        position=row.position,
    )
    units[unit_id] = view
    return view


def _post_view(row: PostRow, unit: UnitView) -> PostView:
    return PostView(
        id=row.id,
        title=row.title,
        rank=row.rank,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        label=post_label(row.title, row.rank, unit),
        serves_as=row.serves_as,
        position=row.position,
    )


def post_label(title: str, rank: int, unit: UnitView) -> str:
    """How a post is called with its office: 課長 of 徴収課 is 主税局 徴収課長; 主事 of 徴収課 is 主税局 徴収課 主事."""
    if unit.kind == UnitKind.GOVERNMENT or rank >= Rank.VICE_GOVERNOR:
        return title
    own = unit.name + "長" if title.endswith("長") and unit.name.endswith(title[:-1]) else f"{unit.name} {title}"
    return own if unit.kind == UnitKind.BUREAU else f"{unit.bureau_name} {own}"


def _lines(rows: Iterable[tuple[int, int, date]], day: date) -> dict[int, tuple[int, ...]]:
    """For each successor all its predecessors, near ones first, through every reorganisation up to the day."""
    direct: dict[int, list[int]] = defaultdict(list)
    for successor, predecessor, since in rows:
        if since <= day:
            direct[successor].append(predecessor)
    lines = {}
    for successor in direct:
        line = list(dict.fromkeys(direct[successor]))
        for predecessor in line:
            line += [further for further in direct.get(predecessor, ()) if further not in line and further != successor]
        lines[successor] = tuple(line)
    return lines
