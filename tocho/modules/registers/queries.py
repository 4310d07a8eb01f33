from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts.models import User, UserKind
from tocho.engines.forms.api import Suggestion
from tocho.lib.kept import kept

from .definitions import COMPANY, PERSON, own_definition, own_key, read_source
from .models import OwnRecord
from .rules import new_values


def kind_of(user: User) -> str:
    """Whether an account is a company's or a person's."""
    return COMPANY if user.kind == UserKind.COMPANY else PERSON


@kept
def own_record(user_id: int) -> QuerySet[OwnRecord]:
    """What an account has registered of itself, if anything."""
    return OwnRecord.objects.filter(user_id=user_id).select_related("user")


@dataclass(frozen=True)
class OwnRow:
    """One value of one's own data; ``origin`` is the register it was taken from, "" when it was typed."""

    key: str
    label: str
    display: str
    origin: str


@dataclass(frozen=True)
class OwnStep:
    """The values of one page of the form."""

    key: str
    title: str
    rows: tuple[OwnRow, ...]


@dataclass(frozen=True)
class OwnPage:
    """All of one's own data as the owner sees it."""

    kind: str
    steps: tuple[OwnStep, ...]
    updated_at: datetime | None

    @property
    def is_empty(self) -> bool:
        return self.updated_at is None

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return ((_("マイページ"), reverse("portal:my_page")), (_("登録情報"), ""))


def origin_words(origin: str) -> str:
    """The name of a register in the reader's language."""
    return {
        "corporate": _("国税庁法人番号公表サイト"),
        "residents": _("住民台帳（見本）"),
    }.get(origin, "")


def own_page(user: User) -> OwnPage:
    """One's own data step by step, open values too; one query."""
    record = own_record.first(user.id)
    kind = kind_of(user)
    values, origins = (record.values, record.origins) if record else ({}, {})
    definition = own_definition(kind)
    shown = {
        row.field_key: row.display
        for step in definition.summary(values)
        for row in step.rows
        if row.field_key in values
    }
    steps = tuple(
        OwnStep(
            step.key,
            step.title,
            tuple(
                OwnRow(
                    question.key,
                    question.kind.name(),
                    shown.get(question.key, ""),
                    origin_words(origins.get(question.key, "")),
                )
                for question in step.questions
            ),
        )
        for step in definition.steps
    )
    return OwnPage(kind, steps, record.updated_at if record else None)


def prefill(user_id: int, sources: Collection[str]) -> dict[str, Suggestion]:
    """What an account has registered for the named sources (``registers.person.name``), with where it is from."""
    if not any(read_source(name)[0] for name in sources):
        return {}
    record = own_record.first(user_id)
    if record is None:
        return {}
    keys = {name: own_key(kind_of(record.user), name) for name in sources}
    return {
        name: Suggestion(record.values[key], origin_words(record.origins.get(key, "")) or _("登録情報"))
        for name, key in keys.items()
        if record.values.get(key) not in (None, "")
    }


def news(user: User, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of what an applicant gave (by the names of sources), that which one's own data lack or have otherwise, by key."""
    own = kind_of(user)
    record = own_record.first(user.id)
    mine = {key: value for key, value in ((own_key(own, name), value) for name, value in given.items()) if key}
    return new_values(record.values if record else {}, mine)


def labels(kind: str, keys: Collection[str]) -> list[str]:
    """What values are called, in the order of the form."""
    return [question.kind.name() for key, question in own_definition(kind).questions.items() if key in keys]
