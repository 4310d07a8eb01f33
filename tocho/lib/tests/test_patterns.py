import re
import time

import pytest

from tocho.lib.patterns import LENGTH, is_quick

SLOW = (
    r"(a+)+b",
    r"(a|a)*b",
    r"(a?){50}a{50}",
    r"(?:a{1,50}){1,50}b",
    r"\d*\d*\d*\d*\d*\d*x",
    r".*.*.*.*.*=",
    r"(a+)?(a+)?(a+)?(a+)?b",
    r"(?i:a+)+b",
    r"^(?:\w+\s?)*$",
    r"([A-Za-z0-9]+[-_ ]?)+!",
    r"(\w{0,20}){10}!",
    r"(c)(?(1)a|b)",
)
QUICK = (
    r"0\d{1,4}-\d{1,4}-\d{4}",
    r"[^\s0-9]{1,5} ?[0-9A-Z]{1,3} ?[ぁ-んA-Z] ?[・.]{0,3}[0-9]{1,2}-?[0-9]{0,2}",
    r"[\w.]+@[\w.]+",
    r"(cat|dog)*x",
    r"([0-9]{1,3})(,[0-9]{3})*",
    r"(\d{3}-?)?\d+",
    r".*=.*",
    r"(?>a+)b++c",
    r"(a)\1?(?=b)(?!c)\b.",
    "",
)


@pytest.mark.parametrize("pattern", SLOW)
def test_what_some_text_keeps_busy_is_found(pattern: str) -> None:
    assert not is_quick(pattern)


@pytest.mark.parametrize("pattern", QUICK)
def test_what_never_goes_back_far_is_quick(pattern: str) -> None:
    assert is_quick(pattern)
    began = time.process_time()
    for text in ("a", "1", "a1", "a ", "1,", "漢", "a.@"):
        re.search(pattern, text * (LENGTH // len(text)) + "\0")
    assert time.process_time() - began < 1


def test_a_pattern_that_is_none_is_told() -> None:
    with pytest.raises(re.error):
        is_quick("(a")


def test_reading_a_long_pattern_is_quick_too() -> None:
    began = time.process_time()
    is_quick("a?" * 250)
    is_quick("(" * 90 + "a" + ")?" * 90)
    assert time.process_time() - began < 2
