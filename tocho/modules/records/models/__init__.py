from .disclosure import DisclosureItem, DisclosureRequest, DisclosureSearch, Exemption
from .ends import DisposalItem, DisposalList, Hold
from .files import Classification, Document, DocumentWords, FileWords, RecordFile, Retention
from .received import ReceivedDocument, ReceivedLink, ReceivedReader, ReceivedWords

__all__ = [
    "Classification",
    "DisclosureItem",
    "DisclosureRequest",
    "DisclosureSearch",
    "DisposalItem",
    "DisposalList",
    "Document",
    "DocumentWords",
    "Exemption",
    "FileWords",
    "Hold",
    "ReceivedDocument",
    "ReceivedLink",
    "ReceivedReader",
    "ReceivedWords",
    "RecordFile",
    "Retention",
]
