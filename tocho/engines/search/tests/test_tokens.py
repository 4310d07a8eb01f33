import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.engines.search.tokens import Vector, content_words, pairs, pieces, quote, whole_query
from tocho.lib.text import normalize_line


def test_japanese_becomes_pairs_and_latin_words_stay_whole() -> None:
    vector = Vector()
    vector.add("東京都のＰＭ2.5", "A")
    vector.add("東京", "D")
    assert vector.literal() == "'東京':1A,8D '京都':2A '都の':3A 'の':4A 'pm2.5':6A '京':9D"


def test_pairs_end_with_the_last_character_alone() -> None:
    assert pairs("納税証") == ["納税", "税証", "証"]
    assert pairs("税") == ["税"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("納税", "('納税')"),
        ("税", "'税':*"),
        ("ノウゼイ", "('のう' <-> 'うぜ' <-> 'ぜい')"),
        ("tax certificates", "'tax':* & 'certificate':*"),
        ("2026", "'2026'"),
        ("納税 証明", "('納税') & ('証明')"),
        ("車の税金", "(('車の' <-> 'の税' <-> '税金')) | ('車':* & ('税金'))"),
        ("！？", ""),
    ],
)
def test_whole_query(text: str, query: str) -> None:
    assert whole_query(normalize_line(text)) == query


def test_content_words_leave_particles_and_endings() -> None:
    assert [word for word, _ in content_words("車検に必要な書類をもらいたい")] == ["車検", "必要", "書類"]
    assert [word for word, _ in content_words("じどうしゃ税")] == ["じどうしゃ", "税"]


def test_quote_closes_what_it_opens() -> None:
    assert quote("o'neill\\") == "'o''neill\\\\'"


@given(st.text(max_size=40))
def test_any_text_makes_a_query_of_bounded_size(text: str) -> None:
    line = normalize_line(text)
    assert len(pieces(line)) <= 12
    assert bool(whole_query(line)) == bool(pieces(line))
