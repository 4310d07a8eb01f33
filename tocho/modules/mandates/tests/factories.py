"""A principal, an agent, and a power between them."""

from datetime import UTC, date, datetime
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.ledger.api import Actor
from tocho.modules.mandates import actions
from tocho.modules.mandates.actions import Agent, Principal, Scope
from tocho.modules.mandates.models import Mandate

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
YEAR = Scope([], date(2020, 11, 1), date(2021, 10, 31))
SCRIVENER = Agent("鈴木 一郎", "suzuki@example.jp", "scrivener", "12345678")


def make_agent() -> User:
    return make_resident("suzuki@example.jp", name="鈴木 一郎")


def offer(principal: User, *, agent: Agent = SCRIVENER, scope: Scope = YEAR, at: datetime = AT) -> Mandate:
    who = Principal(str(principal), "person", principal.email, user_id=principal.id)
    return actions.offer_mandate(principal=who, agent=agent, scope=scope, actor=Actor(user_id=principal.id), at=at)


def make_mandate(principal: User, agent: User, *, scope: Scope = YEAR, at: datetime = AT) -> Mandate:
    row = offer(principal, scope=scope, at=at)
    return actions.accept_mandate(mandate_id=row.id, user_id=agent.id, at=at)


def ask(agent: User, **values: Any) -> Mandate:
    who = Principal("山田 花子", "person", **{"email": "hanako@example.jp", **values})
    actor = Actor(user_id=agent.id)
    return actions.ask_principal(principal=who, agent=SCRIVENER, scope=YEAR, actor=actor, at=AT)
