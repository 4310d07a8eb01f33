"""職務代理 and 事務取扱 are entered by personnel, with their basis and dates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tocho.core.org.models import Appointment, AppointmentKind, Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.ui.testing import Pages

pytestmark = pytest.mark.django_db
URL = "/desk/appointments/"


@pytest.fixture
def people() -> dict[str, object]:
    unit = make_unit("T-01-01", "人事部", parent=make_unit("T-01", "総務局"))
    make_post(make_unit("T-02", "主税局"), "局長", Rank.BUREAU_CHIEF)
    return {
        "clerk": make_officer("clerk", make_post(unit, "主事", serves_as="personnel"), "山田 花子"),
        "chief": make_officer("chief", make_post(unit, "部長", Rank.DIVISION_CHIEF), "鈴木 一郎"),
        "section": make_officer("section", make_post(unit, "課長", Rank.SECTION_CHIEF), "田中 次郎"),
    }


def form(**other: object) -> dict[str, object]:
    today = timezone.localdate()
    given = {"kind": 4, "office": "総務局 人事部", "title": "部長", "person": "田中 次郎", "basis": "地方自治法第152条"}
    return {**given, "starts_on": today, "last_on": today + timedelta(days=6), **other}


def test_appointment_list_appoints_a_proxy(page: Pages, people: dict[str, object]) -> None:
    assert page.get(URL, user=people["clerk"]).h1 == "職務代理・事務取扱の発令"
    assert page.post(URL, form()).location == URL
    made = Appointment.objects.get(kind=AppointmentKind.PROXY)
    assert (made.user_id, made.basis) == (people["section"].id, "地方自治法第152条")  # type: ignore[attr-defined]
    assert "田中 次郎" in page.get(URL, queries=12)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"basis": ""}, "根拠"),
        ({"person": "だれか"}, "という職員は見つかりません"),
        ({"title": "次長"}, "という職は見つかりません"),
        ({"starts_on": "2020-01-01"}, "過ぎた日からの発令は登録できません"),
        ({"person": "山田 花子"}, "自分への発令は"),
        ({"kind": 3}, "在任者がいます"),
        ({"office": "主税局", "title": "局長"}, "自分の局の職だけです"),
    ],
)
def test_appointment_list_says_what_is_wrong(
    page: Pages, people: dict[str, object], other: dict[str, object], words: str
) -> None:
    answer = page.post(URL, form(**other), user=people["clerk"])
    assert answer.status == 422
    assert words in answer


def test_appointment_is_ended(page: Pages, people: dict[str, object]) -> None:
    page.post(URL, form(last_on=""), user=people["clerk"])
    made = Appointment.objects.get(kind=AppointmentKind.PROXY)
    assert page.post(f"{URL}{made.id}/end/").location == URL
    made.refresh_from_db()
    assert made.ends_on == timezone.localdate() + timedelta(days=1)
    main = Appointment.objects.get(user_id=people["chief"].id)  # type: ignore[attr-defined]
    assert page.post(f"{URL}{main.id}/end/").status == 404


def test_appointments_are_for_personnel(page: Pages, people: dict[str, object]) -> None:
    assert "/accounts/login/" in page.get(URL).location
    assert page.get(URL, user=people["chief"]).status == 403
    assert page.post(f"{URL}1/end/", {}).status == 403
    assert page.get(f"{URL}1/end/", user=people["clerk"]).status == 405
