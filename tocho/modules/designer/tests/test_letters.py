"""Letters as blocks: what is written is read back; what is more than blocks is left alone."""

from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as tempo
from hypothesis import strategies as st

from tocho.engines.documents.api import sketch
from tocho.modules.designer.rules.letters import (
    BEGINNINGS,
    KINDS,
    WRITTEN,
    Block,
    about_of,
    lacking,
    read_letter,
    write_letter,
)
from tocho.modules.designer.rules.mapping import with_mapping

SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp", "Zs"), exclude_characters="\x85")
WORDS = st.text(SIGNS, min_size=1, max_size=20)
TEXTS = {
    "says": st.lists(st.one_of(WORDS, st.just("{税目}"), st.just("*b* #c [d] // \\")), min_size=1).map(" ".join),
    "heading": WORDS,
    "points": st.lists(WORDS, min_size=1, max_size=3).map("\n".join),
}
BLOCKS = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.builds(Block, st.just(kind), TEXTS[kind] if kind in WRITTEN else st.just(""))
)
FILES = sorted((settings.BASE_DIR / "city/procedures").glob("*/notices/*.typ"))
DATA = {"title": "通知", "issuer": "東京都", "issued_on": "2020-11-20", "rows": [["税目", "自動車税"]]}


@given(st.lists(BLOCKS, min_size=1, max_size=6).map(tuple))
@tempo(max_examples=300, deadline=None)
def test_what_is_written_is_read_back(letter: tuple[Block, ...]) -> None:
    source = write_letter(letter, about="見本")
    assert read_letter(source) == letter
    assert about_of(source) == "見本"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_templates_of_the_city_are_read_or_left_alone(path: Path) -> None:
    letter = read_letter(path.read_text())
    if letter is not None:
        assert read_letter(write_letter(letter)) == letter
        outcome = "reject" if path.stem in ("rejection", "refusal") else "approve"
        assert lacking(letter, outcome=outcome) == []


@pytest.mark.parametrize("source", ["#says[*太字*]", "#says[#data.title]", "#let x = 1", "#says[あ", "#enum(\n  [a],"])
def test_markup_that_no_block_stands_for_is_not_read(source: str) -> None:
    assert read_letter(f'#import "/letter.typ": *\n#show: letter\n\n{source}\n') is None
    assert read_letter(source) is None


@pytest.mark.parametrize("key", sorted(BEGINNINGS))
def test_every_beginning_makes_a_document(key: str) -> None:
    found = sketch(write_letter(BEGINNINGS[key][1]), {**DATA, "reasons": "理由", "decision": {"number": "1"}})
    assert found.fault is None


def test_odd_signs_reach_the_paper_as_they_are() -> None:
    letter = (Block("says", "「{税目}」 $100 #1 [a] *b* _c_ `d` @e <f> ~ \\ // -- 'g' \"h\"\n二行目"),)
    assert sketch(write_letter(letter), DATA).fault is None


def test_a_refusal_needs_reasons_and_remedy() -> None:
    assert len(lacking(BEGINNINGS["approval"][1], outcome="reject")) == 2


def test_each_outcome_sends_one_notice() -> None:
    facts = {"notices": {"approve": {"template": "a"}, "reject": {"template": "b"}}, "key": "k"}
    changed = with_mapping(facts, "b", ("approve", "reject"), {"title": "t"})
    assert changed["notices"] == {k: {"template": "b", "title": "t"} for k in ("approve", "reject")}
    assert with_mapping(facts, "b", (), {})["notices"] == {"approve": {"template": "a"}}
    kept = with_mapping(facts, "b", (), {"title": "t"})["notices"]
    assert kept == {"approve": {"template": "a"}, "b": {"template": "b", "title": "t"}}
