"""The sample city's cases: as far as their stories go, once."""

from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.journeys.city import build_city
from tocho.core.accounts.models import User
from tocho.modules.procedures.models import Application

pytestmark = pytest.mark.django_db


def test_load_cases_tells_every_story_once(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    build_city()
    for username in ("hanako", "matsumoto", "sakura"):
        User.objects.create(username=username, display_name=username)
    for _ in range(2):
        call_command("load_cases", verbosity=0)
    assert Counter(Application.objects.values_list("state", flat=True)) == {
        "decision_pending": 4, "examining": 3, "correction": 1, "fee_due": 1, "withdrawn": 1,
    }  # fmt: skip
    call_command("load_decisions", verbosity=0)
    outcomes = Application.objects.exclude(outcome="").order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["approve", "approve", "reject"]
    assert not Application.objects.filter(submitted_at__gt=timezone.now()).exists()
