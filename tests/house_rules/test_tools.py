"""What ``make run`` says when it cannot: one sentence with what to do, no traceback."""

import sys
from pathlib import Path

import pytest

from tools.database import embedded


def test_a_path_that_the_shell_would_cut_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "my checkout; true" / "postgresql"
    with pytest.raises(SystemExit, match="set TOCHO_VAR to a folder without blanks"), embedded(folder):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="the package looks at the data in another way there")
def test_data_of_another_version_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "postgresql"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(SystemExit, match="expecting version"), embedded(folder):
        pass
    assert (folder / "PG_VERSION").read_text() == "9\n"
