"""XML that strangers wrote, read in one place: no document type, no entities, no network, one encoding, a size.

Everything that a document type can do (entities that swell or read files, attributes out of nowhere) is refused before
the parser sees it. For that only UTF-8 is read: in another encoding ``<!DOCTYPE`` has other bytes.
Whoever only writes XML, or reads on in a tree that is parsed, uses lxml as it is.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

BOM = b"\xef\xbb\xbf"
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)


class XmlError(Exception):
    """Data that is not read.

    ``kind`` is "size", "encoding", "doctype" or "syntax"; ``reason`` the parser's words (of "syntax"), ``line`` where.
    """

    def __init__(self, kind: str, *, reason: str = "", line: int | None = None) -> None:
        super().__init__(f"{kind} {reason}".strip())
        self.kind, self.reason, self.line = kind, reason, line


def read_xml(data: bytes, *, most: int, comments: bool = True) -> "_Element":
    """The root element of a document in UTF-8.

    :param most: bytes. :param comments: whether they stay in the tree.
    :raises XmlError: too large, another encoding, a document type (even a mention of one), not well-formed or deeper
        than 256 elements.
    """
    if len(data) > most:
        raise XmlError("size")
    body = data.removeprefix(BOM)
    declared = DECLARED.match(body)
    if b"\x00" in body or (declared and not _is_utf8(declared[1])):
        raise XmlError("encoding", line=1)
    if not body.lstrip().startswith(b"<"):  # empty, no XML at all, or an encoding in which "<" is another byte
        raise XmlError("syntax", reason="no element", line=1)
    if found := DOCTYPE.search(body):
        raise XmlError("doctype", line=body[: found.start()].count(b"\n") + 1)
    return _parsed(body, comments=comments)


def _is_utf8(name: bytes) -> bool:
    return name.lower() in (b"utf-8", b"utf8", b"us-ascii")


def _parsed(body: bytes, *, comments: bool) -> "_Element":
    from lxml import etree  # heavy, and most processes never read XML

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=not comments,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise XmlError("syntax", reason=error.msg or "", line=error.lineno) from None
    if root is None:
        raise XmlError("syntax")
    return root
