"""Pure decisions: why a job failed, in a word that names nobody."""

import traceback
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error as DatabaseError
from django.db import IntegrityError
from procrastinate.exceptions import TaskNotFound

from tocho.lib.errors import Refused

from .models import JobFailure

ROOT = Path(__file__).resolve().parents[3]
Cause = JobFailure.Cause


def cause_of(error: BaseException) -> JobFailure.Cause:
    """Why a job failed; an error that another one led to is judged by that one when it says no more itself."""
    kinds: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], JobFailure.Cause], ...] = (
        (TaskNotFound, Cause.UNKNOWN_JOB),
        (Refused, Cause.REFUSED),
        (ObjectDoesNotExist, Cause.GONE),
        (IntegrityError, Cause.PROGRAM),
        (DatabaseError, Cause.DATABASE),
        (OSError, Cause.CONNECTION),
    )
    one: BaseException | None = error
    while one is not None:
        for kind, cause in kinds:
            if isinstance(one, kind):
                return cause
        one = one.__cause__
    return Cause.PROGRAM


def place_of(error: BaseException) -> str:
    """The kind of an error and the last place in our own program, without its words: they may name a person."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT / "tocho")]
    name = type(error).__name__
    if not own:
        return name
    return f"{name} at {Path(own[-1].filename).relative_to(ROOT)}:{own[-1].lineno}"[:200]
