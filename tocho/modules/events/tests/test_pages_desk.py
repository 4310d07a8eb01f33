from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.lib.tablefile import read_table
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.events.models import Event, Material
from tocho.ui.testing import Pages

from .factories import join, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def typed(**changes: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=3)
    known = {
        "unit": UNIT,
        "title": "新しい説明会",
        "summary": "話します。",
        "day": day.isoformat(),
        "starts": "14:00",
        "ends": "15:00",
        "way": "online",
        "audience": "public",
        "revision": "0",
        "live_url": "https://meet.example.org/a",
    }
    return {**known, **changes}


def test_an_officer_writes_publishes_and_sees_it(page: Pages, office: Office) -> None:
    assert "催しはまだありません" in page.get("/desk/events/", user=office.drafter, queries=12)
    assert page.get("/desk/events/new/").status == 200
    for wrong in ({"ends": "13:00"}, {"way": "onsite"}, {"live_url": "javascript:1"}, {"unit": "T-01-01-02"}):
        assert page.post("/desk/events/new/", typed(**wrong)).status == 422
    made = page.post("/desk/events/new/", typed(capacity="２０"))
    assert "下書き" in page.get(made.location, queries=16)
    assert "公開しますか" in page.get(f"{made.location}publish/")
    page.post(f"{made.location}publish/", {})
    event = Event.objects.get()
    assert (event.state, event.capacity) == ("published", 20)
    assert "新しい説明会" in page.get("/desk/events/", queries=14)


def test_an_edit_on_an_old_page_keeps_what_was_typed(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now(), published=False)
    url = f"/desk/events/{event.id}/edit/"
    form = page.get(url, user=office.drafter)
    assert form.fields["title"] == event.title
    assert page.post(url, typed(title="一人目")).status == 302
    late = page.post(url, typed(title="二人目"))
    assert late.status == 422
    assert "二人目" in late.html
    assert "ほかの職員が先に直しました" in late


def test_other_offices_find_nothing(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now())
    paths = ("", "edit/", "publish/", "cancel/", "attendance/", "recording/", "people/", "people.csv")
    for path in paths:
        assert page.get(f"/desk/events/{event.id}/{path}", user=office.stranger).status == 404
        assert Client().get(f"/desk/events/{event.id}/{path}").headers["Location"].startswith("/accounts/login")
    for path in ("materials/", "materials/1/", "publish/", "cancel/"):
        assert page.post(f"/desk/events/{event.id}/{path}", {}, user=office.stranger).status == 404
    assert page.get(f"/desk/events/{event.id}/materials/", user=office.drafter).status == 405
    assert page.get(f"/desk/events/{2**70}/", user=office.drafter).status == 404


def test_each_look_at_who_registered_is_recorded(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now(), question="質問")
    join(event, "a", at=timezone.now(), answer="=1+1")
    url = f"/desk/events/{event.id}/people"
    assert "a@example.jp" in page.get(f"{url}/", user=office.drafter, queries=16)
    assert "当てはまる人はいません" in page.get(f"{url}/?q=いない&show=waiting")
    page.get(f"{url}.csv")
    kinds = [(one.kind, one.actor.user_id) for one in ledger.entries_of(Subject("event", event.id))[-3:]]
    me = office.drafter.id
    assert kinds == [("event.people_viewed", me), ("event.people_viewed", me), ("event.people_exported", me)]


def test_the_list_is_taken_away_in_three_forms(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now())
    join(event, "a", at=timezone.now(), name="髙橋 はな", answer="=1+1")
    url = f"/desk/events/{event.id}/people"
    for query, encoding in ((".csv", "utf-8"), (".csv?encoding=cp932", "cp932"), (".xlsx", "xlsx")):
        content = b"".join(page.get(url + query, user=office.drafter).response.streaming_content)
        table = read_table(BytesIO(content).read())
        assert table.encoding == encoding
        assert "髙橋 はな" in table.rows[1]
    assert page.get(f"{url}.pdf").status == 404


def test_after_the_event_the_office_counts_and_shows_the_recording(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now(), hours=-3)
    url = f"/desk/events/{event.id}/"
    assert page.post(f"{url}attendance/", {"online": "x", "onsite": "1"}, user=office.drafter).status == 422
    page.post(f"{url}attendance/", {"online": "30", "onsite": "4"})
    page.post(f"{url}recording/", {"url": "https://video.example.org/1", "for_whom": "public", "until": ""})
    event.refresh_from_db()
    assert (event.state, event.online_count, event.onsite_count) == ("held", 30, 4)
    assert "34" in page.get(url)
    assert page.get(f"{url}recording/").status == 200
    assert page.get(f"{url}edit/").status == 403


def test_handouts_are_added_and_taken_away(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now())
    url = f"/desk/events/{event.id}/materials/"
    upload = SimpleUploadedFile("資料.csv", "あ,い".encode())
    page.post(url, {"file": upload, "is_public": "on"}, user=office.drafter)
    assert "資料.csv" in page.get(f"/desk/events/{event.id}/")
    assert page.post(url, {}).status == 422
    page.post(f"{url}{Material.objects.get().id}/", {})
    assert not Material.objects.filter(removed_at=None).exists()


def test_calling_off_asks_why_first(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now())
    url = f"/desk/events/{event.id}/cancel/"
    assert "中止しますか" in page.get(url, user=office.drafter)
    assert page.post(url, {"reason": ""}).status == 422
    page.post(url, {"reason": "台風のため"})
    assert "台風のため" in page.get(f"/events/{event.id}/")
