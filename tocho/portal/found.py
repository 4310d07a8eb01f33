"""What can be searched, and where each hit leads: the one list of sources, handed to the engine when the app starts."""

from collections.abc import Iterator

from django.urls import reverse

from tocho.engines.search import api as search
from tocho.engines.search.api import Document, SearchSource
from tocho.modules.events import api as events
from tocho.modules.procedures import api as procedures


def _procedures() -> Iterator[Document]:
    for text in procedures.search_texts():
        yield Document(
            id=text.id,
            title=text.title,
            title_en=text.title_en,
            body=text.summary,
            url=reverse("procedures:procedure_detail", args=[text.key]),
            extra=text.further,
            synonyms=text.keywords,
        )


def _events() -> Iterator[Document]:
    for text in events.search_texts():
        yield Document(
            id=text.id,
            title=text.title,
            title_en=text.title_en,
            body=text.summary,
            url=reverse("events:event_detail", args=[text.id]),
            extra=text.further,
        )


def install_search() -> None:
    """Tell the search engine where documents come from, once."""
    search.install([SearchSource("procedure", _procedures), SearchSource("event", _events)])
