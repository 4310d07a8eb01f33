"""Imported by the worker of ``test_kill``: a handler that writes, says so, and then takes ``SLOW`` seconds."""

import os
import time

from tocho.core.ledger.api import SYSTEM, append
from tocho.engines.process import api


def work(step: api.Step) -> None:
    append(subject=step.subject, kind="test.worked", actor=SYSTEM, at=step.at)
    print("half way", flush=True)  # noqa: T201
    time.sleep(float(os.environ["SLOW"]))


api.install({"test.run": work})
