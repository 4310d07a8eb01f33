"""The shape of a source of what stands still."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocho.core.ledger.api import Actor, Subject

Units = Collection[str] | None  # None: of all offices


@dataclass(frozen=True)
class Found:
    """One thing that stands still, or was tried again, as its source tells it.

    ``what`` and ``detail`` name no person. ``why`` says in plain words why it stands, ``meaning`` what that means,
    ``advice`` what to do; ``error`` is for engineers, and only they are shown it unless ``error_for_all``.
    """

    id: int
    number: str  # to tell the engineers
    what: str
    detail: str
    at: datetime | None
    state_label: str
    tone: str
    waits: bool  # for a person, to be tried again
    why: str = ""
    meaning: str = ""
    advice: str = ""
    error: str = ""
    error_for_all: bool = False
    subject: Subject | None = None  # the case it is of
    unit: str = ""
    by_id: int | None = None  # who tried it again


@dataclass(frozen=True)
class Source:
    """Where things stand still: how many, which, one of them, and having it tried again.

    Every function that reads is given the units that a person tends; a source of the ``platform`` is asked only for
    those who run it. ``retry`` and ``put_away`` take the id, who asks and when, and raise ``Refused``.
    """

    key: str  # in addresses
    title: str
    note: str
    count: Callable[[Units], int]
    waiting: Callable[[Units, int | None, int], Sequence[Found]]  # units, after which id, how many
    one: Callable[[Units, int], Found | None]
    retry: Callable[[int, Actor, datetime], None]
    retried: Callable[[Units], Sequence[Found]] = lambda units: ()
    put_away: Callable[[int, Actor, datetime], None] | None = None
    platform: bool = False

    @property
    def can_put_away(self) -> bool:
        return self.put_away is not None
