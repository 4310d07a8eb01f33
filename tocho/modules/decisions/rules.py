"""Pure rules of the decision: numbering, content digest, order of the route (東京都事案決定規程, 文書管理規則)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson


@dataclass(frozen=True)
class Authority:
    """What the authority table answered for one matter.

    ``decider_rank`` as in ``org.Rank`` (1 主事 … 8 知事); ``reviews`` the duties that must check before the decision;
    ``article`` the entry of the 別表 it rests on.
    """

    decider_rank: int
    reviews: tuple[str, ...]
    deputies: tuple[int, ...]
    article: str
    why: str


class Station(NamedTuple):
    """One stop on the way to the decision: kind of ``Step.Kind``, the post's id."""

    kind: str
    post_id: int


def order_route(
    *, legal_checks: Iterable[int], line_reviews: Iterable[int], decider: int, drafter_posts: Sequence[int]
) -> tuple[Station, ...]:
    """The stations in the order of circulation (回付): 審議 up the line, 審査, then 決定 by exactly one, last.

    A post stands at most once; the drafter never reviews the own draft; the decider is not also a reviewer.
    """
    seen = {decider, *drafter_posts}
    stations: list[Station] = []
    for kind, posts in (("line_review", line_reviews), ("legal_check", legal_checks)):
        for post_id in posts:
            if post_id not in seen:
                seen.add(post_id)
                stations.append(Station(kind, post_id))
    return (*stations, Station("decide", decider))


def content_digest(
    *, title: str, body: str, outcome: str, reasons: str, brief: object, attachments: Sequence[str]
) -> str:
    """sha256 (hex) over everything that is decided, in canonical JSON: the frozen content of the decision."""
    content = {
        "title": title,
        "body": body,
        "outcome": outcome,
        "reasons": reasons,
        "brief": brief,
        "attachments": list(attachments),
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def document_symbol(bureau_name: str, unit_name: str) -> str:
    """文書記号 of a unit: two characters of the bureau and the first of the section (主税局 徴収課 → 主税徴)."""
    return f"{bureau_name[:2]}{unit_name[:1]}"
