"""The door to procedures: what is offered, and a person's own applications."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .definitions import in_language
from .models import Procedure
from .permissions import applications_open_to
from .queries import MyApplication, ProcedureCard, definition, my_applications, offered, popular

__all__ = ["MyApplication", "ProcedureCard", "SearchText", "applications_of", "offered", "popular", "search_texts"]


def applications_of(user_id: int | None, granted: Iterable[str], *, limit: int = 20) -> list[MyApplication]:
    """The applications a person or browser may open, those that wait for the person first."""
    return my_applications(applications_open_to(user_id, granted), limit=limit)


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
        facts = definition(procedure.current_id or 0).facts
        yield SearchText(
            id=procedure.id,
            key=procedure.key,
            title=in_language(facts.title, "ja"),
            title_en=in_language(facts.title, "en"),
            summary=in_language(facts.summary, "ja"),
            further=" ".join([in_language(facts.summary, "en"), in_language(facts.who, "ja"), *facts.law]),
            keywords=tuple(facts.keywords),
        )
