"""A file becomes part of the inventory: uploaded, read and compared, confirmed, written whole or not at all."""

import time
from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.engines.facts.api import EVERYTHING
from tocho.lib.errors import Refused
from tocho.lib.rows import insert_many
from tocho.lib.tablefile import TableRefused, read_table
from tocho.ui.uploads import refusal

from ..models import OWN_FIELDS, EntryVersion, ImportLine, ImportRun, ProcedureEntry
from ..permissions import bureaus_edited_by
from ..queries.comparing import Comparison, Found, Piece, Terms
from ..rules import FileRefused, rate_change, set_values, values_of
from .recording import settle, version_of

State = ImportRun.State
WRITTEN = [
    *(name for name in OWN_FIELDS if name not in ("code", "state")),
    "survey",
    "version",
    "search_text",
    "changed_at",
]


class ImportRefused(Refused):
    """An import that cannot go on; the message says why."""


def subject_of(run: ImportRun) -> Subject:
    """The ledger's name for an import."""
    return Subject("inventory_import", run.id)


@transaction.atomic
def start_import(
    *, file_id: int, effective_on: date, default_unit: str, once: str, actor: Actor, at: datetime
) -> ImportRun:
    """Take a stored file as an import and have it read by a job. The same ``once`` is the same import.

    :raises ImportRefused: the day lies in the future.
    """
    if effective_on > org.office_day(at):
        raise ImportRefused(_("基準日は今日か、それより前の日にしてください。"))
    run, created = ImportRun.objects.get_or_create(
        once=once,
        defaults={
            "file_id": file_id,
            "effective_on": effective_on,
            "default_unit": default_unit,
            "uploaded_by_id": actor.user_id,
            "uploaded_at": at,
        },
    )
    if created:
        _defer("inventory.read_import", run)
        data: dict[str, JSON] = {"file": file_id, "effective_on": effective_on.isoformat()}
        ledger.append(subject=subject_of(run), kind="inventory.import_started", actor=actor, at=at, data=data)
    return run


def read_import(*, run_id: int, at: datetime) -> None:
    """Read the file and compare it with the inventory: counts, all errors, what will be new and changed. Writes nothing
    but that; may run again after it was killed.
    """
    run = ImportRun.objects.get(id=run_id)
    if run.state != State.READING:
        return
    started = time.monotonic()
    seen = EntryVersion.objects.aggregate(last=Max("id"))["last"] or 0
    counts = {"new_count": 0, "changed_count": 0, "unchanged_count": 0, "error_count": 0}
    ImportLine.objects.filter(run=run).delete()
    try:
        comparison = _comparison(run, at=at)
        for piece in _watched(run, comparison):
            insert_many(list(_lines(run, piece)))
            counts["new_count"] += sum(1 for found in piece.found if found.entry is None)
            counts["changed_count"] += sum(1 for found in piece.found if found.entry is not None)
            counts["unchanged_count"] += piece.unchanged
            counts["error_count"] += len(piece.faults)
        problem = "" if comparison.row_count else _("見出しの下に行がありません。")
    except (FileRefused, ImportRefused) as refused:
        problem = refused.message if isinstance(refused, Refused) else str(refused)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(id=run_id)
        if run.state != State.READING:
            return
        for name, count in counts.items():
            setattr(run, name, count)
        run.problem, run.seen_version, run.milliseconds = problem, seen, _since(started)
        run.state = State.REFUSED if problem or counts["error_count"] else State.CHECKED
        run.save()


@transaction.atomic
def confirm_import(*, run_id: int, actor: Actor, at: datetime) -> ImportRun:
    """Have what was compared written, by a job. A second click changes nothing.

    :raises ImportRefused: it has errors, or was given up.
    """
    run = ImportRun.objects.select_for_update().get(id=run_id)
    if run.state in (State.APPLYING, State.APPLIED):
        return run
    if run.state != State.CHECKED:
        raise ImportRefused(_("誤りのあるファイルは取り込めません。直したファイルを、もう一度選んでください。"))
    run.state, run.done_count = State.APPLYING, 0
    run.save(update_fields=["state", "done_count"])
    _defer("inventory.apply_import", run)
    ledger.append(subject=subject_of(run), kind="inventory.import_confirmed", actor=actor, at=at)
    return run


@transaction.atomic
def discard_import(*, run_id: int, actor: Actor, at: datetime) -> None:
    """Give up an import that was not confirmed. :raises ImportRefused: it is being written or was written."""
    run = ImportRun.objects.select_for_update().get(id=run_id)
    if run.state == State.DISCARDED:
        return
    if run.state in (State.APPLYING, State.APPLIED):
        raise ImportRefused(_("取り込んだものは取りやめられません。"))
    run.state = State.DISCARDED
    run.save(update_fields=["state"])
    ImportLine.objects.filter(run=run).delete()
    ledger.append(subject=subject_of(run), kind="inventory.import_discarded", actor=actor, at=at)


def apply_import(*, run_id: int, at: datetime) -> None:
    """Write a confirmed import, all of it in one transaction. If the inventory has changed since it was compared, it is
    compared again instead, and a person confirms again. May run again after it was killed.
    """
    if ImportRun.objects.values_list("state", flat=True).get(id=run_id) != State.APPLYING:
        return
    started = time.monotonic()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE inventory_procedureentry IN SHARE ROW EXCLUSIVE MODE")
        run = ImportRun.objects.select_for_update().get(id=run_id)
        if run.state != State.APPLYING:
            return
        comparison = _comparison(run, at=at)
        last = EntryVersion.objects.aggregate(last=Max("id"))["last"] or 0
        rate = _write_all(run, comparison, at=at) if last == run.seen_version else None
        if rate is None:
            run.state, run.done_count = State.READING, 0
            run.save(update_fields=["state", "done_count"])
            _defer("inventory.read_import", run)
            return
        run.state, run.applied_at, run.milliseconds = State.APPLIED, at, run.milliseconds + _since(started)
        run.done_count = run.row_count
        run.save()
        data: dict[str, JSON] = {
            "file": run.file_id,
            "digest": files.view(run.file_id).digest_hex,
            "effective_on": run.effective_on.isoformat(),
            "new": run.new_count,
            "changed": run.changed_count,
            "unchanged": run.unchanged_count,
            "rate": {unit: [*amounts] for unit, amounts in sorted(rate.items()) if any(amounts)},
        }
        actor = Actor(user_id=run.uploaded_by_id)
        ledger.append(subject=subject_of(run), kind="inventory.imported", actor=actor, at=at, data=data)


class _Stale(Exception):
    """Something is wrong now that was right when it was compared."""


def _write_all(run: ImportRun, comparison: Comparison, *, at: datetime) -> dict[str, list[int]] | None:
    """Write every row; None, and nothing written, when one is not as it was compared.

    Returns what that adds to the online rates, by office (``rules.rate_change``).
    """
    rate: dict[str, list[int]] = {}
    try:
        with transaction.atomic():
            for piece in comparison.pieces():
                if piece.faults:
                    raise _Stale
                for unit, amounts in _write(run, piece.found, comparison, at=at):
                    known = rate.setdefault(unit, [0] * len(amounts))
                    rate[unit] = [one + other for one, other in zip(known, amounts, strict=True)]
    except _Stale:
        return None
    return rate


def _write(
    run: ImportRun, rows: list[Found], comparison: Comparison, *, at: datetime
) -> Iterator[tuple[str, list[int]]]:
    entries = [_entry(found, comparison, at=at) for found in rows]
    new = [entry for entry in entries if entry.pk is None]
    insert_many(new)
    ProcedureEntry.objects.bulk_create(
        [entry for entry, found in zip(entries, rows, strict=True) if found.entry is not None],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=WRITTEN,
    )
    insert_many(
        [
            version_of(entry, changes=found.changes, reason="", effective_on=run.effective_on, at=at, run=run)
            for entry, found in zip(entries, rows, strict=True)
        ]
    )
    for entry, found in zip(entries, rows, strict=True):
        after = values_of(entry)
        before = {**after, **{key: pair[0] for key, pair in found.changes.items()}} if found.entry else None
        yield from rate_change(before, after).items()


def _entry(found: Found, comparison: Comparison, *, at: datetime) -> ProcedureEntry:
    entry = found.entry or ProcedureEntry()
    set_values(entry, found.values)
    entry.changed_at = at
    settle(entry, published=comparison.published)
    return entry


def _comparison(run: ImportRun, *, at: datetime) -> Comparison:
    """The file of an import, ready to be gone through. :raises FileRefused, ImportRefused:"""
    with files.open_file(run.file_id) as stream:
        content = stream.read()
    try:
        table = read_table(content)
    except TableRefused as refused:
        raise ImportRefused(refusal(refused)) from refused
    user = User.objects.filter(id=run.uploaded_by_id).first() if run.uploaded_by_id else None
    bureaus = bureaus_edited_by(user, at=at) if user else frozenset({EVERYTHING})
    comparison = Comparison(table.rows, Terms(run.default_unit, bureaus, org.office_day(at), run.effective_on))
    run.encoding, run.row_count = table.encoding, comparison.row_count
    return comparison


def _watched(run: ImportRun, comparison: Comparison) -> Iterator[Piece]:
    """The pieces of a file, with the progress written down for whoever watches."""
    rows = ImportRun.objects.filter(id=run.id)
    rows.update(encoding=run.encoding, row_count=run.row_count, done_count=0)
    for piece in comparison.pieces():
        yield piece
        rows.update(done_count=F("done_count") + piece.rows)


def _lines(run: ImportRun, piece: Piece) -> Iterator[ImportLine]:
    for fault in piece.faults:
        yield ImportLine(
            run=run,
            outcome=ImportLine.Outcome.ERROR,
            row=fault.row,
            code=fault.code[:40],
            name=fault.name[:300],
            column=fault.column,
            value=fault.value,
            reason=fault.reason,
        )
    for found in piece.found:
        entry = found.entry
        yield ImportLine(
            run=run,
            outcome=ImportLine.Outcome.CHANGED if entry else ImportLine.Outcome.NEW,
            row=found.row,
            code=found.values.get("code", ""),
            name=found.values.get("name", ""),
            changes=found.changes,
        )


def _defer(name: str, run: ImportRun) -> None:
    app.configure_task(name).defer(run_id=run.id)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
