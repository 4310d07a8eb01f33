"""What is common is found among the newest, what is rare is looked up, and where all was read nothing is."""

import pytest

from tocho.lib.newest import first_fitting

ROWS = list(range(100, 0, -1))


@pytest.mark.parametrize(
    ("multiple", "rows", "walked", "looked_up"),
    [
        (2, ROWS, [10], False),  # common
        (7, ROWS, [10, 30], False),  # less so
        (50, ROWS, [10, 30], True),  # rare
        (50, ROWS[-5:], [10], False),  # there are no more
        (3, [], [10], False),
    ],
)
def test_so_much_is_read_as_is_needed(multiple: int, rows: list[int], walked: list[int], looked_up: bool) -> None:
    asked: list[int] = []
    by_words: list[bool] = []

    def walk(most: int) -> tuple[list[int], bool]:
        asked.append(most)
        return rows[:most], len(rows) < most

    def fitting(keys: list[int]) -> list[int]:
        return [key for key in keys if key % multiple == 0]

    def look_up() -> list[int]:
        by_words.append(True)
        return fitting(rows)[:3]

    found = first_fitting(walk, fitting, look_up, stages=(10, 30), wanted=3)
    assert (found[:3], asked, bool(by_words)) == (fitting(rows)[:3], walked, looked_up)
