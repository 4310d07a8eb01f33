import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from tocho.core.calendar import api as calendar
from tocho.modules.bookings.models import Resource, Slot


class Command(BaseCommand):
    help = "Load the sample city's rooms and courses with the slots of the coming weeks; adds only what is missing."

    def handle(self, *args: object, **options: object) -> None:
        today = timezone.localdate()
        made = 0
        for path in sorted(Path(settings.BASE_DIR, "city", "bookings").glob("*.toml")):
            for entry in tomllib.loads(path.read_text(encoding="utf-8"))["resource"]:
                made += _load(entry, today)
        self.stdout.write(f"施設と講座の枠を {made} 件加えました")


def _load(entry: dict[str, Any], today: date) -> int:
    resource, _created = Resource.objects.update_or_create(
        key=entry["key"],
        defaults={name: entry[name] for name in ("kind", "name", "place", "unit")},
    )
    slots = [
        Slot(
            resource=resource,
            starts_at=_moment(day, span[0]),
            ends_at=_moment(day, span[1]),
            capacity=entry.get("capacity", 1),
            people=entry["people"],
            online=entry.get("online", False),
        )
        for day in (today + timedelta(days=n) for n in range(1, entry["weeks"] * 7 + 1))
        if day.isoweekday() in entry["weekdays"] and _is_in_use(day, on_holidays=entry.get("holidays", False))
        for span in entry["spans"]
    ]
    before = Slot.objects.filter(resource=resource).count()
    Slot.objects.bulk_create(slots, ignore_conflicts=True)
    return Slot.objects.filter(resource=resource).count() - before


def _is_in_use(day: date, *, on_holidays: bool) -> bool:
    """Weekends are for the resource to say; holidays only where it says so; never at the turn of the year."""
    reason = calendar.closed_reason(day)
    return reason is None or reason.kind == "weekend" or (on_holidays and reason.kind == "holiday")


def _moment(day: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
