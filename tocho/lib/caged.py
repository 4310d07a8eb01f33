"""A script of ours in a process of its own, with bounds of time and memory and no way to the network; or a program.

For what strangers' files are fed to: a few bytes can ask a library for more memory than the machine has, and then the
whole process is gone, not only the request.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

BOUNDED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
sys.path.insert(0, sys.argv[3])
runpy.run_path(sys.argv[2], run_name="__main__")
"""
ENDED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
os.execv(sys.argv[3], sys.argv[3:])
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


def run_program(command: Sequence[str], order: bytes, *, seconds: float, memory: int, most: int) -> bytes:
    """What a program of the machine writes when it reads ``order``, at most ``most`` bytes of it; what it has written
    before it fails counts, too.

    :param command: its path first. :param seconds: of wall clock. :param memory: bytes of address space.
    :raises DiedError: it took too long, or wrote nothing and failed.
    """
    bounded = [sys.executable, "-I", "-c", ENDED, str(memory), str(most), *command]
    with tempfile.TemporaryFile() as written:
        try:
            done = subprocess.run(
                bounded, input=order, stdout=written, stderr=subprocess.DEVNULL, timeout=seconds, env={}, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise DiedError(is_late=True) from error
        written.seek(0)
        said = written.read(most)
    if done.returncode and not said:
        raise DiedError(is_late=False)
    return said
