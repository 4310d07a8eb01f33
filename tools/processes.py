"""Starts child processes together, waits for any to end, and leaves none behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from types import FrameType

PRCTL = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


class Processes:
    """A group of children: ``start`` each, ``wait`` for the first to end or a signal, ``stop`` them all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a child in a process group of its own, so that a Ctrl-C reaches it through us, in order.

        Only what it says on stderr is shown: warnings and errors.
        """
        quiet = subprocess.DEVNULL
        with_us = _end_with_parent if PRCTL else None
        self.children[name] = subprocess.Popen(
            command, env=self.environment, start_new_session=True, stdout=quiet, preexec_fn=with_us
        )

    def wait(self) -> str | None:
        """Until a signal (None) or until a child ends by itself (its name)."""
        while not self.stopping:
            for name, child in self.children.items():
                if child.poll() is not None:
                    return name
            time.sleep(0.2)
        return None

    def stop(self, patience: float = 10) -> None:
        """Ask all children to end, last started first; kill the groups of those that do not."""
        for child in reversed(self.children.values()):
            _signal_group(child, signal.SIGTERM)
        until = time.monotonic() + patience
        for child in self.children.values():
            try:
                child.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                _signal_group(child, signal.SIGKILL)
                child.wait()


def _end_with_parent() -> None:
    """In the child: ask the kernel (of Linux) to end it when we are killed and cannot do it ourselves."""
    if PRCTL:
        PRCTL(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


def wait_for(url: str, *, seconds: float = 30) -> None:
    """Until the address answers; exit with a clear sentence when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{url} did not answer within {seconds:.0f} seconds; see the messages above")
