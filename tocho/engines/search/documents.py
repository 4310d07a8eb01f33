"""What can be found, before it is a row: documents, the sources they come from, and their tokens."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import orjson

from tocho.engines.search.readings import Read
from tocho.engines.search.synonyms import groups, same_as
from tocho.engines.search.tokens import Vector

MAX_BODY = 2000  # characters of the body that can be found
MAX_EXCERPT = 200


@dataclass(frozen=True)
class Document:
    """One thing to be found. ``id`` is the owner's; ``extra`` and ``synonyms`` count almost like the title but are not
    shown; ``body`` counts least.
    """

    id: int
    title: str
    body: str
    url: str
    extra: str = ""
    synonyms: Sequence[str] = ()
    title_en: str = ""


@dataclass(frozen=True)
class SearchSource:
    """All documents of one kind, read from the owner's records when the index is rebuilt."""

    kind: str
    rows: Callable[[], Iterable[Document]]


def digest_of(document: Document) -> str:
    """Changes when anything of the document or the synonyms of the city changes."""
    return hashlib.sha256(orjson.dumps([document, groups()])).hexdigest()


def vectors_of(document: Document, read: Read | None = None) -> tuple[str, str]:
    """Two ``tsvector`` literals: of what stands at the head, and of everything.

    The head has the title (A), its readings and synonyms and what the owner added (B), and their readings (C); the body
    (D) is found by its own words only, or else it would be larger than all the rest.
    """
    vector = Vector()
    vector.add(document.title, "A")
    vector.add(document.title_en, "A")
    added = [document.extra, *document.synonyms]
    added += same_as(" ".join([document.title, document.title_en, *added]))
    add_readings(vector, document.title, "B", read)
    for words in added:
        vector.add(words, "B")
        add_readings(vector, words, "C", read)
    head = vector.literal()
    vector.add(document.body[:MAX_BODY], "D")
    return head, vector.literal()


def add_readings(vector: Vector, words: str, weight: str, read: Read | None) -> None:
    """Add how the words are read, when there is somebody to read them."""
    for reading in read(words) if read and words else ():
        vector.add(reading, weight)
