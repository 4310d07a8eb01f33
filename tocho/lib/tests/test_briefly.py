import pytest

from tocho.lib import briefly as module
from tocho.lib.briefly import briefly, forget


def test_an_answer_is_kept_for_a_minute_for_each_value(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = [0.0], []
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])

    @briefly
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [double(1), double(1), double(2)] == [2, 2, 4]
    clock[0] = 61.0
    assert double(1) == 2
    assert asked == [1, 2, 1]
    forget()
    double(1)
    assert asked == [1, 2, 1, 1]
