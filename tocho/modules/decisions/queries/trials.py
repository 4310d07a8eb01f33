"""What a trial of a proposed authority table found, as pages and files."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.text import whole_number
from tocho.ui.charts import Chart, Series
from tocho.ui.narrowing import Narrowing

from ..models import AuthorityChange, AuthorityTrial, RouteShift, ShiftedDecision
from ..permissions import decisions_visible_to
from .asking import table_before
from .routes import words_of
from .speech import after_word, kind_words, part_word

PAGE, MOST_EXPORTED, SHIFTS_SHOWN = 50, 100_000, 200
OTHERS = ("reviews", "consults", "deputies", "article")  # beside the decider


@dataclass(frozen=True)
class Sought(Narrowing):
    """What the list is narrowed to: a category, ranks from and to, one of the ways."""

    category: str = ""
    old: str = ""
    new: str = ""
    way: str = ""

    def shifts(self, trial: AuthorityTrial) -> QuerySet[RouteShift]:
        """The ways that fit; what is no number fits none."""
        rows = trial.shifts.all()
        if self.category:
            rows = rows.filter(category=self.category)
        for field, given in (("before_rank", self.old), ("after_rank", self.new), ("id", self.way)):
            if given:
                rows = rows.filter(**{field: _number(given)})
        return rows


def _number(text: str) -> int:
    number = whole_number(text)
    return number if number is not None and number < 2**31 else -1


@dataclass(frozen=True)
class Way:
    """A way in which matters go otherwise, in words; ``parts`` are (what, before, after) of what differs."""

    id: int
    category: str
    before: str
    after: str
    kinds: str
    parts: tuple[tuple[str, str, str], ...]
    count: int


@dataclass(frozen=True)
class TrialPage:
    """A finished trial in figures. ``is_stale``: another table has come between since. ``moving`` and ``in_hand``: what
    was on its way, or in its drafter's hands, when it was tried, and how many of them would go otherwise; None where
    the trial did not count them yet."""

    trial: AuthorityTrial
    is_stale: bool
    total: int
    moving: tuple[int, int] | None
    in_hand: tuple[int, int] | None
    changed: int
    uncovered: int
    kinds: tuple[tuple[str, int], ...]
    bureaus: tuple[tuple[str, int, int], ...]
    ways: tuple[Way, ...]
    chart: Chart | None


@dataclass(frozen=True)
class Shifted:
    """A decision of the list. ``title`` is "" where the person may not open it; then nothing leads there."""

    id: int
    reference: str
    title: str
    day: date
    way: Way


def latest_trial(change: AuthorityChange) -> AuthorityTrial | None:
    """The trial whose result or progress is shown."""
    return AuthorityTrial.objects.filter(change=change).first()


def trial_page(trial: AuthorityTrial, change: AuthorityChange, *, on: date) -> TrialPage:
    tally: dict[str, dict[str, int]] = trial.tally
    changed = sum(tally.get("changed", {}).values())
    before = table_before(change)
    kinds = sorted(tally.get("kinds", {}).items(), key=lambda pair: -pair[1])
    return TrialPage(
        trial,
        trial.base_id != (before.id if before else None),
        sum(tally.get("units", {}).values()),
        _pending(tally, "moving"),
        _pending(tally, "in_hand"),
        changed,
        tally.get("kinds", {}).get("uncovered", 0),
        tuple((kind_words()[kind], count) for kind, count in kinds if kind != "uncovered"),
        _by_bureau(tally, on=on),
        ways_of(trial.shifts.all()[:SHIFTS_SHOWN], on=on),
        _chart(tally),
    )


def _pending(tally: dict[str, dict[str, int]], where: str) -> tuple[int, int] | None:
    counts = tally.get("pending")
    return None if counts is None else (counts.get(where, 0), counts.get(f"{where}_changed", 0))


def _chart(tally: dict[str, dict[str, int]]) -> Chart | None:
    before, after = tally.get("before", {}), tally.get("after", {})
    ranks = sorted({int(rank) for rank in (*before, *after)}, key=lambda rank: rank or 99)
    if not ranks:
        return None
    moved = sum(max(before.get(str(rank), 0) - after.get(str(rank), 0), 0) for rank in ranks)
    same, other = _("決定権者の職層ごとの事案の数は変わりません"), _("決定権者の職層ごとの事案の数が変わります")
    series = [
        Series(name, [counts.get(str(rank), 0) for rank in ranks])
        for name, counts in ((_("いまの表"), before), (_("改正後"), after))
    ]
    return Chart(
        other if moved else same,
        "bars",
        [after_word(rank) for rank in ranks],
        series,
        unit=_("件"),
        heading=_("決定権者"),
    )


def _by_bureau(tally: dict[str, dict[str, int]], *, on: date) -> tuple[tuple[str, int, int], ...]:
    names = org.bureau_names(on=on)
    totals: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for unit, count in tally.get("units", {}).items():
        code = org.bureau_code_of(unit, on=on)
        name = names.get(code) or code or unit
        totals[name] += count
        changed[name] += tally.get("changed", {}).get(unit, 0)
    return tuple((name, count, changed[name]) for name, count in totals.most_common())


def ways_of(shifts: QuerySet[RouteShift], *, on: date) -> tuple[Way, ...]:
    """Ways in words."""
    categories = dict(words_of(on).get("category", ()))
    return tuple(_way(row, categories, on=on) for row in shifts)


def _way(row: RouteShift, categories: dict[str, str], *, on: date) -> Way:
    words = kind_words()
    parts = [
        (words[kind], part_word(row.before, kind, on=on), part_word(row.after, kind, on=on)) for kind in _parts(row)
    ]
    return Way(
        row.id,
        categories.get(row.category, row.category),
        after_word(row.before_rank),
        after_word(row.after_rank),
        "、".join(words[kind] for kind in row.kinds),
        tuple(parts),
        row.count,
    )


def _parts(row: RouteShift) -> list[str]:
    return ["rank"] if row.kinds == ["uncovered"] else row.kinds


def shifted(
    trial: AuthorityTrial, sought: Sought, *, user_id: int, at: datetime, after: int | None = None, limit: int = PAGE
) -> tuple[list[Shifted], int | None]:
    """A page of the decisions that go otherwise, newest first, and where the next begins."""
    on = calendar.office_day(at)
    rows = ShiftedDecision.objects.filter(trial=trial).select_related("decision").order_by("-decision_id")
    if sought.query():
        rows = rows.filter(shift__in=list(sought.shifts(trial).values_list("id", flat=True)))
    if after is not None:
        rows = rows.filter(decision_id__lt=min(after, 2**63 - 1))
    found = list(rows[: limit + 1])
    page = found[:limit]
    ids = [row.decision_id for row in page]
    seen = set(decisions_visible_to(user_id, at=at).filter(id__in=ids).values_list("id", flat=True))
    shifts = RouteShift.objects.filter(id__in={row.shift_id for row in page})
    ways = {way.id: way for way in ways_of(shifts, on=on)}
    shown = [
        Shifted(
            row.decision_id,
            row.decision.reference,
            row.decision.title if row.decision_id in seen else "",
            calendar.office_day(row.decision.drafted_at),
            ways[row.shift_id],
        )
        for row in page
    ]
    return shown, ids[-1] if len(found) > limit else None


def columns() -> tuple[str, ...]:
    """The heads of the file."""
    words, pair = kind_words(), _("%(what)s（いま → 改正後）")
    heads = (_("文書番号"), _("件名"), _("起案した日"), _("事案の種類"), _("いまの決定権者"), _("改正後の決定権者"))
    return (*heads, _("変わる所"), *(pair % {"what": words[kind]} for kind in OTHERS))


def file_rows(trial: AuthorityTrial, sought: Sought, *, user_id: int, at: datetime) -> Iterator[tuple[Value, ...]]:
    """The list as rows of a file, piece by piece, at most ``MOST_EXPORTED``."""
    words, after = kind_words(), None
    for _piece in range(MOST_EXPORTED // 1000):
        page, after = shifted(trial, sought, user_id=user_id, at=at, after=after, limit=1000)
        for row in page:
            parts = {what: f"{old} → {new}" for what, old, new in row.way.parts}
            others = (parts.get(words[kind], "") for kind in OTHERS)
            title = row.title or _("（閲覧の範囲外）")
            way = row.way
            yield (row.reference, title, row.day, way.category, way.before, way.after, way.kinds, *others)
        if after is None:
            return
