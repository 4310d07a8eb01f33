import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, transaction

from tocho.lib.rows import insert, insert_many, update, update_many

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


@pytest.mark.parametrize("count", [1, 3])
def test_many_rows_are_written_and_changed_at_once(count: int) -> None:
    kinds = [ContentType(app_label="test", model=f"thing{n}") for n in range(count)]
    insert_many(kinds)
    assert not any(kind._state.adding for kind in kinds)
    for kind in kinds:
        kind.app_label, kind.model = f"new{kind.model}", "unwritten"
    update_many(kinds, "app_label")
    written = ContentType.objects.filter(id__in=[kind.id for kind in kinds]).order_by("id")
    assert list(written.values_list("app_label", "model")) == [(f"newthing{n}", f"thing{n}") for n in range(count)]


def test_of_many_a_row_that_is_gone_is_told() -> None:
    kinds = [ContentType.objects.create(app_label="test", model=f"thing{n}") for n in range(2)]
    ContentType.objects.filter(id=kinds[1].id).delete()
    with pytest.raises(DatabaseError, match="gone"):
        update_many(kinds, "model")


def test_nothing_to_write_is_written() -> None:
    insert_many([])
    update_many([], "model")


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
