"""Which rows a list shows: a page costs the same among a thousand rows and among a million (ADR 0032).

Of each office within reach the newest rows are read by an index of that office (``LATERAL``), narrowed by what an index
knows; what else is asked for is looked at in those that were read. Where too little of them fits, it is rare, and
looked up by what it is: the words by their tokens, whatever its age.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.db.models import Value as Plain
from psycopg.sql import SQL, Identifier, Literal

from tocho.engines.search import api as search
from tocho.lib.newest import first_fitting

WALKED = (500, 3_000)  # newest rows that are looked at, first and then, before what is rare is looked up
LEAST, SPREAD = 20, 4  # of each office at least so many are read first, or so many times its fair share
Key = tuple[date, int]
BOTTOM = date(1, 1, 1)


@dataclass(frozen=True)
class Way:
    """How the rows of one table are reached: columns that name an office, equal ones with an index, and in which order.

    ``equal`` are columns (with an index after the office) and their value; ``extra`` are further rows, that are within
    reach for another reason (the archive's). By day where ``day`` names a column, else by id. ``among`` is a column
    that names a row of another table, and which rows of that fit.
    """

    model: type[Model]
    offices: Collection[str]
    columns: tuple[str, ...] = ("unit",)
    equal: dict[str, Any] = field(default_factory=dict)
    day: str = ""
    first: date | None = None
    last: date | None = None
    extra: tuple[str, Q] | None = None  # a condition on the row ``t`` as SQL without parameters, and the same as Q
    among: tuple[str, QuerySet[Any]] | None = None


def page_keys(way: Way, wanted: Q, words: str, *, after: int | None, limit: int) -> list[int]:
    """The keys of a page and of the row that follows it (at most ``limit`` + 1), in the order of the list.

    :param wanted: what no index of the office knows. :param words: each must stand in what the row says.
    """
    tokens = _tokens(words)
    if words.strip() and not tokens:
        return []
    cursor = _cursor(way, after)
    if not wanted and not tokens and way.among is None:
        return _walk(way, cursor, limit + 1)[0]
    found = first_fitting(
        lambda most: _walk(way, cursor, max(most, 2 * limit)),
        lambda newest: _fitting(way, newest, wanted, tokens),
        lambda: _look_up(way, cursor, wanted, tokens, limit + 1),
        stages=WALKED,
        wanted=limit + 1,
    )
    return found[: limit + 1]


def _tokens(words: str) -> str:
    """The query for rows whose words have all of these; "" where nothing can be looked for."""
    found = [search.query_of(word) for word in words.split()[:6]]
    return " & ".join(f"({each})" for each in found if each)


def _fitting(way: Way, newest: list[int], wanted: Q, tokens: str) -> list[int]:
    """Those of some rows that fit, in their order. Their words are fetched by their keys and then looked at
    (``MATERIALIZED``): what all the words of the index say of a common word would take longer."""
    keys = newest
    if tokens:
        table, key = WORDS[way.model._meta.db_table]
        words = f"SELECT {key} AS id, tokens FROM {table} WHERE {key} = ANY(%s)"  # noqa: S608  our names, here and below
        query = f"WITH own AS MATERIALIZED ({words}) SELECT id FROM own WHERE tokens @@ %s::tsquery"  # noqa: S608
        with connection.cursor() as database:
            database.execute(query, [keys, tokens])
            keys = [key for (key,) in database.fetchall()]
    rows = way.model._default_manager.filter(wanted, id__any=keys)
    if way.among:  # asked of the rows that were read: together, the planner would read all rows of what fits
        column, others = way.among
        named = dict(rows.values_list("id", column))
        found = set(others.filter(id__any=sorted(set(named.values()))).values_list("id", flat=True))
        keys = [key for key, other in named.items() if other in found]
    elif wanted:
        keys = list(rows.values_list("id", flat=True))
    fitting = set(keys)
    return [key for key in newest if key in fitting]


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


def _walk(way: Way, cursor: Key | None, most: int) -> tuple[list[int], bool]:
    """The newest rows within reach that the indexes know, in the order of the list, and whether these are all.

    Of each office some are read; of those that have more among the newest of all, as many as are wanted.
    """
    table, day = way.model._meta.db_table, way.day
    bounds, values = _bounds(way, cursor)
    order = f"t.{day} DESC, t.id DESC" if day else "t.id DESC"
    place = f"t.{day}" if day else "t.id"
    chosen = f"SELECT {place} AS place, t.id FROM {table} t"  # noqa: S608  our names, here and below
    ordered = f"{bounds} ORDER BY {order} LIMIT %s"
    top = most * (len(way.columns) + bool(way.extra))  # one row may come in as many ways
    each = min(top + 1, max(LEAST, SPREAD * most // max(len(way.offices), 1)))
    read, deep, given, more = [], [], [], []
    for number, column in enumerate(way.columns):
        rows = f"LATERAL ({chosen} WHERE t.{column} = u.code{ordered}) k"
        offices, again = "unnest(%s::text[]) AS u(code)", f"(SELECT code FROM deep WHERE way = {number}) u"  # noqa: S608
        read.append(f"SELECT {number} AS way, u.code, k.place, k.id FROM {offices} CROSS JOIN {rows}")  # noqa: S608
        deep.append(f"SELECT k.place, k.id FROM {again} CROSS JOIN {rows}")  # noqa: S608
        given += [sorted(way.offices), *values, each]
        more += [*values, top + 1]
    if way.extra:
        read.append(f"SELECT -1, '', x.place, x.id FROM ({chosen} WHERE {way.extra[0]}{ordered}) x")  # noqa: S608
        given += [*values, top + 1]
    query = WALK.format(read=" UNION ALL ".join(read), deep=" UNION ALL ".join(deep))
    with connection.cursor() as database:
        database.execute(query, [*given, top, each, *more, top + 1])
        rows_read = [key for (key,) in database.fetchall()]
    return list(dict.fromkeys(rows_read))[:most], len(rows_read) <= top


# ``edge``: what is sure to be older than the newest that are wanted. ``deep``: the offices of which more is to be read.
WALK = """
    WITH own AS MATERIALIZED ({read}),
    edge AS (SELECT place FROM own ORDER BY place DESC OFFSET %s LIMIT 1),
    deep AS MATERIALIZED (SELECT way, code FROM own WHERE way >= 0 GROUP BY way, code
             HAVING count(*) >= %s AND min(place) >= COALESCE((SELECT place FROM edge), min(place)))
    SELECT id FROM (SELECT place, id FROM own WHERE (way, code) NOT IN (SELECT way, code FROM deep)
                    UNION ALL {deep}) newest
     ORDER BY place DESC, id DESC LIMIT %s
"""


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


def _look_up(way: Way, cursor: Key | None, wanted: Q, tokens: str, most: int) -> list[int]:
    """What fits and is rare, whatever its age. The order is one that no index has, lest the planner walk down it for
    what is not there."""
    reach = Q()
    for column in way.columns:
        reach |= Q(**{f"{column}__in": sorted(way.offices)})
    if way.extra:
        reach |= way.extra[1]
    rows = way.model._default_manager.filter(reach, wanted, **way.equal)
    if way.among:
        rows = rows.filter(**{f"{way.among[0]}__in": way.among[1].values("id")})
    if tokens:
        rows = rows.filter(id__any=_matching(way.model, tokens))
    for sign, bound in (("gte", way.first), ("lte", way.last)):
        if bound and way.day:
            rows = rows.filter(**{f"{way.day}__{sign}": bound})
    if cursor:
        before = Q(id__lt=cursor[1])
        same = Q(**{way.day: cursor[0]}) & before if way.day else before
        rows = rows.filter(Q(**{f"{way.day}__lt": cursor[0]}) | same if way.day else same)
    order: list[Any] = [f"-{way.day}"] if way.day else []
    return list(rows.order_by(*order, (F("id") + Plain(0)).desc()).values_list("id", flat=True)[:most])


def _matching(model: type[Model], tokens: str) -> list[int]:
    """The keys of all rows whose words match. What is looked for stands in the text of the statement, so that it is
    planned for what it is: a plan for any words (of a prepared statement) reads all rows."""
    table, key = WORDS[model._meta.db_table]
    query = SQL("SELECT {} FROM {} WHERE tokens @@ {}::tsquery").format(
        Identifier(key), Identifier(table), Literal(tokens)
    )
    with connection.cursor() as database:
        database.execute(query)
        return [found for (found,) in database.fetchall()]


def in_order(model: type[Model], keys: Sequence[int], *related: str) -> list[Any]:
    """The rows of some keys, in that order. One query."""
    rows = model._default_manager.filter(id__in=keys)
    found = {row.pk: row for row in (rows.select_related(*related) if related else rows)}
    return [found[key] for key in keys if key in found]
