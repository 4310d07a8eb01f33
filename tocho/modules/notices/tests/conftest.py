import shutil
from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def own_certificates(tmp_path: Path, certificate_folder: Path, settings: Settings) -> None:
    """A copy of the certificates, whose revocation list the test may change."""
    shutil.copytree(certificate_folder, tmp_path / "own")
    settings.CERTIFICATES_DIR = tmp_path / "own"
