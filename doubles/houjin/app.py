"""The register of corporate numbers as a WSGI application: what it knows, what it refuses, in which form it answers."""

import csv
import io
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

from stdnum.jp import cn

FIELDS = (
    *(
        "sequenceNumber",
        "corporateNumber",
        "process",
        "correct",
        "updateDate",
        "changeDate",
        "name",
        "nameImageId",
        "kind",
    ),
    *("prefectureName", "cityName", "streetNumber", "addressImageId", "prefectureCode", "cityCode", "postCode"),
    *("addressOutside", "addressOutsideImageId", "closeDate", "closeCause", "successorCorporateNumber", "changeCause"),
    *(
        "assignmentDate",
        "latest",
        "enName",
        "enPrefectureName",
        "enCityName",
        "enAddressOutside",
        "furigana",
        "hihyoji",
    ),
)  # the order of the CSV, version 4
KNOWN: tuple[dict[str, str], ...] = (
    {
        "corporateNumber": "8000020130001",
        "name": "東京都",
        "furigana": "トウキョウト",
        "kind": "201",
        "prefectureName": "東京都",
        "prefectureCode": "13",
        "cityName": "新宿区",
        "cityCode": "104",
        "streetNumber": "西新宿２丁目８－１",
        "postCode": "1630023",
        "enName": "Tokyo Metropolitan Government",
    },
    {
        "corporateNumber": "7000012050002",
        "name": "国税庁",
        "furigana": "コクゼイチョウ",
        "kind": "101",
        "prefectureName": "東京都",
        "prefectureCode": "13",
        "cityName": "千代田区",
        "cityCode": "101",
        "streetNumber": "霞が関３丁目１－１",
        "postCode": "1000013",
        "enName": "National Tax Agency",
    },
    {
        "corporateNumber": "7010001999999",
        "name": "株式会社みほん商事",
        "furigana": "ミホンショウジ",
        "kind": "301",
        "prefectureName": "東京都",
        "prefectureCode": "13",
        "cityName": "中央区",
        "cityCode": "102",
        "streetNumber": "日本橋１丁目２－３",
        "postCode": "1030027",
        "closeDate": "2019-03-31",
        "closeCause": "01",
    },
)
DATES = {"updateDate": "2020-11-02", "changeDate": "2015-10-05", "assignmentDate": "2015-10-05"}
DEFAULTS = {"process": "01", "correct": "0", "latest": "1", "hihyoji": "0", **DATES}
TYPES = {"01": ("text/csv; charset=Shift_JIS", "cp932"), "02": ("text/csv; charset=UTF-8", "utf-8")}


class BadRequestError(Exception):
    """A question that the register does not take: code and sentence."""


class HoujinApp:
    """``known_id`` is the application id that was given out; ``slow`` seconds pass before each answer."""

    def __init__(self, known_id: str, *, slow: float = 0.0) -> None:
        self.known_id, self.slow = known_id, slow

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        time.sleep(self.slow)
        asked = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        path = environ.get("PATH_INFO", "")
        status, kind, body = "404 Not Found", "text/html; charset=UTF-8", b""
        if path in ("/4/num", "/4/name") and asked.get("id") == self.known_id:
            try:
                found = by_number(asked) if path == "/4/num" else by_name(asked)
                kind, body = written(found, asked.get("type", ""))
                status = "200 OK"
            except BadRequestError as error:
                status, kind, body = "400 Bad Request", "text/plain; charset=UTF-8", str(error).encode()
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]


def by_number(asked: dict[str, str]) -> list[dict[str, str]]:
    numbers = [number for number in asked.get("number", "").split(",") if number]
    if not numbers:
        raise BadRequestError("050,法人番号を指定してください。")
    if len(numbers) > 10:
        raise BadRequestError("051,法人番号は10件まで指定できます。")
    if not all(cn.is_valid(number) for number in numbers):
        raise BadRequestError("052,法人番号の形式が正しくありません。")
    return [row for number in numbers for row in KNOWN if row["corporateNumber"] == number]


def by_name(asked: dict[str, str]) -> list[dict[str, str]]:
    name = asked.get("name", "")
    if not name:
        raise BadRequestError("060,法人名を指定してください。")
    if asked.get("mode", "1") == "2":
        return [row for row in KNOWN if name in row["name"]]
    return [row for row in KNOWN if row["name"].startswith(name)]


def written(found: Sequence[dict[str, str]], kind: str) -> tuple[str, bytes]:
    """The answer in the form that was asked for. :raises BadRequestError: a type that there is not."""
    rows = [{**DEFAULTS, **row, "sequenceNumber": str(n)} for n, row in enumerate(found, start=1)]
    head = {"lastUpdateDate": "2020-11-20", "count": str(len(rows)), "divideNumber": "1", "divideSize": "1"}
    if kind in TYPES:
        content_type, encoding = TYPES[kind]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(head.values())
        writer.writerows([[row.get(name, "") for name in FIELDS] for row in rows])
        return content_type, out.getvalue().encode(encoding)
    if kind != "12":
        raise BadRequestError("031,応答形式が正しくありません。")
    root = ElementTree.Element("corporations")
    for name, value in head.items():
        ElementTree.SubElement(root, name).text = value
    for row in rows:
        one = ElementTree.SubElement(root, "corporation")
        for name in FIELDS:
            ElementTree.SubElement(one, name).text = row.get(name) or None
    return "application/xml; charset=UTF-8", ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
