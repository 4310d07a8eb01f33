"""Imported by the workers of ``test_background``: hardly any clock of their own, offices that are open, and, where
``HOLD`` says so (``process.migrate:3``: the third call), an act that ends only with the worker.
"""

import os
import time
from typing import Any

from tocho.core.calendar import api as calendar
from tocho.core.jobs.api import app
from tocho.core.notify import api as notify
from tocho.engines.process import api as process
from tocho.modules.decisions.actions import trials

PLACES = {"notify": notify, "process": process, "trials": trials}
trials.PIECE = int(os.environ.get("PIECE", trials.PIECE))


def hold(place: Any, name: str, number: int) -> None:
    """Let the call with this number do its work, say so, and never return."""
    act, calls = getattr(place, name), 0

    def held(*given: Any, **more: Any) -> Any:
        nonlocal calls
        found = act(*given, **more)
        calls += 1
        if calls == number:
            print("half way", flush=True)
            time.sleep(3600)
        return found

    setattr(place, name, held)


clocks = app.periodic_registry.periodic_tasks
for key in [key for key, clock in clocks.items() if clock.task.name != "jobs.prune"]:  # the worker needs one
    del clocks[key]
calendar.is_office_hour = lambda at: True
if wanted := os.environ.get("HOLD"):
    path, _, times = wanted.partition(":")
    module, _, verb = path.partition(".")
    hold(PLACES[module], verb, int(times))
