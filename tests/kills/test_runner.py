"""``make run`` leaves no process behind, not even when it is killed itself."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.kills, pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")]
ROOT = Path(__file__).resolve().parents[2]
RUNNER = """
from tools.processes import Processes
processes = Processes({})
processes.start("child", ["sleep", "60"])
print(processes.children["child"].pid, flush=True)
processes.wait()
"""


def is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_children_end_with_a_killed_runner() -> None:
    runner = subprocess.Popen([sys.executable, "-c", RUNNER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    child = int(runner.stdout.readline())
    assert is_running(child)
    runner.kill()
    runner.wait()
    until = time.monotonic() + 60
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(child)
