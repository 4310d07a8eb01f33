"""Tables as downloads: the files of ``lib/csvfile.py`` as streaming responses, named in Japanese if need be."""

from collections.abc import Iterable, Mapping, Sequence

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from tocho.lib.csvfile import Value, csv_chunks, excel_file, json_chunks

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]], *, encoding: str = "utf-8", guard: bool = False
) -> HttpResponseBase:
    """``name.csv``; ``guard`` for what strangers typed (see ``csv_chunks``)."""
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    chunks = csv_chunks(columns, rows, encoding=encoding, guard=guard)
    return _named(StreamingHttpResponse(chunks, content_type=f"text/csv; charset={charset}"), f"{name}.csv")


def table_response(
    request: HttpRequest, form: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]
) -> HttpResponseBase:
    """A list to take away: ``csv`` in UTF-8, in Shift_JIS as ``sjis`` or with ``?encoding=cp932``, or ``xlsx``.

    Cells that a spreadsheet would run are guarded.
    :raises Http404: no such form.
    """
    check_form(form)
    if form == "xlsx":
        return excel_response(name, columns, rows)
    encoding = "cp932" if form == "sjis" or request.GET.get("encoding") == "cp932" else "utf-8"
    return csv_response(name, columns, rows, encoding=encoding, guard=True)


def check_form(form: str) -> None:
    """Before something is written because of a download. :raises Http404: ``table_response`` has no such form."""
    if form not in ("csv", "sjis", "xlsx"):
        raise Http404


def json_response(
    name: str, keys: Sequence[str], rows: Iterable[Sequence[Value]], *, about: Mapping[str, object]
) -> HttpResponseBase:
    """``name.json``: what it is about, then the rows as objects. Shown by browsers, not saved."""
    response = StreamingHttpResponse(json_chunks(keys, rows, about=about), content_type="application/json")
    return _named(response, f"{name}.json", inline=True)


def excel_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponseBase:
    """``name.xlsx``."""
    return FileResponse(excel_file(columns, rows), as_attachment=True, filename=f"{name}.xlsx", content_type=EXCEL)


def _named(response: StreamingHttpResponse, name: str, *, inline: bool = False) -> HttpResponseBase:
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or ""
    return response
