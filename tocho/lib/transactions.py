"""One act, one transaction."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


def one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Decorator of an action that others build on: it has a transaction of its own, or joins the one of its caller.

    ``transaction.atomic`` would set a savepoint in the caller's, two statements more. Without it the whole transaction
    stands or falls together: a caller that catches an error of the action cannot go on in it (Django refuses).
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # A test's own transaction is no caller: there the action must be undone alone.
        alone = not connection.atomic_blocks or connection.atomic_blocks[-1]._from_testcase  # type: ignore[attr-defined]
        with transaction.atomic(savepoint=alone):
            return act(*args, **kwargs)

    return run
