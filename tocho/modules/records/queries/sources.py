"""Where the content of documents stands: each module above says how its own are rendered for the archive."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rendered:
    """A document as the archive keeps it: PDF/A bytes, attachments as (name, bytes), and what is said about it."""

    pdf: bytes
    attachments: tuple[tuple[str, bytes], ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """How documents of one ``subject_type`` are rendered, and where a person opens them (``href``)."""

    render: Callable[[int], Rendered]
    href: Callable[[int], str]


_SOURCES: dict[str, Source] = {}


def install(sources: Mapping[str, Source]) -> None:
    """Tell the module where documents stand, by subject type; called once by the portal at start-up."""
    _SOURCES.clear()
    _SOURCES.update(sources)


def source_of(subject_type: str) -> Source | None:
    """The source of a subject type, if any module declared one."""
    return _SOURCES.get(subject_type)
