"""What the modules offer to programs: scopes, and events with those who may be told. Installed once by the portal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scope:
    """Something a token may be allowed; ``for_staff`` scopes are offered to employees only."""

    key: str
    title: Any
    for_staff: bool = False


@dataclass(frozen=True)
class Audience:
    """Who may be told of a subject: its person, and the unit (code) that deals with it; where the API shows it."""

    user_id: int | None
    unit: str
    public_id: str
    href: str


AudienceOf = Callable[[Iterable[int]], Mapping[int, Audience]]


@dataclass(frozen=True)
class EventSource:
    """The events of one kind of subject: ledger kinds with their titles, and who may be told, by subject id."""

    subject_type: str
    kinds: Mapping[str, Any]
    audience_of: AudienceOf


@dataclass(frozen=True)
class _Offers:
    scopes: Mapping[str, Scope]
    sources: Mapping[str, EventSource]


_offers = _Offers({}, {})


def install(*, scopes: Iterable[Scope], events: Iterable[EventSource]) -> None:
    """Take these in place of all earlier ones."""
    global _offers
    _offers = _Offers({scope.key: scope for scope in scopes}, {source.subject_type: source for source in events})


def scopes_for(*, is_staff: bool) -> list[Scope]:
    """The scopes that a person may give to a token."""
    return [scope for scope in _offers.scopes.values() if is_staff or not scope.for_staff]


def event_sources() -> Mapping[str, EventSource]:
    """By subject type."""
    return _offers.sources


def event_titles() -> dict[str, Any]:
    """All kinds of events with their titles."""
    return {kind: title for source in _offers.sources.values() for kind, title in source.kinds.items()}
