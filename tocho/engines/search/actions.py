from collections.abc import Iterable

from django.db import connection, transaction

from tocho.engines.search.documents import MAX_EXCERPT, Document, SearchSource, digest_of, vectors_of
from tocho.engines.search.models import SearchEntry
from tocho.engines.search.readings import Read, reader

BATCH = 500
# Plain SQL: the tokens are a literal that PostgreSQL must not parse as text, and one statement does insert and update.
UPSERT = """
INSERT INTO search_searchentry (kind, object_id, title, title_en, excerpt, url, words, digest, is_read, head, tokens)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s::tsvector)
ON CONFLICT (kind, object_id) DO UPDATE SET (title, title_en, excerpt, url, words, digest, is_read, head, tokens) =
  (excluded.title, excluded.title_en, excluded.excerpt, excluded.url, excluded.words, excluded.digest, excluded.is_read,
   excluded.head, excluded.tokens)
"""


def upsert_entries(kind: str, documents: Iterable[Document], read: Read | None = None) -> None:
    """Write the rows of documents; without ``read`` they can be found at once, but by their readings only later."""
    rows = []
    for document in documents:
        words = {"body": document.body, "extra": document.extra, "synonyms": list(document.synonyms)}
        excerpt = " ".join(document.body.split())[:MAX_EXCERPT]
        texts = (document.title, document.title_en, excerpt, document.url)
        digest = digest_of(document)
        values = SearchEntry._meta.get_field("words").get_db_prep_value(words, connection)
        rows.append((kind, document.id, *texts, values, digest, read is not None, *vectors_of(document, read)))
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, rows)


@transaction.atomic
def index_document(kind: str, document: Document) -> bool:
    """Make one document findable by its words; whether its readings are still to be added. Nothing changed: nothing
    to do.
    """
    if SearchEntry.objects.filter(kind=kind, object_id=document.id, digest=digest_of(document)).exists():
        return False
    upsert_entries(kind, [document])
    return True


@transaction.atomic
def read_entries(kind: str, object_ids: Iterable[int]) -> int:
    """Add the readings to entries that lack them; how many there were."""
    entries = list(
        SearchEntry.objects.select_for_update().filter(kind=kind, object_id__in=list(object_ids), is_read=False)
    )
    if entries:
        with reader() as read:
            upsert_entries(kind, [document_of(entry) for entry in entries], read)
    return len(entries)


def document_of(entry: SearchEntry) -> Document:
    """The document a row was made of."""
    return Document(entry.object_id, entry.title, url=entry.url, title_en=entry.title_en, **entry.words)


def remove_document(kind: str, object_id: int) -> None:
    """Make it findable no more; nothing happens when it was not."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def rebuild(source: SearchSource) -> tuple[int, int]:
    """Bring all entries of one kind in line with its owner: (written, removed). Unchanged ones are left alone.

    Committed batch by batch, so that searching goes on meanwhile; whatever kills it, the next run completes it.
    """
    known = dict(SearchEntry.objects.filter(kind=source.kind, is_read=True).values_list("object_id", "digest"))
    seen: set[int] = set()
    written = 0
    with reader() as read:
        batch: list[Document] = []
        for document in source.rows():
            seen.add(document.id)
            if known.get(document.id) != digest_of(document):
                batch.append(document)
            if len(batch) >= BATCH:
                upsert_entries(source.kind, batch, read)
                written, batch = written + len(batch), []
        upsert_entries(source.kind, batch, read)
        written += len(batch)
    gone = set(SearchEntry.objects.filter(kind=source.kind).values_list("object_id", flat=True)) - seen
    removed = SearchEntry.objects.filter(kind=source.kind, object_id__in=gone).delete()[0]
    return written, removed
