import pytest
from django.core.management import call_command

from tocho.modules.events.models import Event

pytestmark = pytest.mark.django_db


def test_the_sample_events_load_once() -> None:
    for _twice in range(2):
        call_command("load_events", verbosity=0)
    states = sorted(Event.objects.values_list("state", flat=True))
    assert states == ["held", "published", "published", "published", "published"]
