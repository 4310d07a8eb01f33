"""Who the session's person is, read with one plain statement: 0.2 instead of 0.5 ms of CPU at every request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import DEFAULT_DB_ALIAS, connection
from django.http import HttpRequest

from tocho.core.accounts.models import User

FIELDS = [field.attname for field in User._meta.concrete_fields]
READ = f"SELECT {', '.join(FIELDS)} FROM {User._meta.db_table} WHERE id = %s AND is_active"  # noqa: S608  our own names


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's checks of passwords, with a cheaper look-up of the person behind a session."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """What was typed is tried once. Twice, as address and as name, takes twice as long for those who are known."""
        if credentials.get("email") == credentials.get("username"):
            credentials.pop("email", None)
        user: User | None = super().authenticate(request, **credentials)
        return user

    def get_user(self, user_id: Any) -> User | None:
        with connection.cursor() as cursor:
            cursor.execute(READ, [user_id])
            row = cursor.fetchone()
        return None if row is None else User.from_db(DEFAULT_DB_ALIAS, FIELDS, row)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id as OWASP advises (19 MiB, 2 passes, 1 lane): Django's default takes 100 MiB and 8 threads a sign-in."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
