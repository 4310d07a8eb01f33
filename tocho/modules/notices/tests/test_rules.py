import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocho.modules.notices.rules import ALPHABET, ANSWERS, BODY_LENGTH, code_of, read_code, renewal_moment

bodies = st.text(ALPHABET, min_size=BODY_LENGTH, max_size=BODY_LENGTH)


def test_the_alphabet_has_no_symbol_that_is_read_as_another() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert not set("01ILOUZ") & set(ALPHABET)


@given(bodies)
def test_a_code_is_read_however_it_is_typed(body: str) -> None:
    code = code_of(body)
    wide = code.translate({ord(a): ord(a) + 0xFEE0 for a in ALPHABET}).replace("-", "ー")
    for typed in (code, code.lower(), code.replace("-", ""), f"　{code.replace('-', ' ')} ", wide):
        assert read_code(typed) == code


@given(bodies, st.integers(0, BODY_LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_noticed(body: str, place: int, wrong: str) -> None:
    symbols = code_of(body).replace("-", "")
    typed = symbols[:place] + wrong + symbols[place + 1 :]
    assert (read_code(typed) is None) == (typed != symbols)


@given(bodies)
def test_two_exchanged_symbols_are_always_noticed(body: str) -> None:
    symbols = code_of(body).replace("-", "")
    for one, other in itertools.combinations(range(BODY_LENGTH + 1), 2):
        typed = list(symbols)
        typed[one], typed[other] = typed[other], typed[one]
        assert (read_code("".join(typed)) is None) == ("".join(typed) != symbols)


@pytest.mark.parametrize("typed", ["", "7K3M", "0000-0000-0000", "7K3M-Q9FX-2BHD-2", "納税証明書です", "💥" * 12])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_letters_that_can_only_mean_another_are_forgiven() -> None:
    code = code_of("V2V2V2V2V2V")
    assert read_code(code.replace("V", "U").replace("2", "Z")) == code


def test_only_valid_documents_are_answered_with_a_yes() -> None:
    assert [kind for kind, wording in ANSWERS.items() if wording.tone == "ok"] == ["valid", "timestamped", "registered"]


def test_a_renewal_comes_half_a_year_before_the_end_or_half_way() -> None:
    at = datetime(2026, 11, 26, tzinfo=UTC)
    assert renewal_moment(at + timedelta(days=1825), at=at) == at + timedelta(days=1825 - 180)
    assert renewal_moment(at + timedelta(days=100), at=at) == at + timedelta(days=50)
