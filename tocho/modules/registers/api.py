"""The door to registers: one's own registered data, base registries, and what the government already has."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.engines.forms.api import Suggestion

from . import actions, queries
from .actions import NotRegistered, RegisterSilent
from .definitions import KnownDocument, documents, own_definition

__all__ = [
    "KnownDocument",
    "NotRegistered",
    "RegisterSilent",
    "forget",
    "keep",
    "known_documents",
    "own_values",
    "prefill",
    "unsaved",
]


def prefill(user_id: int | None, sources: Collection[str]) -> dict[str, Suggestion]:
    """What an account has registered for the sources that a form names; nothing for nobody. At most one query."""
    return queries.prefill(user_id, sources) if user_id else {}


def unsaved(user_id: int, given: Mapping[str, Any]) -> list[str]:
    """What the values are called that were given (by the names of sources) and are not registered so yet."""
    user = User.objects.get(id=user_id)
    return queries.labels(queries.kind_of(user), queries.news(user, given))


def keep(*, user_id: int, given: Mapping[str, Any], at: datetime) -> None:
    """Register what was given in an application, by the owner's wish. Nothing new: nothing happens."""
    news = queries.news(User.objects.get(id=user_id), given)
    if news:
        actions.save_own_data(user_id=user_id, values=news, at=at)


def own_values(user_id: int) -> list[tuple[str, str]]:
    """One's own data as (label, words), for the owner's download."""
    user = User.objects.get(id=user_id)
    record = queries.own_record.first(user_id)
    if record is None:
        return []
    steps = own_definition(queries.kind_of(user)).summary(record.values)
    return [(row.label, row.display) for step in steps for row in step.rows if row.field_key in record.values]


def forget(*, user_id: int, actor: Actor, at: datetime) -> None:
    """Erase an account's own data."""
    actions.delete_own_data(user_id=user_id, actor=actor, at=at)


def known_documents() -> tuple[KnownDocument, ...]:
    """Documents that the government already has: a form that asks for one of them asks twice (デジタル手続法11条)."""
    return documents()
