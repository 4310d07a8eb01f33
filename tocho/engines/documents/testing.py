"""Fixtures: certificates for every test, and for the processes that a test starts."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

MADE_AT = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session", autouse=True)
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The test run's own CA and signing certificates, valid from 2020 on; keys in files, no timestamps."""
    from tocho.engines.documents import certificates

    folder = tmp_path_factory.mktemp("certificates")
    certificates.make(at=MADE_AT, into=folder, years=30)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"CERTIFICATES_DIR": folder, "PKCS11_MODULE": "", "TIMESTAMP_URL": ""}.items():
            patch.setattr(settings, name, value)
            patch.setitem(os.environ, name, str(value))
        yield folder
