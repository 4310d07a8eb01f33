"""The package with which a file goes to the archive (移管用の一式): made by a job, kept once, taken over as it is."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger.api import SYSTEM, Actor

from ..models import RecordFile
from ..queries.package import write_bag
from .recording import record


def order_package(file_id: int) -> None:
    """Have the package of a file made; ordered twice, it is made once."""
    app.configure_task("records.package_file", lock=f"records.package:{file_id}").defer(file_id=file_id)


def package_file(*, file_id: int, at: datetime) -> bool:
    """Make the package of a file that is to go to the archive; whether it was made now.

    May be killed at any time and run again: what a killed run left is thrown away first, and the file names its package
    only when all of it is kept. The ledger holds the digest of the package.

    :raises OSError: a document's content is missing, or there is no room; the job tries again.
    """
    file = RecordFile.objects.select_related("classification").get(id=file_id)
    if file.state != "transfer_candidate" or file.package_id is not None:
        return False
    folder = Path(settings.VAR_DIR, "packages", str(file_id))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        made = write_bag(file, folder=folder, at=at)
        return _keep(file_id, made, at=at)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@transaction.atomic
def _keep(file_id: int, made: Path, *, at: datetime) -> bool:
    file = RecordFile.objects.select_for_update().get(id=file_id)
    if file.state != "transfer_candidate" or file.package_id is not None:
        return False
    stored = files.keep_made(made, name=made.name, content_type="application/zip", by=SYSTEM, at=at)
    file.package_id, file.changed_at = stored.id, at
    file.save(update_fields=["package", "changed_at"])
    record(file, "records.packaged", {"digest": stored.digest_hex, "bytes": stored.size}, actor=SYSTEM, at=at)
    return True


def note_taken(*, file_id: int, actor: Actor, at: datetime) -> None:
    """Record that somebody took a copy of the package."""
    record(RecordFile.objects.get(id=file_id), "records.package_taken", actor=actor, at=at)
