"""The list of requirements: filtered, sorted, in keyset pages; the rules to amend; the same as rows of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import fold, whole_number
from tocho.ui.narrowing import Narrowing

from ..definitions import COLUMNS, cell
from ..models import SealRequirement, SealRule

PAGE = 50
MOST_COUNTED = 1001
REVIEW = "review"  # retained ones that are to be looked at again
TONES = {"abolished": "ok", "rule_amended": "ok", "planned": "wait", "state_request": "wait", "surveyed": "bad"}


@dataclass(frozen=True)
class Filters(Narrowing):
    """What a list is narrowed to; empty means all."""

    q: str = ""
    bureau: str = ""
    disposition: str = ""
    state: str = ""
    seal: str = ""
    direction: str = ""
    basis: str = ""
    rule: str = ""
    sort: str = ""
    after: str = ""

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked for than words."""
        return any((self.bureau, self.disposition, self.state, self.seal, self.direction, self.basis, self.sort))

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order is asked for."""
        return any((self.q, self.rule, self.is_detailed and any(getattr(self, name) for name in NARROWED)))


NARROWED = ("bureau", "disposition", "state", "seal", "direction", "basis")


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: int
    number: str
    affair: str
    document: str
    seal_label: str
    basis_label: str
    disposition_label: str
    state: str
    state_label: str
    tone: str
    unit_label: str
    volume: int | None
    is_main: bool


@dataclass(frozen=True)
class RowPage:
    """One keyset page; ``next`` is the cursor of the following one, ``count`` is capped at ``MOST_COUNTED``."""

    rows: tuple[Row, ...]
    next: str
    count: int


def filtered(rows: QuerySet[SealRequirement], filters: Filters, *, on: date) -> QuerySet[SealRequirement]:
    """Those that fit. Each word of the search must stand in affair, paper or basis; ``S-12`` is that one."""
    for words in filters.q.split()[:6]:
        text = words.upper().removeprefix("S-")
        number = whole_number(text) if words.upper().startswith("S-") else None
        rows = rows.filter(search_text__contains=fold(words)) if number is None else rows.filter(id=number)
    if filters.state == REVIEW:
        rows = rows.filter(state="retained", review_on__lte=on)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    else:
        rows = rows.exclude(state="removed")
    for name in ("seal", "direction", "basis"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.disposition:
        rows = rows.filter(disposition="" if filters.disposition == "none" else filters.disposition)
    if (rule := whole_number(filters.rule)) is not None:
        rows = rows.filter(rule_id=rule)
    if filters.bureau:
        units = SealRequirement.objects.order_by().values_list("unit", flat=True).distinct()
        rows = rows.filter(unit__in=[unit for unit in units if org.bureau_code_of(unit, on=on) == filters.bureau])
    return rows


def requirement_page(rows: QuerySet[SealRequirement], filters: Filters, *, on: date, limit: int = PAGE) -> RowPage:
    """One page of those that fit. :raises ValueError: the cursor is none of ours."""
    found = filtered(rows, filters, on=on)
    count = found.order_by()[:MOST_COUNTED].count()
    if filters.sort == "volume":
        found = found.annotate(key=Coalesce("volume", -1, output_field=BigIntegerField())).order_by("-key", "id")
    else:
        found = found.annotate(key=F("id")).order_by("id")
    if filters.after:
        key, sign, last = filters.after.partition("~")
        numbers = whole_number(key.removeprefix("-")), whole_number(last)
        if not sign or None in numbers:
            raise ValueError(filters.after)
        value = int(key[:18])
        beyond = Q(key__lt=value) if filters.sort == "volume" else Q(key__gt=value)
        found = found.filter(beyond | Q(key=value, id__gt=numbers[1]))
    read: list[Any] = list(found[: limit + 1])
    cursor = f"{read[limit - 1].key}~{read[limit - 1].id}" if len(read) > limit else ""
    return RowPage(tuple(_row(each, on=on) for each in read[:limit]), cursor, count)


def _row(each: SealRequirement, *, on: date) -> Row:
    return Row(
        id=each.pk,
        number=each.number,
        affair=each.affair,
        document=each.document,
        seal_label=each.get_seal_display(),
        basis_label=each.get_basis_display(),
        disposition_label=each.get_disposition_display(),
        state=each.state,
        state_label=each.get_state_display(),
        tone=TONES.get(each.state, "neutral"),
        unit_label=org.label_of(each.unit, on=on),
        volume=each.volume,
        is_main=each.is_main,
    )


def file_columns() -> list[str]:
    """The titles of a file, in Japanese whoever asks."""
    return [column.ja for column in COLUMNS]


def file_rows(rows: QuerySet[SealRequirement], *, on: date) -> Iterator[list[Value]]:
    """Requirements as the rows of a file, as they are read back; a thousand at a time."""
    labels: dict[str, str] = {}
    for each in rows.select_related("rule").order_by("id").iterator(chunk_size=1000):
        labels.setdefault(each.unit, org.label_of(each.unit, on=on))
        special = {"unit_name": labels[each.unit], "rule": each.rule.code if each.rule else "", "number": each.number}
        yield [cell(column, special.get(column.key, getattr(each, column.key, ""))) for column in COLUMNS]


@dataclass(frozen=True)
class RuleRow:
    """One rule to amend, and how many seals hang on it."""

    rule: SealRule
    unit_label: str
    seals: int
    waiting: int

    @property
    def tone(self) -> str:
        return "ok" if self.rule.amended_on else "wait" if self.rule.planned_on else "neutral"


def rule_list(rules: QuerySet[SealRule], *, field: str, on: date) -> list[RuleRow]:
    """All rules of a field (or all) with their seals: those not amended first, the soonest first. One query."""
    if field:
        rules = rules.filter(field=field)
    counted = rules.annotate(
        seals=Count("requirements", filter=~Q(requirements__state="removed")),
        waiting=Count("requirements", filter=~Q(requirements__state__in=["abolished", "removed"])),
    ).order_by(F("amended_on").asc(nulls_first=True), F("planned_on").asc(nulls_last=True), "code")
    return [RuleRow(rule, org.label_of(rule.unit, on=on), rule.seals, rule.waiting) for rule in counted]


@dataclass(frozen=True)
class LawRow:
    """One provision that the nation is asked to amend: how many affairs and papers a year hang on it."""

    law: str
    affairs: int
    papers: int
    query: str


def nation_rows(rows: QuerySet[SealRequirement], *, limit: int = 300) -> list[LawRow]:
    """What only the nation can change, by the law that demands it; what touches most papers first. One query."""
    asked = rows.filter(state="state_request").order_by().values("basis_text")
    counted = asked.annotate(affairs=Count("id"), papers=Coalesce(Sum("volume"), 0)).order_by("-papers", "basis_text")
    return [
        LawRow(
            row["basis_text"],
            row["affairs"],
            row["papers"],
            urlencode({"state": "state_request", "q": row["basis_text"]}),
        )
        for row in counted[:limit]
    ]
