from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from tocho.lib.kept import kept

AT = datetime(2020, 11, 20, tzinfo=UTC)


@kept
def kind_by_name(model: str) -> QuerySet[ContentType]:
    return ContentType.objects.filter(app_label="test", model=model)


@kept
def permissions_with_kind(key: int) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type_id=key).select_related("content_type").annotate(n=Count("group"))


@kept
def names_of(key: int) -> QuerySet[Permission, str]:
    return Permission.objects.filter(content_type_id=key).values_list("name", flat=True)


@kept
def locked_kind(key: int) -> QuerySet[ContentType]:
    return ContentType.objects.select_for_update().filter(id=key)


@kept
def sessions_alive(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__gt=at, session_key=key)


def make_kind(model: str) -> ContentType:
    kind = ContentType.objects.create(app_label="test", model=model)
    Permission.objects.create(content_type=kind, codename=f"see_{model}", name=f"see {model}")
    return kind


@pytest.mark.django_db
def test_a_kept_query_gives_what_the_orm_gives() -> None:
    kind = make_kind("thing")
    found = kind_by_name.get(model="thing")
    assert found == kind
    assert (found.app_label, found.model, found._state.db) == ("test", "thing", "default")
    assert names_of(kind.id) == ["see thing"]


@pytest.mark.django_db
def test_it_fills_related_objects_and_annotations_without_another_query() -> None:
    kind = make_kind("thing")
    with CaptureQueriesContext(connection) as captured:
        permission = permissions_with_kind.get(key=kind.id)
        assert permission.content_type.model == "thing"
    assert len(captured) == 1
    assert vars(permission)["n"] == 0


@pytest.mark.django_db
def test_values_are_never_mixed_up_with_those_of_an_earlier_call() -> None:
    make_kind("one")
    make_kind("two")
    assert [row.model for name in ("two", "one", "two") for row in kind_by_name(name)] == ["two", "one", "two"]
    assert sessions_alive(at=AT, key="x") == sessions_alive("x", AT) == []


@kept
def odd_names(key: int) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type_id=key, name__contains="100%s'").exclude(codename="a%%b")


@pytest.mark.django_db
def test_constants_stand_in_the_text_as_they_are() -> None:
    kind = make_kind("thing")
    odd = Permission.objects.create(content_type=kind, codename="odd", name="is 100%s' odd")
    Permission.objects.create(content_type=kind, codename="a%%b", name="is 100%s' odd")
    assert odd_names(kind.id) == [odd]


@pytest.mark.django_db
def test_no_row_is_refused_as_by_the_orm() -> None:
    with pytest.raises(ContentType.DoesNotExist):
        kind_by_name.get(model="nothing")
    assert kind_by_name.first(model="nothing") is None


@pytest.mark.django_db
def test_more_than_one_row_is_refused_as_by_the_orm() -> None:
    kind = make_kind("thing")
    Permission.objects.create(content_type=kind, codename="more", name="more")
    with pytest.raises(Permission.MultipleObjectsReturned):
        names_of.get(kind.id)


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_of_a_transaction_is_refused() -> None:
    with transaction.atomic():
        assert locked_kind(key=0) == []
    with pytest.raises(transaction.TransactionManagementError):
        locked_kind(key=0)


def test_a_value_that_the_query_changes_is_refused_when_it_is_composed() -> None:
    @kept
    def changed(model: str) -> QuerySet[ContentType]:
        return ContentType.objects.filter(model=model + str(uuid4()))

    with pytest.raises(ValueError, match="not used as it is given"):
        changed(model="thing")
