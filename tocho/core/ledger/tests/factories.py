from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from tocho.core.ledger.api import SYSTEM, Entry, Subject, append

NOON = datetime(2020, 11, 20, 3, 0, tzinfo=UTC)  # noon in Tokyo


def act(number: int = 1, *, kind: str = "test.done", at: datetime = NOON, unit: str = "", **data: Any) -> Entry:
    return append(subject=Subject("test", number), kind=kind, actor=SYSTEM, at=at, unit=unit, data=data)


def at_once(functions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the functions at the same time, each on a database connection of its own; their results in order."""

    def run(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [done.result() for done in [pool.submit(run, function) for function in functions]]


@contextmanager
def as_forger() -> Iterator[Any]:
    """A superuser who switches the triggers off and edits rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
