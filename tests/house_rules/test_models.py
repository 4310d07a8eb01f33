"""Tables: foreign keys go down only; every model says what one row means; no migration is missing."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, Model

STRATA = ["lib", "ui", "core", "engines", "modules", "portal"]
CORE = ["calendar", "jobs", "ledger", "accounts", "files", "notify", "org"]
MODULES = [
    "mandates",
    "dossiers",
    "cosigning",
    "payments",
    "bookings",
    "messages",
    "registers",
    "decisions",
    "notices",
    "events",
    "procedures",
    "designer",
    "inventory",
]


def own_models() -> list[type[Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("tocho.")]


def height(model: type[Model]) -> tuple[int, int]:
    """Where a model stands: its stratum, and its place among the modules."""
    _tocho, stratum, part = (*model.__module__.split("."), "")[:3]
    order = MODULES if stratum == "modules" else CORE if stratum == "core" else []
    return STRATA.index(stratum), order.index(part) if part in order else 0


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_foreign_keys_point_down(model: type[Model]) -> None:
    for field in model._meta.get_fields():
        if not isinstance(field, ForeignKey) or not str(field.related_model.__module__).startswith("tocho."):
            continue
        target = field.related_model
        assert height(target) <= height(model), f"{field} points up to {target._meta.label}"
        if target._meta.app_label != model._meta.app_label:
            assert field.remote_field.related_name == "+", f"{field}: related_name must be '+' across modules"


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_a_model_says_what_a_row_means(model: type[Model]) -> None:
    doc = model.__doc__ or ""
    assert len(doc) > 30, model._meta.label
    assert not doc.startswith(f"{model.__name__}("), f"{model._meta.label} has only Django's docstring"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())
