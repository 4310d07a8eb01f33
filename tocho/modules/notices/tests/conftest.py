from pathlib import Path

import pytest
from django.core.cache import caches
from pytest_django import Settings

from tocho.engines.documents import certificates
from tocho.modules.notices.tests.factories import AT


@pytest.fixture(scope="session")
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    certificates.make(at=AT, into=folder)
    return folder


@pytest.fixture(autouse=True)
def signing(settings: Settings, certificate_folder: Path) -> None:
    """Certificates of the tests' own, and nobody has guessed codes yet."""
    settings.CERTIFICATES_DIR, settings.PKCS11_MODULE, settings.TIMESTAMP_URL = certificate_folder, "", ""
    caches["process"].clear()
