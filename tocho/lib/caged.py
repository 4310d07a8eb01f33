"""A script of ours in a process of its own, with bounds of time and memory and no way to the network.

For what strangers' files are fed to: a few bytes can ask a library for more memory than the machine has, and then the
whole process is gone, not only the request.
"""

import subprocess
import sys
from pathlib import Path

BOUNDED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
sys.path.insert(0, sys.argv[3])
runpy.run_path(sys.argv[2], run_name="__main__")
"""
ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "http://127.0.0.1:9"  # the discard port: whoever asks a proxy for the network gets none


class DiedError(Exception):
    """The script gave no answer; ``is_late`` when its time was over, else it failed or asked for too much memory."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__("no answer in time" if is_late else "no answer")
        self.is_late = is_late


def run_caged(script: Path, order: bytes, *, seconds: float, memory: int) -> bytes:
    """What ``script`` writes when it reads ``order``; it may import ``tocho.lib`` and packages, but loads no Django.

    :param seconds: of wall clock. :param memory: bytes of address space.
    :raises DiedError: it failed, took too long or wanted too much memory.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", BOUNDED, str(memory), str(script), str(ROOT)],
            input=order,
            capture_output=True,
            timeout=seconds,
            check=True,
            env={"http_proxy": NOWHERE, "https_proxy": NOWHERE, "all_proxy": NOWHERE, "HOME": "/nonexistent"},
        )
    except subprocess.TimeoutExpired as error:
        raise DiedError(is_late=True) from error
    except subprocess.CalledProcessError as error:
        raise DiedError(is_late=False) from error
    return done.stdout
