from hypothesis import given
from hypothesis import strategies as st

from tocho.modules.procedures.rules import is_receipt_number, receipt_number

NUMBERS = st.builds(
    lambda y, n: receipt_number(fiscal_year=y, sequence=n), st.integers(2000, 2100), st.integers(1, 9_999_999)
)


def test_a_receipt_number_as_it_is_written() -> None:
    assert receipt_number(fiscal_year=2020, sequence=123) == "2020-0000123-4"


@given(number=NUMBERS, place=st.integers(0, 10), digit=st.integers(0, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, digit: int) -> None:
    assert is_receipt_number(number)
    digits = [i for i, c in enumerate(number) if c.isdigit()][place]
    wrong = number[:digits] + str(digit) + number[digits + 1 :]
    assert is_receipt_number(wrong) == (wrong == number)


@given(st.text(max_size=20))
def test_other_texts_are_no_receipt_numbers(text: str) -> None:
    assert is_receipt_number(text) in (True, False)
