from datetime import datetime

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject

from ..models import Design


def subject_of(design: Design) -> Subject:
    """The ledger's name for a design."""
    return Subject("design", design.id)


def record(design: Design, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    """One ledger entry about a design, with the procedure's key and the office that counters need."""
    ledger.append(
        subject=subject_of(design),
        kind=kind,
        actor=actor,
        at=at,
        unit=design.unit,
        data={"procedure": design.key, "revision": design.revision, **data},
    )


def locked(design_id: int) -> Design:
    """The row of a design, nobody else's until the transaction ends."""
    return Design.objects.select_for_update(of=("self",)).get(id=design_id)
