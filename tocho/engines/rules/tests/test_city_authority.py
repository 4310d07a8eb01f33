"""The sample city's authority table (事案決定規程 別表) answers every matter, and with sense."""

from pathlib import Path

import pytest

from tocho.engines.rules.api import DecisionTable, check_table, compile_table

XML = (Path(__file__).parents[4] / "city/authority/jian-kettei.dmn").read_text(encoding="utf-8")
CATEGORIES = ["certificate", "facility_use", "course", "permit", "subsidy", "contract", "regulation", "other"]
AMOUNTS = [0, 999_999, 1_000_000, 10_000_000, 100_000_000, 900_000_000, 10**12]


@pytest.fixture(scope="module")
def authority() -> DecisionTable:
    return compile_table(XML)


def test_nothing_to_mend() -> None:
    assert check_table(XML, inputs=["category", "amount", "importance"]) == ()


def test_a_certificate_is_decided_by_the_section_chief_after_legal_review(authority: DecisionTable) -> None:
    answer = authority.decide({"category": "certificate", "amount": 400, "importance": "ordinary"})
    expected = {"decider_rank": 4, "reviews": ["legal_review"], "deputies": [3], "item": "別表 十二の項"}
    assert answer.outputs == expected
    assert answer.fired[0].citation.startswith("東京都事案決定規程 別表 十二の項『証明に関すること』")
    assert "決定権者は課長、審査は文書審査、代決者は課長代理" in answer.why


@pytest.mark.parametrize("category", CATEGORIES)
def test_weightier_matters_never_go_to_a_lower_rank(authority: DecisionTable, category: str) -> None:
    ranks = [authority.decide({"category": category, "amount": a, "importance": "ordinary"}).outputs for a in AMOUNTS]
    deciders = [row["decider_rank"] for row in ranks]
    assert all(row["deputies"] and max(row["deputies"]) < row["decider_rank"] for row in ranks)
    assert deciders == sorted(deciders)
    precedent = authority.decide({"category": category, "amount": 0, "importance": "precedent"}).outputs
    assert precedent["decider_rank"] >= deciders[0]
