"""A script has bounds, knows our own parts and reaches nobody."""

import sys
from pathlib import Path

import pytest

from tocho.lib.caged import DiedError, run_caged, run_program


def run(tmp_path: Path, text: str, seconds: float = 20) -> bytes:
    script = tmp_path / "script.py"
    script.write_text(text, encoding="utf-8")
    return run_caged(script, b"x", seconds=seconds, memory=500_000_000)


def test_it_answers_what_it_reads(tmp_path: Path) -> None:
    assert run(tmp_path, "import sys, tocho.lib; print(sys.stdin.read())") == b"x\n"


def test_it_has_no_secrets_and_no_network(tmp_path: Path) -> None:
    seen = run(tmp_path, "import os; print(sorted(os.environ), os.environ['https_proxy'])").decode()
    assert "SECRET_KEY" not in seen
    assert "127.0.0.1:9" in seen


@pytest.mark.parametrize("text", ["x = bytearray(10**9)", "raise SystemExit(1)", "import os; os.abort()"])
def test_without_an_answer_it_has_died(tmp_path: Path, text: str) -> None:
    with pytest.raises(DiedError) as died:
        run(tmp_path, text)
    assert not died.value.is_late


def test_a_script_without_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(DiedError) as died:
        run(tmp_path, "while True: pass", seconds=0.5)
    assert died.value.is_late


def program(text: str, *, seconds: float = 20, most: int = 1000) -> bytes:
    command = [sys.executable, "-I", "-c", text]
    return run_program(command, b"x", seconds=seconds, memory=500_000_000, most=most)


def test_a_program_answers_what_it_reads() -> None:
    assert program("import sys; print(sys.stdin.read())") == b"x\n"


def test_a_program_says_no_more_than_it_may() -> None:
    assert len(program("print('a' * 10**7)")) <= 1000


@pytest.mark.parametrize("text", ["x = bytearray(10**9)", "raise SystemExit(1)"])
def test_a_program_that_says_nothing_has_died(text: str) -> None:
    with pytest.raises(DiedError) as died:
        program(text)
    assert not died.value.is_late


def test_a_program_without_end_is_ended() -> None:
    with pytest.raises(DiedError) as died:
        program("while True: pass", seconds=0.5)
    assert died.value.is_late
