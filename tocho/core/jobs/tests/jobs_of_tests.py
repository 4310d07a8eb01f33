"""Jobs for the worker processes that the tests start and kill; each writes what it does to a file."""

import time
from pathlib import Path

from tocho.core.jobs.api import job, periodic


@job(name="test.write_slowly")
def write_slowly(*, path: str, until: str = "/", seconds: float = 0) -> None:
    """Lasts until a file is there, and some seconds more."""
    with Path(path).open("a") as file:
        file.write("began\n")
        file.flush()
        while not Path(until).exists():
            time.sleep(0.02)
        time.sleep(seconds)
        file.write("ended\n")


@job(name="test.fail", retry=False)
def fail() -> None:
    raise ValueError("on purpose")


@job(name="test.count_down")
def count_down(*, number: int) -> None:
    if number:
        count_down.defer(number=number - 1)


@periodic(name="test.tick", cron="* * * * * *")
def tick(timestamp: int) -> None:
    pass
