from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from tocho.modules.decisions.rules import Station, content_digest, document_symbols, order_route

POSTS = st.lists(st.integers(1, 30), max_size=8)


@given(line=POSTS, checks=POSTS, decider=st.integers(1, 30), own=POSTS)
def test_a_route_ends_with_its_one_decider_and_names_nobody_twice(
    line: list[int], checks: list[int], decider: int, own: list[int]
) -> None:
    route = order_route(line_reviews=line, legal_checks=checks, decider=decider, drafter_posts=own)
    posts = [station.post_id for station in route]
    assert route[-1] == Station("decide", decider, route[-1].stage)
    assert [station.stage for station in route] == sorted({station.stage for station in route})
    assert [station.kind for station in route].count("decide") == 1
    assert len(posts) == len(set(posts))
    assert not set(own) - {decider} & set(posts[:-1])


def test_the_digest_covers_every_part() -> None:
    content = {"title": "a", "body": "b", "outcome": "approve", "reasons": "", "brief": [], "attachments": []}
    digests = {content_digest(**{**content, part: "changed"}) for part in content}
    assert len({*digests, content_digest(**content)}) == len(content) + 1


def test_document_symbols_grow_until_one_is_free() -> None:
    found = islice(document_symbols("主税局 徴収部 徴収課"), 3)
    assert list(found) == ["主税徴", "主税徴徴", "主税徴徴2"]
    assert list(islice(document_symbols("主税局 徴収課"), 2)) == ["主税徴", "主税徴2"]
