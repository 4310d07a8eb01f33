"""Fixtures: certificates for every test, and for the processes that a test starts."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import Settings

MADE_AT = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session", autouse=True)
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The test run's own CA and signing certificates, valid from 2020 on; keys in files, no timestamps."""
    from tocho.engines.documents import issuing

    folder = tmp_path_factory.mktemp("certificates")
    issuing.make(at=MADE_AT, into=folder, years=30)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"CERTIFICATES_DIR": folder, "PKCS11_MODULE": "", "TIMESTAMP_URL": ""}.items():
            patch.setattr(settings, name, value)
            patch.setitem(os.environ, name, str(value))
        yield folder


@pytest.fixture(scope="session")
def timestamp_url(certificate_folder: Path) -> Iterator[str]:
    """Address of the timestamp authority ``doubles.tsa`` as a process; its certificate is ``timestamp.pem``."""
    command = [sys.executable, "-m", "doubles.tsa", "--port", "0", "--folder", str(certificate_folder)]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the timestamp authority did not start"
        yield url
        process.kill()


@pytest.fixture
def stamps(timestamp_url: str, settings: Settings) -> str:
    """Timestamps are configured; the address of the authority."""
    settings.TIMESTAMP_URL = timestamp_url
    return timestamp_url
