"""Long lists as files: asked for, written by a job, fetched until they expire."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.db import transaction

from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.csvfile import Value, csv_chunks, excel_file

from ..models import Export
from ..permissions import entries_visible_to
from ..queries.listing import Filters, file_columns, file_rows, filtered

KEPT = timedelta(days=3)
IN_MEMORY = 4_000_000  # bytes; a longer file is written to disk while it is made
MOST_BYTES = 200_000_000
NOTED = 500  # rows between two notes of the progress


@transaction.atomic
def ask_export(*, filters: Filters, form: str, count: int, once: str, actor: Actor, at: datetime) -> Export:
    """Have a list written to a file by a job. The same ``once`` is the same export; ``count`` is for the progress."""
    export, created = Export.objects.get_or_create(
        once=once,
        defaults={
            "filters": asdict(filters),
            "form": form,
            "row_count": count,
            "asked_by_id": actor.user_id or 0,
            "asked_at": at,
        },
    )
    if created:
        app.configure_task("inventory.write_export").defer(export_id=export.id)
        _record(export, "inventory.export_asked", actor=actor, at=at)
    return export


def write_export(*, export_id: int, at: datetime) -> None:
    """Write the file, in constant memory, as whoever asked sees the inventory now. Killed and run again it is one."""
    export = Export.objects.select_related("asked_by").get(id=export_id)
    if export.ready_at is not None:
        return
    day = org.office_day(at)
    found = filtered(entries_visible_to(export.asked_by, at=at), Filters(**export.filters), on=day)
    rows = _counted(export, file_rows(found, on=day))
    with _written(export.form, rows) as content:
        actor = Actor(user_id=export.asked_by_id)
        suffix = "xlsx" if export.form == Export.Form.XLSX else "csv"
        with transaction.atomic():
            export = Export.objects.select_for_update(of=("self",)).get(id=export_id)
            if export.ready_at is not None:
                return
            name = f"procedures-{day.isoformat()}.{suffix}"
            kept = files.store(content, name=name, max_bytes=MOST_BYTES, by=actor, at=at)
            export.file_id, export.ready_at, export.expires_at = kept.id, at, at + KEPT
            export.done_count = export.row_count
            export.save(update_fields=["file", "ready_at", "expires_at", "done_count"])
            _record(export, "inventory.exported", actor=actor, at=at)


def expire_exports(*, at: datetime) -> int:
    """Forget the files whose time is over; how many."""
    over = Export.objects.filter(expires_at__lte=at, expired_at=None, file__isnull=False)
    ids = list(over.values_list("id", flat=True)[:500])
    for export_id in ids:
        with transaction.atomic():
            export = Export.objects.select_for_update().get(id=export_id)
            if export.expired_at is None and export.file_id is not None:
                files.forget(export.file_id, by=SYSTEM, at=at)
                export.expired_at = at
                export.save(update_fields=["expired_at"])
                _record(export, "inventory.export_expired", actor=SYSTEM, at=at)
    return len(ids)


def _counted(export: Export, rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    for number, row in enumerate(rows, start=1):
        if number % NOTED == 0:
            Export.objects.filter(id=export.id).update(done_count=min(number, export.row_count))
        yield row


def _written(form: str, rows: Iterator[list[Value]]) -> BinaryIO:
    if form == Export.Form.XLSX:
        return excel_file(file_columns(), rows)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the caller closes it
    encoding = "cp932" if form == Export.Form.CP932 else "utf-8"
    for chunk in csv_chunks(file_columns(), rows, encoding=encoding, guard=True):
        out.write(chunk)
    out.seek(0)
    return cast(BinaryIO, out)


def _record(export: Export, kind: str, *, actor: Actor, at: datetime) -> None:
    subject = Subject("inventory_export", export.id)
    ledger.append(subject=subject, kind=kind, actor=actor, at=at, data={"form": export.form, "rows": export.row_count})
