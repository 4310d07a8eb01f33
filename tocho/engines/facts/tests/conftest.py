import pytest

from tocho.engines.facts import registry
from tocho.engines.facts.tests.factories import FACTS


@pytest.fixture(autouse=True)
def _facts_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the declarations of the factories are installed, and only during the test."""
    monkeypatch.setattr(registry, "_registry", registry.installed())
    registry.install([FACTS])
