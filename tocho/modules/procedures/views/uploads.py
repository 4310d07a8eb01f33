from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from tocho.core.files import api as files
from tocho.core.ledger.api import Actor


def keep_upload(request: HttpRequest, *, at: datetime) -> Callable[..., dict[str, Any]]:
    """The function by which a form keeps what this person uploads."""
    return files.keeper(by=Actor(user_id=request.user.pk), at=at)
