"""A list of recipients: read and checked, its progress, its rows and its results."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tocho.lib.csvfile import Value, unguarded
from tocho.lib.tablefile import TableRefused, read_table
from tocho.lib.text import normalize_line, whole_number
from tocho.ui.uploads import refusal

from .. import rules
from ..models import BatchRow, NoticeBatch

TONES = {"draft": "wait", "review": "wait", "running": "info", "paused": "wait", "done": "ok", "cancelled": "neutral"}
ROW_TONES = {"waiting": "neutral", "made": "ok", "failed": "bad", "mended": "wait", "cancelled": "neutral"}
PAGE = 50


@dataclass(frozen=True)
class Recipients:
    """A list as it was read: its columns, its rows (line, values), all that is wrong with it, or why it is no list."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[int, dict[str, str]], ...] = ()
    faults: tuple[rules.Fault, ...] = ()
    problem: str = ""


def read_recipients(content: bytes, *, asked: tuple[str, ...]) -> Recipients:
    """Read and check a CSV or Excel file, whole. ``asked``: the columns that the text and the table need."""
    try:
        table = read_table(content)
        lines = [[normalize_line(unguarded(str(cell))) for cell in line] for line in table.rows]
    except TableRefused as refused:
        return Recipients(problem=refusal(refused, most_rows=rules.MOST_ROWS))
    if not lines or not any(lines[0]):
        return Recipients(problem=_("1行目に列の名前を入れてください。"))
    columns = tuple(lines[0])
    faults = rules.faults_of_heading(columns, asked=asked)
    if faults:
        return Recipients(columns, faults=tuple(faults))
    read = [(n, dict(zip(columns, line, strict=False))) for n, line in enumerate(lines[1:], start=2) if any(line)]
    rows = tuple((n, {key: text for key, text in values.items() if key and text}) for n, values in read)
    if len(rows) > rules.MOST_ROWS:
        return Recipients(columns, problem=_("1つの名簿は%(n)s行までです。") % {"n": f"{rules.MOST_ROWS:,}"})
    if not rows:
        return Recipients(columns, problem=_("見出しの下に行がありません。"))
    found: list[rules.Fault] = []
    for number, values in rows:
        found += rules.faults_of_row(number, values, asked=asked)
    return Recipients(columns, rows, tuple(found))


@dataclass(frozen=True)
class BatchPage:
    """One list with its progress: how many rows in which state, how fast, and a page of rows."""

    made: int
    waiting: int
    failed: int
    cancelled: int
    mended: int
    per_second: float
    rows: tuple[tuple[BatchRow, str], ...]
    next: str

    @property
    def done(self) -> int:
        return self.made + self.failed + self.cancelled

    @property
    def minutes_left(self) -> int:
        """Until all are made, at the rate so far; 0 while nothing can be said, and in the last half a minute."""
        return round(self.waiting / self.per_second / 60) if self.per_second else 0


def batch_page(batch: NoticeBatch, *, show: str = "", after: int = 0, at: datetime) -> BatchPage:
    """A list as its page shows it."""
    counts = dict(batch.rows.order_by().values_list("state").annotate(n=Count("pk")))
    rows = batch.rows.filter(number__gt=after).select_related("notice").order_by("number")
    if show in ROW_TONES:
        rows = rows.filter(state=show)
    read = list(rows[: PAGE + 1])
    made = counts.get("made", 0)
    took = ((batch.ended_at or at) - batch.started_at).total_seconds() if batch.started_at else 0
    shown = tuple((row, ROW_TONES[row.state]) for row in read[:PAGE])
    return BatchPage(
        made=made,
        waiting=counts.get("waiting", 0),
        failed=counts.get("failed", 0),
        cancelled=counts.get("cancelled", 0),
        mended=counts.get("mended", 0),
        per_second=round(made / took, 1) if took else 0.0,
        rows=shown,
        next=str(read[PAGE - 1].number) if len(read) > PAGE else "",
    )


RESULT_COLUMNS = ("行", "宛名", "結果", "理由", "確認番号", "通知の状態", "送付日時", "到達日時")


def result_rows(rows: QuerySet[BatchRow]) -> Iterator[list[Value]]:
    """What became of each line, as a file."""
    for row in rows.select_related("notice").order_by("number").iterator(chunk_size=500):
        notice = row.notice
        yield [
            row.number, row.values.get(rules.NAME, ""), str(row.get_state_display()), row.problem,
            notice.code if notice else "", str(notice.get_state_display()) if notice else "",
            _moment(notice.released_at) if notice else "", _moment(notice.reached_at) if notice else "",
        ]  # fmt: skip


NUMBER, REASON = "行", "理由"


def asked_of(body: str, facts: Iterable[str]) -> tuple[str, ...]:
    """The columns that the text and the table of a list need."""
    return tuple(dict.fromkeys((*rules.placeholders(body), *facts)))


def rows_to_mend(batch: NoticeBatch) -> tuple[list[str], Iterator[list[Value]]]:
    """Heading and lines of the failed rows, to be put right in a file and read by ``read_mended``."""
    rows = batch.rows.filter(state=BatchRow.State.FAILED).order_by("number")
    lines = ([row.number, *(row.values.get(name, "") for name in batch.columns), row.problem] for row in rows)
    return [NUMBER, *batch.columns, REASON], lines


def read_mended(batch: NoticeBatch, content: bytes) -> Recipients:
    """Rows that were put right in a file: numbered by its column 行; checked like the list itself."""
    read = read_recipients(content, asked=(NUMBER, *asked_of(batch.body, batch.facts)))
    if read.problem or read.faults:
        return read
    known = set(batch.columns)
    rows, faults = [], []
    for line, values in read.rows:
        number = whole_number(values[NUMBER])
        if number is None or not batch.rows.filter(number=number, state__in=("failed", "mended")).exists():
            faults.append(rules.Fault(line, NUMBER, values[NUMBER], _("直すところのある行ではありません。")))
        else:
            rows.append((number, {name: text for name, text in values.items() if name in known}))
    return Recipients(read.columns, tuple(rows), tuple(faults))


def _moment(at: datetime | date | None) -> str:
    return at.isoformat(timespec="seconds") if isinstance(at, datetime) else ""
