"""Where the content of documents stands, and what comes of what arrives: each module above says it for its own."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..models import Document


@dataclass(frozen=True)
class Rendered:
    """A document as the archive keeps it: PDF/A bytes, attachments as (name, bytes), and what is said about it."""

    pdf: bytes
    attachments: tuple[tuple[str, bytes], ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """How documents of one ``subject_type`` are rendered, where a person opens them (``href``), and what they say.

    Where the page of ``href`` is closed to a reader (``readable``: those of some keys that a person may open), the copy
    is shown that the archive would get: ``copy`` is its PDF, made so that a web process may ask for it, ``attachments``
    are (name, id of the file).
    """

    render: Callable[[int], Rendered]
    href: Callable[[int], str]
    readable: Callable[[Collection[int], int, datetime], set[int]]
    copy: Callable[[int], bytes]
    attachments: Callable[[int], list[tuple[str, int]]]
    text: Callable[[int], str] | None = None


@dataclass(frozen=True)
class MatterView:
    """A matter that came of a received document, as one line says it."""

    id: int
    number: str
    title: str
    state: str
    href: str


@dataclass(frozen=True)
class Matter:
    """What may come of a received document in a module above.

    ``find`` is given what a person typed (a number), the person's id and the moment: the matter of that number among
    those that the person may see. ``view`` is given keys: what of them the person may see. ``begin`` is the address at
    which one is begun with a received document, None where that is done elsewhere.
    """

    name: Any  # in lazy words
    find: Callable[[str, int, datetime], int | None]
    view: Callable[[list[int], int, datetime], list[MatterView]]
    begin: Callable[[int], str] | None = None


_SOURCES: dict[str, Source] = {}
_MATTERS: dict[str, Matter] = {}


def install(sources: Mapping[str, Source]) -> None:
    """Tell the module where documents stand, by subject type; called once by the portal at start-up."""
    _SOURCES.clear()
    _SOURCES.update(sources)


def install_matters(matters: Mapping[str, Matter]) -> None:
    """Tell the module what may come of received documents, by subject type; called once by the portal at start-up."""
    _MATTERS.clear()
    _MATTERS.update(matters)


def matters() -> Mapping[str, Matter]:
    """What may come of received documents, by subject type."""
    return _MATTERS


def source_of(subject_type: str) -> Source | None:
    """The source of a subject type, if any module declared one."""
    return _SOURCES.get(subject_type)


def has_content(document: Document) -> bool:
    """Whether there is something to open: not what is gone, nor what is kept on paper only."""
    if document.gone_at is not None:
        return False
    return document.stored_id is not None or standing(document) is not None


def standing(document: Document) -> tuple[Source, int] | None:
    """The source of a document that stands in a module above, and its key there; None for any other."""
    if document.gone_at is not None or document.subject_id is None:
        return None
    source = source_of(document.subject_type)
    return (source, document.subject_id) if source else None
