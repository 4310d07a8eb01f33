from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from tocho.engines.search.tokens import pieces, whole_query
from tocho.lib.text import normalize_line

MAX_TEXT = 200
RANKED = 2000  # so many candidates are ranked at most: a word that everything has costs no more than that
_WEIGHTS = "{0.1, 0.2, 0.5, 1.0}"  # of D, C, B, A
_FOUND = """
SELECT kind, object_id, title, title_en, url, excerpt, ts_rank(%(weights)s, {column}, query) AS score
FROM (
  SELECT entry.*, query FROM search_searchentry AS entry, CAST(%(query)s AS tsquery) AS query
  WHERE {column} @@ query {kinds} LIMIT %(ranked)s
) AS found
ORDER BY score DESC, length(title), kind, object_id LIMIT %(limit)s
"""
_NEARLY = """
SELECT kind, object_id, title, title_en, url, excerpt, ts_rank(%(weights)s, head, query) * share AS score
FROM (
  SELECT entry.*, query FROM search_searchentry AS entry, CAST(%(query)s AS tsquery) AS query
  WHERE head @@ query {kinds} LIMIT %(ranked)s
) AS found, LATERAL (
  SELECT count(*)::real / %(count)s AS share FROM unnest(%(pieces)s::tsquery[]) AS piece WHERE head @@ piece
) AS counted
WHERE share >= 0.33
ORDER BY share DESC, score DESC, length(title), kind, object_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Hit:
    """One thing found: the owner's kind and id, what to show, where to go. Scores compare within one search only."""

    kind: str
    id: int
    title: str
    url: str
    score: float
    excerpt: str = ""


def find(text: str, *, kinds: Collection[str] | None, limit: int, language: str | None) -> list[Hit]:
    """What was typed, anywhere as a substring or by its content words: first where it stands at the head, then where it
    stands in the body; when nothing has it, what has most of it at the head.
    """
    line = normalize_line(text[:MAX_TEXT])
    query = whole_query(line)
    if not query or kinds == ():
        return []
    filtered = "" if kinds is None else "AND kind = ANY(%(kinds)s)"
    values: dict[str, Any] = {"weights": _WEIGHTS, "query": query, "kinds": list(kinds or ()), "ranked": RANKED}
    values["limit"] = limit
    rows = _select(_FOUND.format(column="head", kinds=filtered), values)
    if len(rows) < limit:
        known = {row[:2] for row in rows}
        values["ranked"] = limit * 10  # every vector of the body is read from its own page
        rows += [row for row in _select(_FOUND.format(column="tokens", kinds=filtered), values) if row[:2] not in known]
    if not rows:
        parts = pieces(line)
        values |= {"query": " | ".join(parts), "pieces": parts, "count": len(parts), "ranked": RANKED}
        rows = _select(_NEARLY.format(kinds=filtered), values)
    english = (language or get_language() or "ja").startswith("en")
    return [
        Hit(kind, object_id, title_en if english and title_en else title, url, score, excerpt)
        for kind, object_id, title, title_en, url, excerpt, score in rows[:limit]
    ]


def _select(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
