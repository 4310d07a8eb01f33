import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    caches["process"].clear()
