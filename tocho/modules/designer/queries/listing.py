from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.modules.procedures import api as procedures

from ..models import Design

PAGE = 50
EXPORTED = 20_000
TONES = {
    "draft": "neutral",
    "returned": "wait",
    "in_review": "info",
    "approved": "ok",
    "published": "ok",
    "discarded": "neutral",
}


@dataclass(frozen=True)
class DesignRow:
    """One design in a list."""

    id: int
    title: str
    key: str
    state: str
    tone: str
    unit_name: str
    revision: int
    changed_at: datetime
    publish_at: datetime | None


@dataclass(frozen=True)
class DesignFilter:
    """What of the designs is shown and in which order; kept in the address. ``sort``: "" newest first, "title"."""

    text: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "DesignFilter":
        sort = given.get("sort", "")
        return cls(given.get("q", "").strip()[:100], given.get("state", ""), sort if sort == "title" else "")

    def address(self, **other: str) -> str:
        values = {"q": self.text, "state": self.state, "sort": self.sort, **other}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{reverse('designer:design_list')}?{query}" if query else reverse("designer:design_list")

    @property
    def query(self) -> str:
        """The filter as it stands behind the ? of an address."""
        return self.address().partition("?")[2]

    @property
    def sorts(self) -> tuple[tuple[str, str], ...]:
        return ((_("新しい順"), self.address(sort="")), (_("名前の順"), self.address(sort="title")))

    def of_designs(self, visible: QuerySet[Design]) -> QuerySet[Design]:
        """The designs that it shows, in its order."""
        rows = visible.defer("source", "exceptions")
        if self.state:
            rows = rows.filter(state=self.state)
        if self.text:
            rows = rows.filter(Q(title__icontains=self.text) | Q(key__icontains=self.text))
        return rows.order_by("title", "id") if self.sort == "title" else rows.order_by("-id")


@dataclass(frozen=True)
class DesignList:
    """One page of designs; ``next`` is the id to go on after."""

    rows: list[DesignRow]
    next: str
    shown: DesignFilter


def design_list(designs: QuerySet[Design], *, shown: DesignFilter, after: int | None) -> DesignList:
    """The designs that a person may see, filtered by words of the title or key and by state."""
    rows = shown.of_designs(designs)
    if after is not None and shown.sort == "title":
        last = designs.filter(id=after).values_list("title", flat=True).first()
        rows = rows.filter(Q(title__gt=last) | Q(title=last, id__gt=after)) if last is not None else rows
    elif after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[: PAGE + 1])
    following = str(found[PAGE - 1].id) if len(found) > PAGE else ""
    return DesignList([_row(design) for design in found[:PAGE]], following, shown)


def design_columns() -> list[str]:
    """The heads of the list as a table to take away."""
    return [_("手続"), _("キー"), _("状態"), _("所属"), _("改訂"), _("変更"), _("公開した版"), _("公開した日")]


def design_table(designs: QuerySet[Design], *, shown: DesignFilter) -> Iterator[list[Value]]:
    """The whole list as a table, at most ``EXPORTED`` rows, dates of the office."""
    for design in shown.of_designs(designs)[:EXPORTED].iterator(chunk_size=500):
        yield [
            design.title,
            design.key,
            design.get_state_display(),
            unit_name(design.unit),
            design.revision,
            office_day(design.changed_at),
            design.published_number,
            office_day(design.published_at) if design.published_at else None,
        ]


def _row(design: Design) -> DesignRow:
    return DesignRow(
        id=design.id,
        title=design.title or design.key,
        key=design.key,
        state=design.get_state_display(),
        tone=TONES[design.state],
        unit_name=unit_name(design.unit),
        revision=design.revision,
        changed_at=design.changed_at,
        publish_at=design.publish_at if design.state == Design.State.APPROVED else None,
    )


def unit_name(code: str) -> str:
    """What an office is called today; its code when it is gone."""
    try:
        return org.unit(code).full_name
    except org.UnknownUnit:
        return code


def starting_points(units: Iterable[str]) -> list[procedures.VersionView]:
    """The published procedures that a person's offices own: each can be begun anew as its next version."""
    return procedures.published_versions(set(units))
