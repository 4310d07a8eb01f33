"""What the pages of imports show: how far one has come, what it found."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.lib.csvfile import Value

from ..definitions import codebook
from ..models import ImportLine, ImportRun
from .words import words_of

SHOWN = 100
ERROR_TITLES = ("行", "手続ID", "手続名", "列", "値", "理由")


@dataclass(frozen=True)
class ChangeRow:
    """One entry that will be new or changed: for changed ones (column, before, after) each."""

    row: int
    code: str
    name: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ImportPage:
    """One page of what an import found, of one outcome; ``next`` is the cursor of the following page."""

    run: ImportRun
    is_working: bool
    phase: str
    percent: int
    errors: tuple[ImportLine, ...]
    rows: tuple[ChangeRow, ...]
    shown: str
    next: str

    @property
    def headline(self) -> str:
        """The finding in a sentence."""
        run = self.run
        words = {"new": f"{run.new_count:,}", "changed": f"{run.changed_count:,}", "errors": f"{run.error_count:,}"}
        return {
            "reading": _("ファイルを確かめています"),
            "checked": _("取り込むと、%(new)s件が加わり、%(changed)s件が変わります") % words,
            "refused": _("誤りが%(errors)s件あるので、まだ取り込めません") % words
            if run.error_count
            else _("このファイルは取り込めません"),
            "applying": _("棚卸に書き込んでいます"),
            "applied": _("%(new)s件が加わり、%(changed)s件が変わりました") % words,
            "discarded": _("この取込はやめました"),
        }[run.state]


TONES = {"applied": "ok", "refused": "bad", "checked": "wait", "reading": "info", "applying": "info"}


def import_page(run: ImportRun, *, outcome: str, after: int | None, limit: int = SHOWN) -> ImportPage:
    """How far an import is, and a page of its lines."""
    is_working = run.state in (ImportRun.State.READING, ImportRun.State.APPLYING)
    outcome = outcome or ("error" if run.error_count else "new" if run.new_count else "changed")
    lines = list(_lines(run, outcome, after)[: limit + 1]) if not is_working else []
    return ImportPage(
        run=run,
        is_working=is_working,
        phase=_phase(run),
        percent=100 * run.done_count // run.row_count if run.row_count else 0,
        errors=tuple(lines[:limit]) if outcome == "error" else (),
        rows=tuple(map(_row, lines[:limit])) if outcome != "error" else (),
        shown=outcome,
        next=str(lines[limit - 1].id) if len(lines) > limit else "",
    )


def _lines(run: ImportRun, outcome: str, after: int | None) -> QuerySet[ImportLine]:
    found = run.lines.filter(outcome=outcome).order_by("id")
    return found.filter(id__gt=after) if after else found


def _phase(run: ImportRun) -> str:
    if run.state == ImportRun.State.APPLYING:
        return _("まとめて書き込んでいます。途中でやめても、半分だけ入ることはありません。")
    if run.row_count:
        words = {"done": f"{run.done_count:,}", "all": f"{run.row_count:,}"}
        return _("%(all)s行のうち%(done)s行を確かめました") % words
    return _("ファイルを開いています")


def _row(line: ImportLine) -> ChangeRow:
    columns, language = codebook().by_key, get_language() or "ja"
    changes = tuple(
        (
            columns[key].title(language),
            words_of(columns[key], pair[0], language),
            words_of(columns[key], pair[1], language),
        )
        for key, pair in line.changes.items()
    )
    return ChangeRow(line.row, line.code, line.name, changes)


def error_rows(run: ImportRun) -> Iterator[list[Value]]:
    """All errors as the rows of a file."""
    for line in run.lines.filter(outcome="error").order_by("row", "id").iterator(chunk_size=2000):
        yield [line.row, line.code, line.name, line.column, line.value, line.reason]
