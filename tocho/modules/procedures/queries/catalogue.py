from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.lib.kept import kept

from ..definitions import ProcedureDefinition, compile_source, in_language
from ..models import Procedure, ProcedureVersion


@dataclass(frozen=True)
class ProcedureCard:
    """One procedure in a list: what it is called, in a sentence, and what one wants to know at once."""

    key: str
    title: str
    summary: str
    fee: str
    duration: str
    category: str


@lru_cache(maxsize=512)
def definition(version_id: int) -> ProcedureDefinition:
    """The compiled definition of a version; kept in the process, since a published version never changes."""
    return compile_source(ProcedureVersion.objects.values_list("source", flat=True).get(id=version_id))


def category_titles() -> dict[str, str]:
    """What the categories of procedures are called; "" is that of all others."""
    return {
        "certificate": _("証明書の交付"),
        "permit": _("許可・指定"),
        "course": _("講座・催し"),
        "facility_use": _("施設の利用"),
        "subsidy": _("補助金・給付"),
        "notification": _("届出"),
        "": _("そのほか"),
    }


def current_version(key: str) -> ProcedureVersion:
    """The version of a procedure that new applications begin with, without its source.

    :raises ProcedureVersion.DoesNotExist: unknown or not published.
    """
    return _current.get(key)


@kept
def _current(key: str) -> QuerySet[ProcedureVersion]:
    return ProcedureVersion.objects.defer("source").filter(procedure__key=key, procedure__current_id=F("id"))


def offered(language: str) -> list[ProcedureCard]:
    """All published procedures, most used first: one query, definitions from memory."""
    rows = Procedure.objects.exclude(current=None).values_list("key", "current_id")
    return [_card(key, definition(version_id), language) for key, version_id in rows]


def offered_by(bureaus: Collection[str], *, language: str, at: datetime) -> list[ProcedureCard]:
    """The published procedures of these bureaus, most used first."""
    rows = Procedure.objects.exclude(current=None).values_list("key", "current_id", "current__unit")
    day = calendar.office_day(at)
    found = []
    for key, version_id, unit in rows:
        try:
            bureau = org.bureau_of(unit, on=day).code
        except org.UnknownUnit:  # reorganised since
            continue
        if bureau in bureaus:
            found.append(_card(key, definition(version_id), language))
    return found


def popular(language: str, *, limit: int = 4) -> list[ProcedureCard]:
    """The procedures that people come for most."""
    rows = Procedure.objects.exclude(current=None).values_list("key", "current_id")[:limit]
    return [_card(key, definition(version_id), language) for key, version_id in rows]


def _card(key: str, compiled: ProcedureDefinition, language: str) -> ProcedureCard:
    facts = compiled.facts
    return ProcedureCard(
        key=key,
        title=in_language(facts.title, language),
        summary=in_language(facts.summary, language),
        fee=in_language(facts.fee, language),
        duration=in_language(facts.duration, language),
        category=facts.category,
    )
