from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet

from .models import Delivery, Hook, Token
from .permissions import hooks_of, tokens_of
from .registry import event_titles, scopes_for

SHOWN = 50
TONES = {Delivery.State.WAITING: "wait", Delivery.State.DELIVERED: "ok", Delivery.State.FAILED: "bad"}


@dataclass(frozen=True)
class TokenRow:
    """A token as its owner sees it; ``state`` is "active", "ended" or "revoked"."""

    token: Token
    state: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery with the words for its event."""

    delivery: Delivery
    title: str
    tone: str


@dataclass(frozen=True)
class ProgramsPage:
    """All tokens and hooks of a person."""

    tokens: tuple[TokenRow, ...]
    hooks: tuple[Hook, ...]


def programs_page(user_id: int, *, at: datetime) -> ProgramsPage:
    """Two queries."""
    titles = {scope.key: str(scope.title) for scope in scopes_for(is_staff=True)}
    tokens = tuple(
        TokenRow(token, _state(token, at), tuple(titles.get(scope, scope) for scope in token.scopes))
        for token in tokens_of(user_id)[: SHOWN * 2]
    )
    return ProgramsPage(tokens, tuple(hooks_of(user_id)[:SHOWN]))


def _state(token: Token, at: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "active" if token.expires_at > at else "ended"


def deliveries_page(hook: Hook) -> tuple[DeliveryRow, ...]:
    """The last deliveries of a hook, newest first."""
    titles = event_titles()
    return tuple(
        DeliveryRow(row, str(titles.get(row.event["type"], row.event["type"])), TONES[Delivery.State(row.state)])
        for row in hook.deliveries.all()[:SHOWN]
    )


@dataclass(frozen=True)
class HeldProgram:
    """A key or webhook of a person: its name or address, and its life; never a secret."""

    kind: str  # token or hook
    name: str
    scopes: tuple[str, ...]  # of a hook: the kinds of events
    made_at: datetime
    ended_at: datetime | None
    last_used_on: date | None


def held_of(user_id: int) -> list[HeldProgram]:
    """What is held about a person's keys and webhooks; two queries."""
    return [
        *(
            HeldProgram("token", one.name, tuple(one.scopes), one.made_at, one.revoked_at, one.last_used_on)
            for one in tokens_of(user_id)[:500]
        ),
        *(
            HeldProgram("hook", one.url, tuple(one.kinds), one.made_at, one.ended_at, None)
            for one in hooks_of(user_id)[:500]
        ),
    ]


@dataclass(frozen=True)
class FailingHook:
    """A webhook that was given up: its ``host`` (an address may hold a key), what its last call was answered, how many
    events did not reach it. Says nothing of its owner."""

    id: int
    host: str
    answer: str
    undelivered: int
    failed_at: datetime


def failing_hooks(*, after: int | None = None, limit: int = 50) -> tuple[FailingHook, ...]:
    """Webhooks that were given up and that nobody has put away, newest first; two queries.

    :param after: the id behind which a page begins.
    """
    rows = _failing() if after is None else _failing().filter(id__lt=after)
    return _failing_views(rows.order_by("-id")[:limit])


def failing_hook(hook_id: int) -> FailingHook | None:
    """One of these; None when it is none (any more)."""
    return next(iter(_failing_views(_failing().filter(id=hook_id))), None)


def failing_hook_count() -> int:
    """How many wait for a person; counting stops at 1,000."""
    return _failing()[:1000].count()


def _failing() -> QuerySet[Hook]:
    return Hook.objects.filter(ended_because="failing", put_away_at=None)


def _failing_views(rows: QuerySet[Hook]) -> tuple[FailingHook, ...]:
    found = list(rows)
    left: dict[int, list[str]] = defaultdict(list)
    unsent = Delivery.objects.filter(hook__in=[hook.id for hook in found], entry_id__isnull=False)
    for hook_id, answer in (
        unsent.exclude(state=Delivery.State.DELIVERED).order_by("tried_at", "id").values_list("hook_id", "answer")
    ):
        left[hook_id].append(answer)
    return tuple(
        FailingHook(
            id=hook.id,
            host=urlsplit(hook.url).hostname or "",
            answer=next((answer for answer in reversed(left[hook.id]) if answer), ""),
            undelivered=len(left[hook.id]),
            failed_at=hook.ended_at or hook.made_at,
        )
        for hook in found
    )


@dataclass(frozen=True)
class Operation:
    """One operation of the API for its reference page."""

    method: str
    path: str
    title: str
    summary: str
    scope: str
    tag: str
    body: tuple[tuple[str, str], ...]


def operations(schema: Mapping[str, Any]) -> tuple[Operation, ...]:
    """What an OpenAPI document offers, in its order."""
    return tuple(_operations(schema))


def _operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, found in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                title=found.get("summary", ""),
                summary=found.get("description", ""),
                scope=next((name for one in found.get("security", ()) for name in one.get("Bearer", ())), ""),
                tag=next(iter(found.get("tags", ())), ""),
                body=tuple(_fields(schema, found)),
            )


def _fields(schema: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        found = content["schema"]
        if "$ref" in found:
            found = schema["components"]["schemas"][found["$ref"].rsplit("/", 1)[1]]
        needed = set(found.get("required", ()))
        for name, spec in found.get("properties", {}).items():
            kind = spec.get("type") or "/".join(one.get("type", "") for one in spec.get("anyOf", ()))
            yield name, kind + ("" if name in needed else "?")
