"""What real browsers and killed processes have in common."""

from pathlib import Path

import pytest

TWICE = [Path(__file__).with_name(name) for name in ("journeys", "kills")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One second try for what a machine in trouble may break from outside; the summary names it as RERUN."""
    for item in items:
        if any(folder in Path(item.path).parents for folder in TWICE):
            item.add_marker(pytest.mark.flaky(reruns=1))
