"""May notices of a form be sealed without 公印審査 of each? What issuing asks; one query."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db.models import QuerySet

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.lib.kept import kept

from ..models import Ground, SealAuthorisation
from ..rules import Form


@dataclass(frozen=True)
class Clearance:
    """On what ground a notice may be sealed, empty: none yet; the authorisation and the row of its template."""

    ground: str = ""
    authorisation_id: int | None = None
    template_id: int | None = None


def bureau_code(unit: str, *, on: date) -> str:
    """Code of the bureau whose seal an office uses; the office's own where the organisation does not know it."""
    return org.bureau_code_of(unit, on=on) or unit


@kept
def _authorised(
    kind: str, digest: str, profile: str, bureau: str, day: date
) -> QuerySet[SealAuthorisation, tuple[int, int]]:
    found = SealAuthorisation.objects.filter(kind=kind, template__sha256=digest, profile=profile, bureau=bureau)
    in_time = found.filter(revoked_at=None, starts_on__lte=day, ends_on__gte=day)
    return in_time.values_list("id", "template_id")


def clearance_of(*, kind: str, digest: str, profile: str, unit: str, at: datetime) -> Clearance:
    """The authorisation under which a notice of this kind and template may be sealed now. One query, which spares the
    caller the one for the template's row.
    """
    day = calendar.office_day(at)
    found = _authorised.first(kind, digest, profile, bureau_code(unit, on=day), day)
    return Clearance(Ground.STANDING, *found) if found else Clearance()


def is_authorised(form: Form, *, at: datetime) -> bool:
    """Whether notices of a form need no 公印審査 at a moment. One query."""
    digest = sha256(form.source.encode()).hexdigest()
    found = clearance_of(kind=form.kind, digest=digest, profile=form.profile, unit=form.unit, at=at)
    return bool(found.ground)
