"""What goes in comes back in the same order."""

import pytest
from django.db import connection

from tocho.lib.ordered_json import OrderedJSONField


@pytest.mark.django_db
def test_the_order_of_an_object_is_kept() -> None:
    field = OrderedJSONField()
    rows = {"税目": "display.tax_kind", "年度": "display.year", "a": {"b": [1, None], "aa": "𠮷\\"}}
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::json", [field.get_db_prep_value(rows, connection)])
        found = field.from_db_value(cursor.fetchone()[0], None, connection)
    assert found == rows
    assert list(found) == list(rows)
