"""Files (簿冊): opened, closed, kept for their period, held back, due."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org import api as org
from tocho.lib.text import fold

from ..models import Classification, Document, RecordFile
from ..rules import HELD_BACK, closing_day, period, refusal_to_move, state_on
from .recording import RecordsRefused, known_unit, lock_series, needed, record
from .wording import word_file

PIECE, MOST_MOVED = 500, 50_000


@transaction.atomic
def open_file(
    *,
    unit: str,
    classification_id: int,
    title: str,
    on: date | None = None,
    is_automatic: bool = False,
    sample_note: str = "",
    actor: Actor,
    at: datetime,
) -> RecordFile:
    """Open a file of an office for a class in the fiscal year of a day, with the next number, without gaps.

    There is one automatic file of an office, class and year that takes documents: asking for it again returns it; when
    it is closed, the next one is opened.

    :raises RecordsRefused: no such office, or the class has ended.
    """
    day = on or org.office_day(at)
    year, code = calendar.fiscal_year(day), _unit_of(unit, day=day, at=at)
    classification = Classification.objects.get(id=classification_id)
    if classification.valid_until and day > classification.valid_until:
        raise RecordsRefused(_("この分類は使われなくなりました。別の分類を選んでください。"), field="classification")
    lock_series(f"records:{code}:{year}")
    if is_automatic:
        found = RecordFile.objects.filter(
            unit=code, fiscal_year=year, classification=classification, is_automatic=True, state="current"
        ).first()
        if found:
            return found
    last = RecordFile.objects.filter(unit=code, fiscal_year=year).aggregate(last=Max("number"))["last"] or 0
    title = " ".join(title.split())
    file = RecordFile(
        unit=code,
        fiscal_year=year,
        number=last + 1,
        title=title,
        classification=classification,
        retention=classification.retention,
        is_automatic=is_automatic,
        opened_on=day,
        sample_note=sample_note,
        search_text=fold(f"{title} {classification.code} {classification.title}"),
        changed_at=at,
    )
    file.save(force_insert=True)
    word_file(file)
    record(file, "records.opened", {"class": classification.code, "retention": file.retention}, actor=actor, at=at)
    return file


def _unit_of(code: str, *, day: date, at: datetime) -> str:
    """The code of an office of today, or of the day of a document that is filed after its office was dissolved."""
    try:
        return org.unit(code, on=day).code
    except org.UnknownUnit:
        return known_unit(code, at=at)


@transaction.atomic
def retitle_file(*, file_id: int, title: str, actor: Actor, at: datetime) -> RecordFile:
    """Correct the title of a file that is still in use. :raises RecordsRefused: it is closed."""
    file = _locked(file_id)
    if file.state != "current":
        raise RecordsRefused(_("完結したファイルの名前は直せません。"))
    if file.title == title:
        return file
    file.title = title
    file.search_text = fold(f"{title} {file.classification.code} {file.classification.title}")
    _save(file, at=at)
    word_file(file)
    record(file, "records.retitled", actor=actor, at=at)
    return file


@transaction.atomic
def close_file(*, file_id: int, on: date | None = None, actor: Actor, at: datetime) -> RecordFile:
    """Close a file (完結): nothing is added any more, its period is set. A second click changes nothing.

    :raises RecordsRefused: it is of the future, was opened later than that, or holds a document of a later day.
    """
    file = _locked(file_id)
    if file.state == "closed":
        return file
    _move(file, "closed")
    day = on or org.office_day(at)
    if day > org.office_day(at) or day < file.opened_on:
        raise RecordsRefused(_("完結の日は、開いた日から今日までの間にしてください。"), field="on")
    last = file.documents.aggregate(day=Max("dated_on"))["day"]
    if last and day < last:  # nobody shortens a period by closing in the past
        words = _("最後の文書の日付（%(day)s）より前には完結できません。") % {"day": last.isoformat()}
        raise RecordsRefused(words, field="on")
    file.closed_on = day
    file.starts_on, file.ends_on = period(file.retention, day)
    _save(file, at=at)
    record(file, "records.closed", {"on": day.isoformat(), "until": file.ends_on.isoformat()}, actor=actor, at=at)
    return file


@transaction.atomic
def reopen_file(*, file_id: int, reason: str, actor: Actor, at: datetime) -> RecordFile:
    """Undo the closing, as long as the period has not begun.

    :raises RecordsRefused: it has, there is no reason, or another automatic file has taken its place.
    """
    file, reason = _locked(file_id), needed(reason)
    _move(file, "current")
    same = RecordFile.objects.filter(unit=file.unit, fiscal_year=file.fiscal_year, classification=file.classification)
    lock_series(f"records:{file.unit}:{file.fiscal_year}")
    if file.is_automatic and (next_one := same.filter(is_automatic=True, state="current").first()):
        words = _("続きのファイル%(number)sが開かれているので、取り消せません。")
        raise RecordsRefused(words % {"number": next_one.reference})
    file.closed_on = file.starts_on = file.ends_on = None
    _save(file, at=at)
    record(file, "records.reopened", reason=reason, actor=actor, at=at)
    return file


def advance_files(*, at: datetime, limit: int = MOST_MOVED) -> int:
    """Carry files on that time alone moves: their period begins, or is over. Returns how many; may be run again.

    On 1 April these are nearly all files of a year: ``limit`` is what an hour has time for.
    """
    day, moved, last = org.office_day(at), 0, 0
    ready = RecordFile.objects.filter(state="closed", starts_on__lte=day)
    over = RecordFile.objects.filter(state__in=["closed", "retained", "extended"], ends_on__lt=day)
    while moved < limit:
        ids = list((ready | over).filter(id__gt=last).values_list("id", flat=True).order_by("id")[:PIECE])
        if not ids:
            break
        moved, last = moved + sum(_advance(file_id, day=day, at=at) for file_id in ids), ids[-1]
    return moved


def close_past_files(*, at: datetime) -> int:
    """Close the automatic files of fiscal years whose accounts are closed; returns how many. May be run again."""
    day = org.office_day(at)
    rows = RecordFile.objects.filter(state="current", is_automatic=True, fiscal_year__lt=calendar.fiscal_year(day))
    past = list(rows.order_by("id").values_list("id", "fiscal_year"))
    due = [(file_id, end) for file_id, year in past if (end := closing_day(year, day))]
    for file_id, end in due:
        last = Document.objects.filter(file=file_id).aggregate(day=Max("dated_on"))["day"]
        close_file(file_id=file_id, on=max(end, last or end), actor=SYSTEM, at=at)  # one may have been moved in
    return len(due)


@transaction.atomic
def _advance(file_id: int, *, day: date, at: datetime) -> bool:
    file = _locked(file_id)
    if file.starts_on is None or file.ends_on is None:
        return False
    to = state_on(file.state, starts_on=file.starts_on, ends_on=file.ends_on, on=day)
    if to == file.state:
        return False
    while file.state != to:  # closed → retained → due, each as the guards know it
        file.state = "retained" if file.state == "closed" else to
        _save(file, at=at)
    record(file, f"records.{to}", actor=SYSTEM, at=at)
    return True


def _locked(file_id: int) -> RecordFile:
    return RecordFile.objects.select_for_update(of=("self",)).select_related("classification").get(id=file_id)


def _move(file: RecordFile, to: str) -> None:
    holds = file.holds.filter(released_at=None).count() if to in HELD_BACK else 0
    if why := refusal_to_move(file.state, to, holds=holds):
        raise RecordsRefused(why)
    file.state = to


def _save(file: RecordFile, *, at: datetime) -> None:
    file.changed_at = at
    file.save(force_update=True)
