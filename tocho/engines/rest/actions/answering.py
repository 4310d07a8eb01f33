from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ..models import Answered
from ..rules import ANSWERED_DAYS

Answer = tuple[int, dict[str, Any]]


class KeyUsedOtherwiseError(Exception):
    """The idempotency key came before with another request."""


@transaction.atomic
def answer_once(*, token_id: int, key: str, digest: bytes, act: Callable[[], Answer], at: datetime) -> Answer:
    """Do an act once for each key and give the same answer ever after.

    The key's row is written first, in the transaction of the act: of two requests at the same time the second waits
    here for the first and then reads its answer. An act that is refused leaves no row, so that it may be tried again
    once mended (draft-ietf-httpapi-idempotency-key-header).

    :raises KeyUsedOtherwiseError: the key came before with another path or body.
    """
    fresh = Answered(token_id=token_id, key=key, request_digest=digest, answered_at=at)
    Answered.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Answered.objects.select_for_update().get(token_id=token_id, key=key)
    if bytes(row.request_digest) != digest:
        raise KeyUsedOtherwiseError(key)
    if row.status:
        return row.status, row.body
    row.status, row.body = act()
    row.save(update_fields=["status", "body"])
    return row.status, row.body


def forget_answers(*, at: datetime) -> int:
    """Forget answers past their days; returns how many."""
    return Answered.objects.filter(answered_at__lt=at - timedelta(days=ANSWERED_DAYS)).delete()[0]
