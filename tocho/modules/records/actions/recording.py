from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from ..models import RecordFile


class RecordsRefused(Refused):
    """What may not be done with records; ``field`` names what has to be corrected, if anything."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def subject_of(file: RecordFile) -> Subject:
    """The ledger's name for a file."""
    return Subject("record_file", file.pk)


def record(
    file: RecordFile,
    kind: str,
    data: Mapping[str, JSON] | None = None,
    *,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """One act on a file in the ledger; never with a title, which may be personal. A reason may be, too: kept apart."""
    whole: dict[str, JSON] = {"number": file.reference, "state": str(file.state), **(data or {})}
    ledger.append(
        subject=subject_of(file), kind=kind, actor=actor, at=at, unit=file.unit, data=whole, personal=apart(reason)
    )


def apart(reason: str) -> dict[str, JSON] | None:
    """A reason in somebody's own words, as what may be erased."""
    return {"reason": reason} if reason else None


def known_unit(code: str, *, at: datetime) -> str:
    """The code of an office of today. :raises RecordsRefused:"""
    try:
        return org.unit(code, on=org.office_day(at)).code
    except org.UnknownUnit as error:
        raise RecordsRefused(_("この組織コードの組織はありません。"), field="unit") from error


def needed(text: str, *, field: str = "reason") -> str:
    """A text that must be there. :raises RecordsRefused:"""
    if not text.strip():
        raise RecordsRefused(_("理由を入力してください。"), field=field)
    return text.strip()


def lock_series(name: str) -> None:
    """One at a time for each series of numbers, until the transaction ends: no gap, no number twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
