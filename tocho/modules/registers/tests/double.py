"""The register of corporate numbers' double as a process, as ``make run`` starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

KNOWN_ID = "Ktest01test01"


@contextmanager
def houjin(*, slow: float = 0.0) -> Iterator[str]:
    """Its address; it knows one application id, ``KNOWN_ID``."""
    command = [sys.executable, "-m", "doubles.houjin", "--port", "0", "--slow", str(slow)]
    environment = {**os.environ, "HOUJIN_BANGOU_ID": KNOWN_ID}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the double did not start"
        yield url
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
