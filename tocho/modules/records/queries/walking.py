"""Which rows a list shows: a page costs the same among a thousand rows and among a million.

Of each office within reach the newest rows are read by an index of that office (``LATERAL``), narrowed by what an index
knows; what else is asked for is looked at in those that were read. Where too little of them fits, it is rare, and
looked up by what it is: the words by their tokens, whatever its age.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Model, Q
from django.db.models import Value as Literal
from django.db.models.expressions import RawSQL

from tocho.engines.search import api as search

WALKED = 500  # newest rows that are looked at before what is rare is looked up
Key = tuple[date, int]
BOTTOM = date(1, 1, 1)


@dataclass(frozen=True)
class Way:
    """How the rows of one table are reached: columns that name an office, equal ones with an index, and in which order.

    ``equal`` are columns (with an index after the office) and their value; ``extra`` are further ids, that are within
    reach for another reason (the archive's). By day where ``day`` names a column, else by id.
    """

    model: type[Model]
    offices: Collection[str]
    columns: tuple[str, ...] = ("unit",)
    equal: dict[str, Any] = field(default_factory=dict)
    day: str = ""
    first: date | None = None
    last: date | None = None
    extra: str = ""  # SQL of a query of ids; no parameters


def page_keys(way: Way, wanted: Q, words: str, *, after: int | None, limit: int) -> list[int]:
    """The keys of a page and of the row that follows it (at most ``limit`` + 1), in the order of the list.

    :param wanted: what no index of the office knows. :param words: each must stand in what the row says.
    """
    texts = _texts(way.model, words)
    if words.strip() and texts is None:
        return []
    narrow = wanted & (texts or Q())
    cursor = _cursor(way, after)
    if not narrow:
        return [key for _day, key in _walk(way, cursor, limit + 1)][: limit + 1]
    most = max(WALKED, 2 * limit)
    newest = _walk(way, cursor, most)
    among = way.model._default_manager.filter(narrow, id__in=[key for _day, key in newest])
    fitting = set(among.values_list("id", flat=True))
    found = [key for _day, key in newest if key in fitting][: limit + 1]
    if len(found) > limit or len(newest) < most:
        return found
    return _look_up(way, cursor, narrow, limit + 1)


def _texts(model: type[Model], words: str) -> Q | None:
    """The rows whose words have all of these, by their tokens; None where nothing can be looked for."""
    tokens = [search.query_of(word) for word in words.split()[:6]]
    if not any(tokens):
        return None
    table, key = WORDS[model._meta.db_table]
    query = f"SELECT {key} FROM {table} WHERE tokens @@ %s::tsquery"  # noqa: S608  our names
    return Q(id__in=RawSQL(query, [" & ".join(f"({token})" for token in tokens if token)]))  # noqa: S611  our query


WORDS = {
    "records_recordfile": ("records_filewords", "file_id"),
    "records_document": ("records_documentwords", "document_id"),
    "records_receiveddocument": ("records_receivedwords", "received_id"),
}


def _cursor(way: Way, after: int | None) -> Key | None:
    if after is None:
        return None
    if not way.day:
        return BOTTOM, after
    day = way.model._default_manager.filter(id=after).values_list(way.day, flat=True).first()
    return (day, after) if day else (date.max, after)


def _walk(way: Way, cursor: Key | None, most: int) -> list[Key]:
    """The newest rows within reach that the indexes know, in the order of the list: (day or BOTTOM, id)."""
    table, day = way.model._meta.db_table, way.day
    bounds, values = _bounds(way, cursor)
    order = f"t.{day} DESC, t.id DESC" if day else "t.id DESC"
    shown = f"t.{day}" if day else "NULL::date"
    chosen = f"SELECT {shown} AS day, t.id FROM {table} t"  # noqa: S608  our names, here and below
    ordered = f"{bounds} ORDER BY {order} LIMIT %s"
    parts, given = [], []
    for column in way.columns:
        lateral = f"{chosen} WHERE t.{column} = u.code{ordered}"
        parts.append(f"SELECT k.day, k.id FROM unnest(%s::text[]) AS u(code) CROSS JOIN LATERAL ({lateral}) k")  # noqa: S608
        given += [sorted(way.offices), *values, most]
    if way.extra:
        parts.append(f"({chosen} WHERE t.id IN ({way.extra}){ordered})")
        given += [*values, most]
    union = " UNION ".join(parts)
    whole = f"SELECT day, id FROM ({union}) all_of_them ORDER BY day DESC NULLS LAST, id DESC LIMIT %s"  # noqa: S608  our names
    with connection.cursor() as database:
        database.execute(whole, [*given, most])
        return [(found or BOTTOM, key) for found, key in database.fetchall()]


def _bounds(way: Way, cursor: Key | None) -> tuple[str, list[Any]]:
    said = ""
    values: list[Any] = []
    for column, value in way.equal.items():
        said, values = f"{said} AND t.{column} = %s", [*values, value]
    for sign, bound in ((">=", way.first), ("<=", way.last)):
        if bound and way.day:
            said, values = f"{said} AND t.{way.day} {sign} %s", [*values, bound]
    if cursor and way.day:
        return f"{said} AND (t.{way.day}, t.id) < (%s, %s)", [*values, *cursor]
    return (f"{said} AND t.id < %s", [*values, cursor[1]]) if cursor else (said, values)


def _look_up(way: Way, cursor: Key | None, narrow: Q, most: int) -> list[int]:
    """What fits and is rare, whatever its age. The order is one that no index has, lest the planner walk down it for
    what is not there."""
    reach = Q()
    for column in way.columns:
        reach |= Q(**{f"{column}__in": sorted(way.offices)})
    if way.extra:
        reach |= Q(id__in=RawSQL(way.extra, []))  # noqa: S611  our own query
    rows = way.model._default_manager.filter(reach, narrow, **way.equal)
    for sign, bound in (("gte", way.first), ("lte", way.last)):
        if bound and way.day:
            rows = rows.filter(**{f"{way.day}__{sign}": bound})
    if cursor:
        before = Q(id__lt=cursor[1])
        same = Q(**{way.day: cursor[0]}) & before if way.day else before
        rows = rows.filter(Q(**{f"{way.day}__lt": cursor[0]}) | same if way.day else same)
    order: list[Any] = [f"-{way.day}"] if way.day else []
    return list(rows.order_by(*order, (F("id") + Literal(0)).desc()).values_list("id", flat=True)[:most])


def in_order(model: type[Model], keys: Sequence[int], *related: str) -> list[Any]:
    """The rows of some keys, in that order. One query."""
    rows = model._default_manager.filter(id__in=keys)
    found = {row.pk: row for row in (rows.select_related(*related) if related else rows)}
    return [found[key] for key in keys if key in found]
