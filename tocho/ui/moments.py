"""The points of a time line: what happened and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Moment:
    """One point, as ``ui_timeline`` shows it.

    ``at`` is when, or words that say when; ``state`` is ``done``, ``now``, ``next``, ``bad`` or ``skip``; ``href``
    leads on from the title.
    """

    title: str
    at: datetime | date | str | None
    text: str = ""
    state: str = "done"
    href: str = ""
