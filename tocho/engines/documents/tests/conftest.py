import datetime as dt
import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

AT = dt.datetime(2020, 11, 20, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
SOURCE = '#import "/letter.typ": *\n#show: letter\n#opening()\n#facts(data.rows)\n#verification()'
DATA = {
    "title": "利用承認書",
    "number": "2生文振第88号",
    "issued_on": "2020-11-20",
    "issuer": "東京都知事",
    "profile": "disposition",
    "applicant": {"name": "山田 花子", "address": "東京都新宿区西新宿二丁目8番1号"},
    "rows": [["施設", "会議室A"], ["利用料", "3,200円"]],
}


@pytest.fixture(scope="session")
def plain() -> bytes:
    from tocho.engines.documents.api import render

    return render(SOURCE, DATA)


@pytest.fixture
def own_folder(tmp_path: Path, certificate_folder: Path, settings: Settings) -> Path:
    """A copy of the certificates that the test may change."""
    folder = tmp_path / "own"
    shutil.copytree(certificate_folder, folder)
    settings.CERTIFICATES_DIR = folder
    return folder
