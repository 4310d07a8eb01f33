import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, transaction

from tocho.lib.rows import insert, update

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


def test_a_row_is_inserted_with_its_key() -> None:
    kind = ContentType(app_label="test", model="thing")
    assert insert(kind)
    assert ContentType.objects.get(app_label="test", model="thing") == kind
    assert not kind._state.adding


def test_a_row_that_is_there_already_is_refused_or_passed_over() -> None:
    insert(ContentType(app_label="test", model="thing"))
    assert not insert(ContentType(app_label="test", model="thing"), or_pass=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(ContentType(app_label="test", model="thing"))
