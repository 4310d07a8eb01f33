from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tocho.core.jobs.testing import wait_until
from tocho.modules.payments.tests.payer import Double


@pytest.fixture(autouse=True)
def payment_settings(settings: Settings) -> None:
    settings.PAY_SECRET = "a secret of the tests"
    settings.PAY_URL = "http://localhost:8788"


@pytest.fixture
def double(live_server: LiveServer, settings: Settings, tmp_path: Path) -> Iterator[Double]:
    """The real payment double in a process of its own, calling back to a real server."""
    settings.SITE_URL = live_server.url
    with Double(secret=settings.PAY_SECRET, site=live_server.url, folder=tmp_path) as started:
        settings.PAY_URL = started.url
        yield started
        if started.process.poll() is None:  # the flush of the tables must not meet a callback that is being taken
            wait_until(lambda: not started.callbacks())
