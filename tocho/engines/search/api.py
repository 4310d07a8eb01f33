"""The door of the search engine: what modules make findable, and the one search over it."""

from collections.abc import Collection, Iterable, Sequence

from tocho.engines.search import actions, queries
from tocho.engines.search.documents import Document, SearchSource
from tocho.engines.search.queries import Hit
from tocho.engines.search.tasks import read_entry
from tocho.engines.search.tokens import Vector, whole_query
from tocho.lib.text import normalize_line

__all__ = [
    "Document",
    "Hit",
    "SearchSource",
    "index",
    "install",
    "installed",
    "query_of",
    "rebuild",
    "remove",
    "search",
    "tokens_of",
]

_SOURCES: dict[str, SearchSource] = {}


def install(sources: Iterable[SearchSource]) -> None:
    """Tell the engine where documents come from; called once by the portal at start-up, with all of them.

    :raises ValueError: two sources of one kind.
    """
    found: dict[str, SearchSource] = {}
    for source in sources:
        if source.kind in found:
            raise ValueError(f"two search sources of kind {source.kind!r}")
        found[source.kind] = source
    _SOURCES.clear()
    _SOURCES.update(found)


def installed() -> dict[str, SearchSource]:
    """The sources by kind."""
    return dict(_SOURCES)


def index(
    kind: str,
    id: int,  # noqa: A002
    *,
    title: str,
    body: str,
    url: str,
    extra: str = "",
    synonyms: Sequence[str] = (),
    title_en: str = "",
) -> None:
    """Make one thing findable, in the running transaction; again whenever its words change.

    It is found by its words at once, by their readings (のうぜい) as soon as a job has added them.

    :param kind: of whose things (``procedure``); ``id`` is the owner's, unique within the kind.
    :param extra: further words that count almost like the title but are not shown (English, law, office).
    :param synonyms: what people also call it, beside the city's ``city/search/synonyms.toml``.
    """
    if actions.index_document(kind, Document(id, title, body, url, extra, tuple(synonyms), title_en)):
        read_entry.defer(kind=kind, object_id=id)


def remove(kind: str, id: int) -> None:  # noqa: A002
    """Make it findable no more."""
    actions.remove_document(kind, id)


def rebuild(kinds: Collection[str] | None = None) -> dict[str, tuple[int, int]]:
    """Bring the index in line with the installed sources: (written, removed) by kind. Unchanged entries are left alone.

    :raises KeyError: a kind that no source has.
    """
    return {kind: actions.rebuild(_SOURCES[kind]) for kind in (kinds if kinds is not None else _SOURCES)}


def search(
    text: str, *, kinds: Collection[str] | None = None, limit: int = 20, language: str | None = None
) -> list[Hit]:
    """The best hits for what a person typed: 納税, 車の税金, のうぜい, ﾉｳｾﾞｲ, tax certificate.

    Whoever asks decides what may be seen: name the ``kinds`` that the reader may know of (None = all).
    Empty for an empty text. ``language`` chooses the title (the reader's when None).
    """
    return queries.find(text, kinds=kinds, limit=limit, language=language)


def tokens_of(*texts: str) -> str:
    """Texts as a ``tsvector``, the first weighing most, for an owner that keeps what is not for everybody's search in a
    table of its own."""
    vector = Vector()
    for weight, text in zip("A" + "D" * len(texts), texts, strict=False):
        vector.add(text, weight)
    return vector.literal()


def query_of(text: str) -> str:
    """What somebody typed as a ``tsquery`` over ``tokens_of``; "" where nothing of it can be looked for."""
    return whole_query(normalize_line(text))
