"""The National Tax Agency's register of corporate numbers: 法人番号システム Web-API, version 4.

``GET /4/num?id=<application id>&number=<13 digits>&type=12&history=0`` answers XML in UTF-8 (type 02: CSV); 400 with a
code for a wrong question, 404 for an unknown application id. https://www.houjin-bangou.nta.go.jp/webapi/
"""

import http.client
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from tocho.lib.xmlfile import XmlError, read_xml

from .base import CorporationEntry, RegisterUnavailableError

if TYPE_CHECKING:
    from lxml.etree import _Element

TIMEOUT_SECONDS = 2.0  # asked while a person waits
MOST_BYTES = 200_000


class HoujinBangou:
    """Asks one number at a time."""

    def find(self, number: str) -> CorporationEntry | None:
        """:raises RegisterUnavailableError: no application id, no answer in two seconds, or another form of it."""
        if not settings.HOUJIN_BANGOU_ID:
            raise RegisterUnavailableError("no application id")
        query = urlencode({"id": settings.HOUJIN_BANGOU_ID, "number": number, "type": "12", "history": "0"})
        return entry_from(_get(f"/4/num?{query}"), number)


def _get(path: str) -> bytes:
    where = urlsplit(settings.HOUJIN_BANGOU_URL)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    link = kind(where.netloc, timeout=TIMEOUT_SECONDS)
    try:
        link.request("GET", where.path + path)
        answer = link.getresponse()
        body = answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise RegisterUnavailableError(str(error)) from error
    finally:
        link.close()
    if answer.status != 200:
        raise RegisterUnavailableError(f"answered {answer.status}")
    return body


def entry_from(xml: bytes, number: str) -> CorporationEntry | None:
    """The corporation of an answer. :raises RegisterUnavailableError: not in the register's form."""
    try:
        root = read_xml(xml, most=MOST_BYTES)
        rows = [row for row in root.iter("corporation") if row.findtext("corporateNumber") == number]
        if root.tag != "corporations":
            raise ValueError(root.tag)
        return _entry(rows[-1]) if rows else None
    except (XmlError, ValueError) as error:
        raise RegisterUnavailableError("not in the register's form") from error


def _entry(row: "_Element") -> CorporationEntry:
    def text(name: str) -> str:
        return (row.findtext(name) or "").strip()

    closed = text("closeDate")
    return CorporationEntry(
        number=text("corporateNumber"),
        name=text("name")[:200],
        kana=text("furigana")[:500],
        postal_code=text("postCode")[:7],
        prefecture=text("prefectureName")[:20],
        city=text("cityName")[:60],
        street=text("streetNumber")[:400],
        closed_on=date.fromisoformat(closed) if closed else None,
    )
