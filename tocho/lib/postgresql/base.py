"""Django's PostgreSQL back end with two habits of its own; named as ``ENGINE`` in the settings.

Statements that come again are prepared once for each connection (psycopg does it by itself, ours keep more of them),
and a connection is asked whether it lives only when there is something to hear from it.
"""

import select
from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import Loader


class MomentLoader(Loader):
    """``timestamptz`` read by Python's C code: Django's own loader takes 15 µs for each of a page's moments."""

    timezone = UTC  # of the session; Django puts a loader of its own before this one where it is another

    def load(self, data: Any) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())


PREPARED_STATEMENTS = 400  # the pages and jobs of the platform use about 300; PostgreSQL keeps some 20 KB for each


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.prepared_max = PREPARED_STATEMENTS
        made.adapters.register_loader("timestamptz", MomentLoader)
        return made

    def is_usable(self) -> bool:
        """Whether the connection still works (``CONN_HEALTH_CHECKS``), without a query at the start of each request.

        A server that went away, was restarted or ended our session has closed its side: the socket then has something
        to read. Only in that case is it asked; an idle connection that is silent is as good as it was.
        """
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0) or bool(super().is_usable())
