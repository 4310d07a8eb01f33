"""The door to procedures: what is offered, and a person's own applications."""

from collections.abc import Iterable, Iterator

from .definitions import in_language
from .models import Procedure
from .permissions import applications_open_to
from .queries import MyApplication, ProcedureCard, definition, my_applications, offered, popular

__all__ = ["MyApplication", "ProcedureCard", "applications_of", "offered", "popular", "search_texts"]


def applications_of(user_id: int | None, granted: Iterable[str], *, limit: int = 20) -> list[MyApplication]:
    """The applications a person or browser may open, those that wait for the person first."""
    return my_applications(applications_open_to(user_id, granted), limit=limit)


def search_texts() -> Iterator[tuple[int, str, str, str, str, tuple[str, ...]]]:
    """(id, key, title, summary, further text, keywords) of each published procedure, for the search index."""
    for procedure in Procedure.objects.exclude(current=None):
        facts = definition(procedure.current_id or 0).facts
        further = " ".join(
            [in_language(facts.title, "en"), in_language(facts.summary, "en"), in_language(facts.who, "ja"), *facts.law]
        )
        yield (
            procedure.id,
            procedure.key,
            in_language(facts.title, "ja"),
            in_language(facts.summary, "ja"),
            further,
            tuple(facts.keywords),
        )
