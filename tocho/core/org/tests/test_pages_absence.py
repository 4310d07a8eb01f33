from datetime import date, timedelta

import pytest
from django.utils import timezone

from tocho.core.accounts.models import UserKind
from tocho.core.org.models import Absence
from tocho.core.org.tests.factories import make_user
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
URL = "/desk/absence/"


def form(first: date, last: date, **extra: str) -> dict[str, str]:
    return {"starts_on": first.isoformat(), "ends_on": last.isoformat(), "reason": "leave", **extra}


def make_absence(username: str = "ito", *, hours_until: int = 24) -> Absence:
    start = timezone.now() + timedelta(hours=hours_until)
    return Absence.objects.create(
        user=make_user(username), starts_at=start, ends_at=start + timedelta(hours=48), reason="leave"
    )


def test_absence_list_registers_whole_days(page: Pages) -> None:
    user, today = make_user("sato"), timezone.localdate()
    assert page.get(URL, user=user).h1 == "不在の登録"
    assert page.post(URL, form(today, today + timedelta(days=1))).location == URL
    absence = Absence.objects.get(user=user)
    assert absence.ends_at - absence.starts_at == timedelta(days=2)
    assert timezone.localtime(absence.starts_at).date() == today
    shown = page.get(URL, queries=10)
    assert "休暇" in shown
    assert "不在を登録しました" in shown


def test_absence_list_keeps_what_was_typed_and_says_what_is_wrong(page: Pages) -> None:
    user, today = make_user("sato"), timezone.localdate()
    backwards = page.post(URL, form(today + timedelta(days=3), today), user=user)
    assert backwards.status == 422
    assert "終わりの日時は" in backwards
    assert backwards.fields["starts_on"] == (today + timedelta(days=3)).isoformat()
    assert page.post(URL, {"starts_on": "", "ends_on": "昨日", "reason": "leave"}).status == 422
    assert not Absence.objects.exists()


def test_absence_cancel_gives_up_the_own_absence(page: Pages) -> None:
    absence = make_absence()
    assert page.post(f"{URL}{absence.id}/cancel/", user=absence.user).location == URL
    absence.refresh_from_db()
    assert absence.cancelled_at is not None
    assert "登録はありません" in page.get(URL)


def test_absence_cancel_does_not_know_those_of_others(page: Pages) -> None:
    absence = make_absence()
    assert page.post(f"{URL}{absence.id}/cancel/", user=make_user("sato")).status == 404
    assert page.post(f"{URL}999/cancel/").status == 404
    assert page.get(f"{URL}{absence.id}/cancel/").status == 405


def test_absence_list_is_for_employees(page: Pages) -> None:
    assert page.get(URL).location.startswith("/accounts/login/")
    assert page.get(URL, user=make_user("hanako", kind=UserKind.RESIDENT)).status == 403
