from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.lib.briefly import briefly
from tocho.ui.charts import Chart, Series

from .models import Item, Rating, Review, Stumble, Trial
from .rules import is_telling, mean_of

PAGE = 30
STUMBLE_DAYS = 90
ITEM_TONES = {"open": "wait", "planned": "info", "done": "ok", "declined": "neutral"}
REVIEW_TONES = {"new": "wait", "published": "ok", "withheld": "neutral"}


@dataclass(frozen=True)
class PublicRating:
    """What a procedure's page says of reviews: mean and number where there are enough, words that were published, and
    what was changed because of them."""

    mean: Decimal | None
    count: int
    counts: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, date], ...]
    changes: tuple[Item, ...]

    @property
    def is_empty(self) -> bool:
        return self.mean is None and not self.words and not self.changes


@briefly
def public_rating(procedure: str) -> PublicRating:
    """Three queries a minute and process, whatever the number of reviews."""
    counts = counts_of(Review.objects.filter(procedure=procedure, trial=None))
    telling = is_telling(counts)
    words = Review.objects.filter(procedure=procedure, trial=None, state=Review.State.PUBLISHED).exclude(words="")
    changes = Item.objects.filter(procedure=procedure, state=Item.State.DONE).order_by("-settled_at")[:5]
    return PublicRating(
        mean=mean_of(counts) if telling else None,
        count=sum(counts.values()) if telling else 0,
        counts=tuple((str(level.label), counts.get(level.value, 0)) for level in Rating) if telling else (),
        words=tuple((row.words, row.written_at.date()) for row in words.order_by("-id")[:5]),
        changes=tuple(changes),
    )


@dataclass(frozen=True)
class Ratings:
    """How something was rated, for its office: however few there are."""

    mean: Decimal | None
    count: int
    counts: tuple[tuple[str, int], ...]


def ratings_of(key: str) -> Ratings:
    """One query."""
    counts = counts_of(Review.objects.filter(procedure=key, trial=None))
    levels = tuple((str(level.label), counts.get(level.value, 0)) for level in Rating)
    return Ratings(mean_of(counts), sum(counts.values()), levels)


def counts_of(reviews: QuerySet[Review]) -> dict[int, int]:
    """How many gave each level."""
    return dict(reviews.order_by().values_list("rating").annotate(n=Count("id")))


@dataclass(frozen=True)
class ProcedureLine:
    """One procedure in the office's list: how it is rated and what waits."""

    procedure: str
    title: str
    mean: Decimal
    count: int
    unread: int


def procedure_lines(reviews: QuerySet[Review]) -> list[ProcedureLine]:
    """The procedures that were reviewed, those with unread reviews first."""
    rows = (
        reviews.filter(trial=None)
        .order_by()
        .values("procedure")
        .annotate(n=Count("id"), mean=Avg("rating"), unread=Count("id", filter=Q(state="new")))
    )
    titles = dict(reviews.order_by("id").values_list("procedure", "title"))
    lines = [
        ProcedureLine(
            row["procedure"], titles[row["procedure"]], Decimal(row["mean"]).quantize(Decimal("0.1")), row["n"],
            row["unread"],
        )
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.unread, line.mean, line.procedure))


@dataclass(frozen=True)
class ReviewRow:
    review: Review
    tone: str


@dataclass(frozen=True)
class ImprovementPage:
    """One procedure for its office: the finding, the ratings as a chart, reviews, where people err, what is done."""

    procedure: str
    title: str
    finding: str
    chart: Chart | None
    reviews: tuple[ReviewRow, ...]
    next: str
    stumbles: tuple[Mapping[str, Any], ...]
    items: tuple[tuple[Item, str], ...]
    trials: tuple[Trial, ...]

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return ((_("改善"), reverse("improvement:review_list")), (self.title, ""))


def improvement_page(
    reviews: QuerySet[Review],
    items: QuerySet[Item],
    trials: QuerySet[Trial],
    *,
    procedure: str,
    show: str = "",
    after: int | None = None,
    on: date,
) -> ImprovementPage | None:
    """The page of one procedure among what the viewer may see; None where there is nothing of it."""
    own, own_items = reviews.filter(procedure=procedure), items.filter(procedure=procedure).order_by("-id")
    latest = own.order_by("-id").first()
    first_item = own_items.first()
    if latest is None and first_item is None:
        return None
    counts = counts_of(own.filter(trial=None))
    rows, following = _rows(own, show=show, after=after)
    return ImprovementPage(
        procedure=procedure,
        title=latest.title if latest else (first_item.procedure_title if first_item else ""),
        finding=_finding(counts),
        chart=_chart(counts) if counts else None,
        reviews=rows,
        next=following,
        stumbles=tuple(_stumbles(procedure, since=on - timedelta(days=STUMBLE_DAYS))),
        items=tuple((item, ITEM_TONES[item.state]) for item in own_items[:PAGE]),
        trials=tuple(trials.filter(procedure=procedure).order_by("-id")[:10]),
    )


def _rows(reviews: QuerySet[Review], *, show: str, after: int | None) -> tuple[tuple[ReviewRow, ...], str]:
    if show == "new":
        reviews = reviews.filter(state=Review.State.NEW)
    elif show == "low":
        reviews = reviews.filter(rating__lte=2)
    elif show == "words":
        reviews = reviews.exclude(words="")
    if after:
        reviews = reviews.filter(id__lt=after)
    found = list(reviews.order_by("-id")[: PAGE + 1])
    rows = tuple(ReviewRow(row, REVIEW_TONES[row.state]) for row in found[:PAGE])
    return rows, str(found[PAGE - 1].id) if len(found) > PAGE else ""


def _finding(counts: Mapping[int, int]) -> str:
    mean = mean_of(counts)
    if mean is None:
        return _("まだ評価はありません。")
    low = sum(count for level, count in counts.items() if level <= 2)
    return _("評価は5点満点で%(mean)s点。%(total)d人のうち%(low)d人が「よくない」と答えました。") % {
        "mean": mean,
        "total": sum(counts.values()),
        "low": low,
    }


def _chart(counts: Mapping[int, int]) -> Chart:
    labels = [str(level.label) for level in Rating]
    return Chart(
        title=_("評価の分かれ方"),
        kind="rows",
        labels=labels,
        series=[Series(_("人数"), [counts.get(level.value, 0) for level in Rating])],
        unit=_("人"),
    )


def _stumbles(procedure: str, *, since: date) -> Sequence[Mapping[str, Any]]:
    """Where people erred most, by question."""
    rows = Stumble.objects.filter(procedure=procedure, day__gte=since)
    return list(rows.values("step", "question").annotate(total=Sum("count")).order_by("-total", "question")[:20])


@dataclass(frozen=True)
class TrialPage:
    """One trial: who was invited, how many opened and reviewed, what they said."""

    trial: Trial
    is_running: bool
    invited: int
    opened: int
    reviewed: int
    reviews: tuple[ReviewRow, ...]
    finding: str


def trial_page(trial: Trial, *, on: date) -> TrialPage:
    """Three queries."""
    told = trial.invitations.aggregate(invited=Count("id"), opened=Count("opened_at"), reviewed=Count("reviewed_at"))
    rows = list(trial.reviews.order_by("-id")[:100])
    return TrialPage(
        trial=trial,
        is_running=trial.closed_at is None and on <= trial.closes_on,
        reviews=tuple(ReviewRow(row, REVIEW_TONES[row.state]) for row in rows),
        finding=_finding(counts_of(trial.reviews.all())),
        **told,
    )


def has_review(subject_type: str, subject_id: int) -> bool:
    """Whether this subject was reviewed."""
    return Review.objects.filter(subject_type=subject_type, subject_id=subject_id).exists()


def trial_of_design(design_id: int, *, on: date) -> TrialPage | None:
    """The newest trial of a design; None where there was none."""
    trial = Trial.objects.filter(design_id=design_id).order_by("-id").first()
    return trial_page(trial, on=on) if trial else None


def review_export(reviews: QuerySet[Review]) -> list[list[object]]:
    """Reviews as a table: when, version, level, words, state."""
    head: list[object] = [_("日"), _("版"), _("評価"), _("ことば"), _("状態")]
    rows = reviews.order_by("-id")[:10_000]
    return [head, *([r.written_at.date(), r.version, r.rating, r.words, r.get_state_display()] for r in rows)]
