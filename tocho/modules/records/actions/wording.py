"""The words by which what is kept is found: written with it, widened by what its content says, gone with its words."""

from datetime import datetime

from tocho.core.jobs.api import app
from tocho.engines.search import api as search

from ..models import Document, DocumentWords, FileWords, ReceivedDocument, ReceivedWords, RecordFile
from ..queries.sources import source_of
from ..queries.texts import text_of_file

MOST_READ = 200_000  # characters of a document


def word_file(file: RecordFile) -> None:
    """A file is found by its title, and by code and title of its class."""
    FileWords.objects.update_or_create(
        file=file,
        defaults={"tokens": search.tokens_of(file.title, f"{file.classification.code} {file.classification.title}")},
    )


def word_document(document: Document) -> None:
    """A document is found by number and title at once, by what it says as soon as a job has read it."""
    if document.gone_at is not None:
        DocumentWords.objects.filter(document=document).delete()
        return
    DocumentWords.objects.create(document=document, tokens=search.tokens_of(document.title, document.number))
    if document.stored_id or source_of(document.subject_type) is not None:
        app.configure_task("records.read_document").defer(document_id=document.pk)


def word_received(found: ReceivedDocument) -> None:
    """What arrived is found by number, title and sender."""
    if found.gone_at is not None:
        ReceivedWords.objects.filter(received=found).delete()
        return
    tokens = search.tokens_of(found.title, found.sender, found.reference)
    ReceivedWords.objects.update_or_create(received=found, defaults={"tokens": tokens})


def read_document(*, document_id: int, at: datetime) -> bool:
    """Add the text of a document to its words, where it has one that can be read; whether it had. May be run again."""
    document = Document.objects.filter(id=document_id, gone_at=None).first()
    if document is None:
        return False
    source = source_of(document.subject_type) if document.subject_id is not None else None
    texts = [source.text(document.subject_id or 0)] if source and source.text else []
    if document.stored_id:
        texts.append(text_of_file(document.stored_id, most=MOST_READ))
    body = "\n".join(filter(None, texts))[:MOST_READ]
    tokens = search.tokens_of(document.title, document.number, body)
    rows = DocumentWords.objects.filter(document=document, document__gone_at=None)
    return bool(rows.update(tokens=tokens, read_at=at)) and bool(body)
