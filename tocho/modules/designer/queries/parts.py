"""The forms of a procedure beside the application's: who asks for each, which procedures have the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.modules.procedures import api as procedures

from ..definitions import part_of, problems
from ..models import Design
from ..permissions import owner_units
from ..rules.difference import form_changes
from ..rules.wholes import MAIN, Owner, are_kin, owners
from .listing import unit_name
from .outline import words
from .tabs import Tab


@dataclass(frozen=True)
class Kin:
    """Another procedure whose version in use has this form too; ``changes`` is in how many places it differs."""

    key: str
    title: str
    unit_name: str
    changes: int
    is_own: bool  # of an office of the reader


@dataclass(frozen=True)
class PartPage:
    """What the form builder says around the form: all forms of the procedure as tabs, who asks for this one and who has
    it too, and for a new one, who lacks one (``vacant``) and what it may begin with (``starts``)."""

    forms: list[Tab]
    name: str  # "" for the application's own form
    title: str
    uses: list[str]
    kin: list[Kin]
    vacant: list[tuple[str, str]]
    starts: list[tuple[str, str]]


def part_page(design: Design, part: str, *, user_id: int, at: datetime) -> PartPage:
    """The page for one form of a design: ``form`` or ``parts/<name>``."""
    asked = list(owners(design.source["facts"]))
    name = part.partition("/")[2]
    vacant = [(one.id, use_of(one)) for one in asked if not one.part and one.key]
    return PartPage(
        forms=_forms(design, part),
        name=name,
        title=title_of_form(design, part),
        uses=[use_of(one) for one in asked if name and one.part == name],
        kin=_kin(design, name, owner_units(user_id, at=at)) if name else [],
        vacant=vacant,
        starts=starts() if vacant and part == MAIN else [],
    )


def use_of(owner: Owner) -> str:
    """Who asks for a form, in words."""
    said = {"title": words(owner.title) or owner.key}
    if owner.kind == "round":
        return _("「%(title)s」の前に、申請者が報告として書く") % said
    return _("連署する「%(title)s」が、自分で書く") % said


def title_of_form(design: Design, part: str) -> str:
    """What a form is called, where several stand side by side."""
    if part == MAIN:
        return _("申請の様式")
    form = part_of(design.source, part)
    return words(form.get("title") if isinstance(form, dict) else "") or part.partition("/")[2]


def part_choices(design: Design) -> list[tuple[str, str]]:
    """The forms beside the application's, to choose from: (name, title)."""
    return [(name, title_of_form(design, f"parts/{name}")) for name in design.source.get("parts", {})]


def _forms(design: Design, part: str) -> list[Tab]:
    names = [MAIN, *(f"parts/{name}" for name in design.source.get("parts", {}))]
    found = [one.part for one in problems(design.source) if one.is_error]
    return [
        Tab(title_of_form(design, one), reverse("designer:form", args=[design.id, one]), found.count(one), one == part)
        for one in names
    ]


def _kin(design: Design, name: str, units: frozenset[str]) -> list[Kin]:
    own: Any = part_of(design.source, f"parts/{name}")
    return [
        Kin(one.key, one.title, unit_name(one.unit), len(list(form_changes(one.form, own))), one.unit in units)
        for one in procedures.part_forms(name)
        if one.key != design.key and are_kin(own, one.form)
    ]


def starts() -> list[tuple[str, str]]:
    """The forms that a new one may begin as a copy of."""
    return [
        (f"{one.key}:{one.name}", f"{one.title}　{words(one.form.get('title'))}") for one in procedures.part_forms()
    ]


def form_to_copy(start: str) -> tuple[str, dict[str, Any]] | None:
    """The name and the form that one of ``starts`` stands for; None for any other."""
    key, _colon, name = start.partition(":")
    found: Sequence[procedures.PartForm] = [one for one in procedures.part_forms(name) if one.key == key]
    return (name, dict(found[0].form)) if found else None
