"""The door to procedures: what is offered, a person's own applications, and how a version comes into the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tocho.core.ledger.api import Actor
from tocho.engines.search import api as search
from tocho.modules.records import api as records

from . import actions
from .actions import Move, Rehearsal, Turn, rehearse
from .definitions import (
    DefinitionError,
    Fault,
    ProcedureDefinition,
    ProcedureFacts,
    compile_source,
    facts_faults,
    in_language,
    read_folder,
    reference_faults,
)
from .models import Procedure, ProcedureVersion, VersionReadings
from .permissions import applications_open_to, cases_elsewhere, cases_visible_to, claimable_by, own_applications
from .queries import (
    ApplicationNews,
    Ask,
    CaseName,
    Held,
    Look,
    MyApplication,
    MyListPage,
    ProcedureCard,
    cases_named,
    category_titles,
    definition,
    form_sources,
    held,
    looks_at,
    my_applications,
    my_asks,
    my_drafts,
    my_list,
    my_submitted,
    news_by_token,
    news_of,
    news_of_user,
    offered,
    popular,
    received,
    unit_of,
)

__all__ = [
    "SUBJECT",
    "ApplicationNews",
    "Ask",
    "CaseName",
    "DefinitionError",
    "Fault",
    "Held",
    "Look",
    "Move",
    "MyApplication",
    "MyListPage",
    "PartForm",
    "ProcedureCard",
    "ProcedureDefinition",
    "ProcedureFacts",
    "Rehearsal",
    "SearchText",
    "Turn",
    "VersionView",
    "applications_of",
    "asks_of",
    "cases_named",
    "category_titles",
    "claimable_of",
    "compile_source",
    "current_versions",
    "discard_drafts",
    "drafts_of",
    "facts_faults",
    "held_of",
    "in_language",
    "list_of",
    "looks_at",
    "news_by_token",
    "news_of",
    "news_of_user",
    "offered",
    "own_of",
    "part_forms",
    "popular",
    "publish",
    "published_versions",
    "read_folder",
    "readable_cases",
    "readings_after",
    "reference_faults",
    "rehearse",
    "search_texts",
    "source_of",
    "sources_of",
    "submitted_of",
    "unit_of",
    "versions_of",
]


SUBJECT = "application"  # the type under which other modules know an application


def readings_after(seen: int) -> tuple[int, dict[str, list[list[str]]]]:
    """How the texts of published versions are read (ふりがな): those made after ``seen`` (0: all), and how far that is.

    :returns: (what to ask with next time, text → its words as [surface, reading]).
    """
    rows = list(VersionReadings.objects.filter(id__gt=seen).values_list("id", "words"))
    words = {text: read for _id, texts in rows for text, read in texts.items()}
    return max((row_id for row_id, _texts in rows), default=seen), words


def applications_of(user_id: int | None, granted: Iterable[str], *, limit: int = 20) -> list[MyApplication]:
    """The applications a person or browser may open, those that wait for the person first."""
    return my_applications(applications_open_to(user_id, granted), limit=limit)


def drafts_of(user_id: int | None, granted: Iterable[str]) -> list[MyApplication]:
    """The drafts a person or browser may go on with."""
    return my_drafts(applications_open_to(user_id, granted))


def submitted_of(user_id: int | None, granted: Iterable[str]) -> dict[int, MyApplication]:
    """The newest 500 submitted applications of a person or browser, by the id of the subject ``application``."""
    return my_submitted(applications_open_to(user_id, granted))


def list_of(
    user_id: int | None, granted: Iterable[str], *, shown: str = "", text: str = "", after: int | None = None
) -> MyListPage:
    """One page of a person's submitted applications; ``shown`` is open, done or "", ``text`` a number or a title."""
    return my_list(applications_open_to(user_id, granted), shown=shown, text=text, after=after)


def asks_of(applications: Collection[MyApplication]) -> list[Ask]:
    """What is asked of a person in these applications, the nearest deadline first."""
    return my_asks(applications)


def held_of(user_id: int) -> Iterator[Held]:
    """Everything kept of an account's newest 500 submitted applications, for the person's own copy."""
    return held(own_applications(user_id))


def own_of(user_id: int) -> dict[int, MyApplication]:
    """The newest 500 submitted applications of an account itself, without those it makes as another's agent."""
    return my_submitted(own_applications(user_id))


def received_matter() -> records.Matter:
    """A case as what comes of a received document."""
    return records.Matter(name=gettext_lazy("案件"), find=received.case_numbered, view=received.case_views)


def discard_drafts(*, user_id: int, at: datetime) -> None:
    """Delete all drafts of an account, when it is closed."""
    for draft in my_drafts(own_applications(user_id), limit=1000):
        actions.discard_draft(application_id=draft.id, actor=Actor(user_id=user_id), at=at)


def claimable_of(user_id: int, granted: Iterable[str]) -> list[MyApplication]:
    """The applications of this browser that belong to no account yet and may be taken into the person's."""
    return my_applications(claimable_by(user_id, granted))


@dataclass(frozen=True)
class SearchText:
    """The words of a published procedure, for the search index."""

    id: int
    key: str
    title: str
    title_en: str
    summary: str
    further: str
    keywords: tuple[str, ...]


def search_texts() -> Iterator[SearchText]:
    """The words of each published procedure."""
    for procedure in Procedure.objects.exclude(current=None):
        yield _search_text(procedure, definition(procedure.current_id or 0).facts)


def _search_text(procedure: Procedure, facts: ProcedureFacts) -> SearchText:
    return SearchText(
        id=procedure.id,
        key=procedure.key,
        title=in_language(facts.title, "ja"),
        title_en=in_language(facts.title, "en"),
        summary=in_language(facts.summary, "ja"),
        further=" ".join([in_language(facts.summary, "en"), in_language(facts.who, "ja"), *facts.law]),
        keywords=tuple(facts.keywords),
    )


@dataclass(frozen=True)
class VersionView:
    """One published version: of which procedure, its number, the office that examines, since when, whether in use."""

    key: str
    number: int
    title: str
    unit: str
    published_at: datetime
    is_current: bool


def publish(*, source: Mapping[str, Any], actor: Actor, at: datetime) -> int:
    """Publish a source as the version that new applications begin with, and tell the search index; returns its number.

    The same content again is the same version; running applications keep theirs.
    :raises DefinitionError: any part is wrong; nothing changed.
    """
    version = actions.publish_version(source=source, actor=actor, at=at)
    text = _search_text(version.procedure, compile_source(source).facts)
    search.index(
        "procedure",
        text.id,
        title=text.title,
        title_en=text.title_en,
        body=text.summary,
        url=reverse("procedures:procedure_detail", args=[text.key]),
        extra=text.further,
        synonyms=text.keywords,
    )
    return version.number


def published_versions(units: Collection[str] | None = None) -> list[VersionView]:
    """The versions that are in use, of some offices or of all, most used procedures first."""
    rows = ProcedureVersion.objects.filter(procedure__current_id=F("id")).select_related("procedure")
    if units is not None:
        rows = rows.filter(unit__in=units)
    return [_version_view(row) for row in rows.order_by("-procedure__popularity", "procedure__key")]


def versions_of(key: str) -> list[VersionView]:
    """Every version of a procedure, newest first."""
    rows = ProcedureVersion.objects.filter(procedure__key=key).select_related("procedure").order_by("-number")
    return [_version_view(row) for row in rows]


def _version_view(row: ProcedureVersion) -> VersionView:
    return VersionView(
        key=row.procedure.key,
        number=row.number,
        title=in_language(row.source["facts"]["title"], "ja"),
        unit=row.unit,
        published_at=row.published_at,
        is_current=row.procedure.current_id == row.id,
    )


def source_of(key: str, number: int | None = None) -> dict[str, Any] | None:
    """The source of a version, of the one in use when no number is given; None when there is none."""
    rows = ProcedureVersion.objects.filter(procedure__key=key)
    rows = rows.filter(procedure__current_id=F("id")) if number is None else rows.filter(number=number)
    return rows.values_list("source", flat=True).first()


@dataclass(frozen=True)
class PartForm:
    """A form under ``parts/`` of a version in use: of which procedure and office, its name and its definition."""

    key: str
    title: str
    unit: str
    name: str
    form: Mapping[str, Any]


def part_forms(name: str = "") -> list[PartForm]:
    """The forms beside the application's (reports, what co-signers fill in) of all versions in use, or those of one
    name."""
    rows = ProcedureVersion.objects.filter(procedure__current_id=F("id"), source__parts__isnull=False)
    values = rows.order_by("procedure__key").values_list("procedure__key", "unit", "source")
    return [
        PartForm(key, in_language(source["facts"]["title"], "ja"), unit, known, form)
        for key, unit, source in values
        for known, form in source["parts"].items()
        if not name or known == name
    ]


def readable_cases(ids: Collection[int], *, user_id: int, at: datetime) -> set[int]:
    """Those of some applications whose page at the desk an employee may open. Two queries, however many."""
    reach = (cases_visible_to(user_id, at=at), cases_elsewhere(user_id, at=at))
    return {key for rows in reach for key in rows.filter(id__in=ids).values_list("id", flat=True)}


def current_versions() -> dict[str, int]:
    """The procedures that have a published version: key → id of the version that new applications begin with. One
    query.
    """
    return dict(Procedure.objects.exclude(current=None).values_list("key", "current_id"))


def sources_of(compiled: ProcedureDefinition, *, at: datetime) -> Mapping[str, Any]:
    """The choices that a form takes from records (free slots), for a form that is only tried out."""
    return form_sources(compiled, None, at=at)
