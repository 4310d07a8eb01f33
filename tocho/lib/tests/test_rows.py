import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError

from tocho.lib.rows import update

pytestmark = pytest.mark.django_db


def test_an_update_writes_the_named_fields_only() -> None:
    kind = ContentType.objects.create(app_label="test", model="thing")
    kind.app_label, kind.model = "other", "unwritten"
    update(kind, "app_label")
    kind.refresh_from_db()
    assert (kind.app_label, kind.model) == ("other", "thing")


def test_a_row_that_is_gone_is_told() -> None:
    kind = ContentType.objects.create(app_label="test", model="thing")
    ContentType.objects.filter(id=kind.id).delete()
    with pytest.raises(DatabaseError, match="gone"):
        update(kind, "model")
