"""不在・代理 in one place: who may act for whom, on what basis."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tocho.core.org.models import Absence, Appointment, AppointmentKind
from tocho.modules.decisions.models import Delegation
from tocho.ui.testing import Pages

from .factories import AT, Office, make_office

pytestmark = pytest.mark.django_db
URL = "/desk/standing-in/"


@pytest.fixture
def office() -> Office:
    return make_office()


def delegate(office: Office, giver: str, taker: str, *categories: str) -> Delegation:
    return Delegation.objects.create(
        from_post=office.posts[giver], to_post=office.posts[taker], basis=f"規則第{len(categories)}条",
        categories=list(categories), starts_on=date(2020, 4, 1), registered_by=office.chief, registered_at=AT,
    )  # fmt: skip


def test_standing_in_names_deputies_with_their_order_and_article(page: Pages, office: Office) -> None:
    shown = page.get(URL, user=office.chief, queries=16)
    assert "deputy" in shown
    assert "証明" in shown
    assert "別表" in shown
    assert "代決はありません" in page.get(URL, user=office.drafter)


def test_standing_in_shows_who_holds_the_post_besides(page: Pages, office: Office) -> None:
    Appointment.objects.create(
        user=office.stranger, post=office.posts["chief"], kind=AppointmentKind.PROXY, sole=False,
        basis="地方自治法第152条", starts_on=date(2020, 4, 1),
    )  # fmt: skip
    assert "地方自治法第152条" in page.get(URL, user=office.chief)
    assert f"/desk/decisions/inbox/?post={office.posts['chief'].id}" in page.get(URL, user=office.stranger).html


def test_standing_in_shows_delegations_and_their_conflicts(page: Pages, office: Office) -> None:
    delegate(office, "chief", "deputy", "certificate")
    delegate(office, "chief", "stranger")
    shown = page.get(URL, user=office.chief)
    assert "範囲が重なっています" in shown
    assert "すべての事案" in shown
    received = page.get(URL, user=office.deputy)
    assert "規則第1条" in received
    assert "範囲が重なっています" not in received


def test_standing_in_takes_an_absence_and_comes_back(page: Pages, office: Office) -> None:
    today = timezone.localdate()
    sent = {"starts_on": today, "ends_on": today + timedelta(days=1), "reason": "leave", "back": URL}
    assert page.post("/desk/absence/", sent, user=office.chief).location == URL
    assert "いまは不在として登録されています" in page.get(URL)
    absence = Absence.objects.get()
    there = f"/desk/absence/{absence.id}/cancel/"
    assert page.post(there, {"back": "//evil.example/desk/"}).location == "/desk/absence/"


def test_standing_in_is_for_employees_with_a_post(page: Pages, office: Office) -> None:
    assert "/accounts/login/" in page.get(URL).location
    office.posts["stranger"].appointments.all().delete()
    assert page.get(URL, user=office.stranger).status == 403
    assert page.post(URL, {}, user=office.chief).status == 405
