from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from tocho.modules.mandates.rules import Extent, covers, is_code_good, is_in_force, is_within

FIRST, LAST = date(2020, 11, 1), date(2021, 10, 31)
AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def test_the_first_and_the_last_day_count() -> None:
    days = [date(2020, 10, 31), FIRST, LAST, date(2021, 11, 1)]
    found = [is_in_force("in_force", starts_on=FIRST, last_on=LAST, on=day) for day in days]
    assert found == [False, True, True, False]
    assert not is_in_force("revoked", starts_on=FIRST, last_on=LAST, on=FIRST)


def test_a_power_without_names_covers_all() -> None:
    asked = {"key": "nozei-shomei", "category": "certificate"}
    assert covers([], [], **asked)
    assert covers(["nozei-shomei"], [], **asked)
    assert covers(["koza-uketsuke"], ["certificate"], **asked)
    assert not covers(["koza-uketsuke"], [], **asked)
    assert not covers([], ["permit"], **asked)


def test_what_is_passed_on_stays_within() -> None:
    own = Extent(FIRST, LAST, ["a", "b"], ["permit"])
    kinds = {"a": "course", "b": "course", "c": "course", "d": "permit"}

    def within(*keys: str, categories: Sequence[str] = (), last: date = LAST, parent: Extent = own) -> bool:
        return is_within(Extent(FIRST, last, keys, categories), parent, category_of=kinds)

    assert within("a")
    assert within("a", "d")  # named by its category
    assert within(categories=["permit"])
    assert not within()
    assert not within("a", "c")
    assert not within("a", categories=["course"])
    assert not within("a", last=date(2021, 11, 1))
    assert within(parent=Extent(FIRST, LAST, [], []))


def test_a_letter_gives_more_time_than_a_mail() -> None:
    later = AT + timedelta(days=20)
    assert not is_code_good(made_at=AT, on_paper=False, tries=0, at=later)
    assert is_code_good(made_at=AT, on_paper=True, tries=4, at=later)
    assert not is_code_good(made_at=AT, on_paper=True, tries=5, at=later)
