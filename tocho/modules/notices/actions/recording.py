"""What the ledger is told of a notice, on the subject of its case; and the one error of the module."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject, append
from tocho.lib.errors import Refused

from ..models import Notice

NOTHING: Mapping[str, JSON] = MappingProxyType({})


class NoticeRefused(Refused):
    """The notice is not in a state for this; the message says which."""


def record(
    notice: Notice,
    act: str,
    *,
    at: datetime,
    data: Mapping[str, JSON] = NOTHING,
    actor: Actor = SYSTEM,
    personal: Mapping[str, JSON] | None = None,
) -> None:
    append(
        subject=subject_of(notice),
        kind=f"notice.{act}",
        actor=actor,
        at=at,
        unit=notice.unit,
        data={"notice": notice.id, "kind": notice.kind, **data},
        personal=personal,
    )


def subject_of(notice: Notice) -> Subject:
    return Subject(notice.subject_type, notice.subject_id)


def subject_of_review(notice: Notice) -> Subject:
    """The subject of tasks that are about the notice itself, and lead to its page."""
    return Subject("notice", notice.id)
