import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tocho.core.ledger.api import SYSTEM
from tocho.modules.events import actions
from tocho.modules.events.models import Event


class Command(BaseCommand):
    help = "Load the sample city's events from city/events; one that is there already is left alone."

    def handle(self, *args: object, **options: object) -> None:
        made = 0
        for path in sorted(Path(settings.BASE_DIR, "city", "events").glob("*.toml")):
            entry = tomllib.loads(path.read_text(encoding="utf-8"))
            if not Event.objects.filter(key=entry["key"]).exists():
                _load(entry)
                made += 1
        self.stdout.write(f"催しを {made} 件読み込みました")


@transaction.atomic
def _load(entry: dict[str, Any]) -> None:
    """``days`` from today it begins; a past one is published before it began, held, and its recording shown."""
    key, days, hours = entry.pop("key"), entry.pop("days"), entry.pop("hours")
    counted, recording = entry.pop("counted", None), entry.pop("recording", None)
    day = timezone.localdate() + timedelta(days=days)
    starts_at, ends_at = (_moment(day, clock) for clock in hours)
    said = actions.Particulars(**entry, starts_at=starts_at, ends_at=ends_at)
    at = min(datetime.now(UTC), starts_at - timedelta(days=14))
    event = actions.create_event(particulars=said, key=key, actor=SYSTEM, at=at)
    actions.publish_event(event_id=event.id, actor=SYSTEM, at=at)
    after = ends_at + timedelta(hours=1)
    if counted:
        actions.count_attendance(event_id=event.id, **counted, actor=SYSTEM, at=after)
    if recording:
        actions.set_recording(
            event_id=event.id, url=recording["url"], for_whom=recording["for"], until=None, actor=SYSTEM, at=after
        )


def _moment(day: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
