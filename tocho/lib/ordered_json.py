"""JSON whose order means something: the rows of a notice, the tables of a file.

``jsonb`` sorts the keys of objects; ``json`` keeps the text as it was written. Digests are made of sorted keys, so they
do not change.
"""

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json


class OrderedJSONField(models.JSONField):
    """A JSON value that comes back in the order in which it went in (PostgreSQL ``json``). It cannot be indexed."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return value
        return Json(value, dumps=_dumps)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return json.loads(value) if isinstance(value, str | bytes) else value


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
