"""Django's cache as one unlogged PostgreSQL table: counters of failed sign-ins and of guesses, shared by all processes.

Django's own database cache counts the whole table at each write and, when it is full, throws out live entries: whoever
fills it would set all counters back. Here each operation is one statement, and only what has expired is ever removed.
"""

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection, transaction

GET = "SELECT value FROM accounts_sharedvalue WHERE key = %s AND (expires_at IS NULL OR expires_at > now())"
SET = """
    INSERT INTO accounts_sharedvalue (key, value, expires_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
ADD = SET + " WHERE accounts_sharedvalue.expires_at <= now()"
TOUCH = "UPDATE accounts_sharedvalue SET expires_at = %s WHERE key = %s AND (expires_at IS NULL OR expires_at > now())"
Value = str | bytes | datetime | None
HELD = GET + " FOR UPDATE"
PUT = "UPDATE accounts_sharedvalue SET value = %s WHERE key = %s"
DELETE = "DELETE FROM accounts_sharedvalue WHERE key = %s"


class SharedCache(BaseCache):
    """Small, short-lived values that every process must see at once."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _run(self, statement: str, values: Iterable[Value]) -> tuple[int, tuple[Any, ...] | None]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values))
            return cursor.rowcount, cursor.fetchone() if cursor.description else None

    def _expiry(self, timeout: Any) -> datetime | None:
        moment = self.get_backend_timeout(timeout)
        return None if moment is None else datetime.fromtimestamp(moment, tz=UTC)

    def _write(self, statement: str, key: str, value: Any, timeout: Any, version: int | None) -> bool:
        name = self.make_and_validate_key(key, version=version)
        return self._run(statement, (name, pickle.dumps(value), self._expiry(timeout)))[0] == 1

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        _count, row = self._run(GET, (self.make_and_validate_key(key, version=version),))
        return default if row is None else pickle.loads(row[0])  # noqa: S301  our own table

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._write(SET, key, value, timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._write(ADD, key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._run(TOUCH, (self._expiry(timeout), self.make_and_validate_key(key, version=version)))[0] == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number that is there, however many processes do so at once; when it expires stays as it is.

        :raises ValueError: there is none.
        """
        name = self.make_and_validate_key(key, version=version)
        with transaction.atomic():
            _count, row = self._run(HELD, (name,))
            if row is None:
                raise ValueError(f"Key '{key}' not found")
            value = int(pickle.loads(row[0])) + delta  # noqa: S301  our own table
            self._run(PUT, (pickle.dumps(value), name))
        return value

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._run(DELETE, (self.make_and_validate_key(key, version=version),))[0] == 1

    def clear(self) -> None:
        self._run("DELETE FROM accounts_sharedvalue", ())
