from datetime import UTC, datetime, timedelta
from typing import Any

from tocho.core.ledger.api import SYSTEM
from tocho.modules.decisions.tests.factories import UNIT
from tocho.modules.events import actions
from tocho.modules.events.models import Event, Registration

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def said(*, at: datetime = AT, hours: float = 72, **changes: Any) -> actions.Particulars:
    known = {
        "unit": UNIT,
        "title": "納税の説明会",
        "title_en": "About taxes",
        "summary": "家から聞けます。",
        "starts_at": at + timedelta(hours=hours),
        "ends_at": at + timedelta(hours=hours + 1),
        "live_url": "https://meet.example.org/secret-room",
    }
    return actions.Particulars(**{**known, **changes})


def make_event(*, at: datetime = AT, published: bool = True, hours: float = 72, **changes: Any) -> Event:
    """An event that begins ``hours`` after ``at``; a past one was published long before."""
    when = at if hours > 0 else at - timedelta(days=365)
    event = actions.create_event(particulars=said(at=at, hours=hours, **changes), actor=SYSTEM, at=when)
    return actions.publish_event(event_id=event.id, actor=SYSTEM, at=when) if published else event


def wish(once: str = "one", **changes: Any) -> actions.Request:
    known = {
        "name": f"はなこ{once}",
        "email": f"{once}@example.jp",
        "organisation": "",
        "people": 1,
        "answer": "",
        "language": "ja",
        "once": once,
    }
    return actions.Request(**{**known, **changes})


def join(
    event: Event, once: str = "one", *, at: datetime = AT, user_id: int | None = None, **changes: Any
) -> Registration:
    made = actions.register(event_id=event.id, request=wish(once, **changes), user_id=user_id, at=at)
    return made.registration
