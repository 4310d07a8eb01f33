"""All sources of what stands still, in the order of the page. One more: a function that returns it, named here."""

from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import Actor

from . import cases, machinery, seals
from .source import Source, Units

SOURCES = (
    cases.incidents,
    cases.refunds,
    seals.troubled_notices,
    machinery.failed_jobs,
    machinery.unsent_mails,
    machinery.given_up_hooks,
)


def sources_for(units: Units) -> tuple[Source, ...]:
    """Those that a person who tends these units is shown."""
    return tuple(source for source in (make() for make in SOURCES) if units is None or not source.platform)


def source_of(key: str, units: Units) -> Source | None:
    """One of these; None where there is none of that name for the person."""
    return next((source for source in sources_for(units) if source.key == key), None)


@transaction.atomic
def retry(source: Source, key: int, *, put_away: bool = False, actor: Actor, at: datetime) -> None:
    """Have one thing tried again, or put away, with its entry in the ledger, in one transaction.

    :raises Refused: it is done already, is being tried again, or cannot be put away.
    """
    act = source.put_away if put_away and source.put_away else source.retry
    act(key, actor, at)
