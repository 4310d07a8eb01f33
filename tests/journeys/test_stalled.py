"""A chief looks after what stands still: finds it from the desk, reads what it is, has it tried again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.journeys.city import TAX, City
from tests.journeys.conftest import DESK, PHONE, axe, fits, shot
from tocho.core.accounts.models import User
from tocho.core.jobs.testing import fail_job
from tocho.core.ledger.api import SYSTEM, Subject
from tocho.core.notify.models import Message
from tocho.engines.process import background
from tocho.engines.process.models import Token
from tocho.engines.rest.models import Delivery, Hook
from tocho.modules.payments import actions as paying
from tocho.modules.payments import api as payments
from tocho.modules.payments.providers.base import ProviderRefusedError
from tocho.modules.payments.providers.hosted import HostedPage
from tocho.modules.payments.tests.factories import collected
from tocho.modules.procedures.tests.factories import make_version, submit


@pytest.fixture
def stopped(city: City, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases whose step failed for good, and a refund that the provider refused."""
    settings.PAY_SECRET, settings.PAY_URL = "a secret of the journeys", "http://localhost:8788"

    def refuse(*_given: object, **_more: object) -> None:
        raise ProviderRefusedError("card expired")

    monkeypatch.setattr(HostedPage, "refund", refuse)
    at, version = timezone.now() - timedelta(hours=5), make_version(office=TAX)
    for _case in range(2):
        application = submit(version, kind="free", at=at)
        token_id = Token.objects.get(instance__subject_id=application.id, fate="here").id
        for _attempt in range(background.ATTEMPTS):
            background.record_failure(token_id=token_id, timer_id=None, error=OSError("組版が応答しません"), at=at)
    intent = collected(subject=Subject("application", application.id), unit=TAX, description="見本の申請の手数料")
    refund_id = payments.refund(intent_id=intent.id, amount=400, reason="取下げ", actor=SYSTEM, at=at)
    paying.send_refund(refund_id=refund_id, at=at)


def look(tab: Page, name: str) -> None:
    assert fits(tab)
    axe(tab)
    shot(tab, name)


@pytest.fixture
def machinery(city: City) -> None:
    """A job, a mail and a webhook that were given up."""
    at = timezone.now() - timedelta(hours=7)
    fail_job("notices.seal_notice", error=OSError(), notice_id=12)
    Message.objects.create(
        key="x",
        template="procedures/application_received",
        to_email="hanako@example.jp",
        subject="山田 花子さんへ",
        body="本文",
        state="failed",
        attempts=1,
        last_error="550 <hanako@example.jp>: no such user",
        created_at=at,
        tried_at=at,
    )
    hook = Hook.objects.create(
        user=city.chief,
        url="https://kaikei.example.jp/in",
        secret="whsec_c2VjcmV0",
        kinds=["application.closed"],
        made_at=at,
        ended_at=at,
        ended_because="failing",
    )
    event = {"id": "evt_1", "type": "application.closed"}
    Delivery.objects.create(hook=hook, entry_id=1, event=event, state="failed", tries=8, answer="503", made_at=at)


@pytest.mark.usefixtures("machinery")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_who_runs_the_platform_tends_its_machinery(window: Callable[..., Page], city: City, width: int) -> None:
    tab = window(width=width, user=User.objects.create_superuser("root"))
    tab.goto("/desk/stalled/")
    expect(tab.get_by_text("止まっているもの 3件")).to_be_visible()
    look(tab, "stalled-machinery")
    tab.get_by_role("link", name="【受付番号 …】…の申請を受け付けました").click()
    expect(tab.get_by_text("アドレスがないときは、何度送っても届きません")).to_be_visible()
    look(tab, "stalled-mail")
    tab.get_by_role("button", name="片づける").click()
    tab.get_by_role("dialog").get_by_role("button", name="片づける").click()
    expect(tab.get_by_text("を片づけました")).to_be_visible()
    tab.get_by_role("link", name="通知に電子署名をして届ける").click()
    expect(tab.get_by_role("heading", name="通知に電子署名をして届ける", level=1)).to_be_visible()
    look(tab, "stalled-job")
    tab.get_by_role("button", name="やり直す").click()
    expect(tab.get_by_text("「通知に電子署名をして届ける」をやり直しています")).to_be_visible()
    expect(tab.get_by_text("止まっているもの 1件")).to_be_visible()


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_stands_still_is_found_and_tried_again(window: Callable[..., Page], city: City, width: int) -> None:
    tab = window(width=width, user=city.chief)
    tab.goto("/desk/")
    tab.get_by_role("link", name="止まっているもの 3件").click()
    expect(tab.get_by_role("heading", name="止まっているもの", level=1)).to_be_visible()
    look(tab, "stalled")
    tab.get_by_role("link", name="審査する").first.click()
    expect(tab.get_by_role("heading", name="審査する", level=1)).to_be_visible()
    look(tab, "stalled-detail")
    tab.get_by_role("button", name="やり直す").click()
    expect(tab.get_by_text("「審査する」をやり直しています")).to_be_visible()
    tab.get_by_role("link", name="400円の還付").click()
    expect(tab.get_by_role("heading", name="400円の還付", level=1)).to_be_visible()
    tab.get_by_role("button", name="やり直す").click()
    expect(tab.get_by_text("「400円の還付」をやり直しています")).to_be_visible()
    expect(tab.get_by_role("cell", name="佐藤 恵子")).to_have_count(2)
    look(tab, "stalled-retried")
