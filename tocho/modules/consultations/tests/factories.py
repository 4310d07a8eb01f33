from datetime import UTC, datetime, timedelta
from typing import Any

from tocho.core.accounts.models import User
from tocho.modules.bookings.models import Resource, Slot
from tocho.modules.consultations import actions
from tocho.modules.consultations.models import Consultation, Theme
from tocho.modules.decisions.tests.factories import UNIT

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
QUESTIONS = [
    {
        "key": "topic",
        "type": "choice",
        "label": "何について",
        "required": True,
        "choices": [{"value": "a", "label": "証明"}, {"value": "b", "label": "納付"}],
    }
]


def make_theme(key: str = "nozei", **changes: Any) -> Theme:
    facts = {
        "key": key,
        "title": {"ja": "都税の相談", "en": "Taxes"},
        "summary": "話せます。",
        "unit": UNIT,
        "resource": key,
        "questions": QUESTIONS,
        "procedures": ["mihon"],
        **changes,
    }
    return Theme.objects.create(key=key, unit=UNIT, audience=facts.get("audience", "public"), facts=facts)


def make_slot(*, at: datetime = AT, hours: float = 48, capacity: int = 1, key: str = "nozei") -> Slot:
    resource, _made = Resource.objects.get_or_create(
        key=key, defaults={"kind": "consultations", "name": "相談", "unit": UNIT}
    )
    starts_at = at + timedelta(hours=hours)
    return Slot.objects.create(
        resource=resource, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), capacity=capacity, people=1
    )


def asked(slot: Slot, **changes: Any) -> actions.Request:
    known = {
        "slot_id": slot.id,
        "way": "meeting",
        "name": "はなこ",
        "email": "hanako@example.jp",
        "phone": "",
        "language": "ja",
        "answers": {"topic": "a"},
        "once": f"once-{slot.id}",
    }
    return actions.Request(**{**known, **changes})  # type: ignore[arg-type]


def book(theme: Theme, slot: Slot, *, user: User | None = None, at: datetime = AT, **changes: Any) -> Consultation:
    return actions.book(theme=theme, request=asked(slot, **changes), user_id=user.id if user else None, at=at)
