from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
