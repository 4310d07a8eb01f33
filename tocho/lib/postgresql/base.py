"""Django's PostgreSQL back end with two habits of its own; named as ``ENGINE`` in the settings.

Statements that come again are prepared once for each connection (psycopg does it by itself, ours keep more of them),
and a connection is asked whether it lives only when there is something to hear from it.
"""

import select
from typing import Any

from django.db.backends.postgresql import base

PREPARED_STATEMENTS = 400  # the pages and jobs of the platform use about 300; PostgreSQL keeps some 20 KB for each


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.prepared_max = PREPARED_STATEMENTS
        return made

    def is_usable(self) -> bool:
        """Whether the connection still works (``CONN_HEALTH_CHECKS``), without a query at the start of each request.

        A server that went away, was restarted or ended our session has closed its side: the socket then has something
        to read. Only in that case is it asked; an idle connection that is silent is as good as it was.
        """
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0) or bool(super().is_usable())
