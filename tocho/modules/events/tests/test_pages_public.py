from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from icalendar import Calendar

from tocho.core.ledger.api import SYSTEM
from tocho.modules.decisions.tests.factories import Office, make_office
from tocho.modules.events import actions
from tocho.modules.events.models import Event, Registration
from tocho.modules.events.permissions import token_of
from tocho.ui.testing import Pages

from .factories import join, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office() -> Office:
    return make_office()


def show_recording(event: Event, for_whom: str = "public") -> None:
    url, at = "https://video.example.org/1", timezone.now()
    actions.set_recording(event_id=event.id, url=url, for_whom=for_whom, until=None, actor=SYSTEM, at=at)


def test_anybody_finds_registers_and_comes_back_by_the_link(page: Pages) -> None:
    event = make_event(at=timezone.now(), capacity=3, question="質問は")
    assert "納税の説明会" in page.get("/events/", queries=12)
    assert "あと3人" in page.get(f"/events/{event.id}/", queries=12)
    url = f"/events/{event.id}/register/"
    form = page.get(url)
    assert page.post(url, {**form.fields, "name": "はなこ"}).status == 422
    made = page.post(url, {**form.fields, "name": "はなこ", "email": "a@example.jp", "people": "２", "answer": "はい"})
    assert made.location.startswith("/events/my/")
    mine = page.get(made.location, queries=14)
    assert "申し込みました" in mine
    assert "secret-room" not in mine.html


def test_a_form_without_its_key_never_opens_another_persons_registration(page: Pages) -> None:
    event = make_event(at=timezone.now())
    url, given = f"/events/{event.id}/register/", {"people": "1"}
    first = page.post(url, {**given, "name": "あ", "email": "a@example.jp"})
    second = page.post(url, {**given, "name": "い", "email": "b@example.jp"})
    assert first.location != second.location
    known = page.post(url, {**given, "name": "あ", "email": "a@example.jp"})
    assert known.location == f"/events/{event.id}/"


def test_drafts_and_events_for_the_staff_are_not_for_everybody(page: Pages, office: Office) -> None:
    draft, staff = make_event(at=timezone.now(), published=False), make_event(at=timezone.now(), audience="staff")
    for event in (draft, staff):
        for path in ("", "register/", "calendar.ics", "recording/", "files/1/"):
            assert page.get(f"/events/{event.id}/{path}").status == 404
    assert "いま予定されている催しはありません" in page.get("/events/")
    assert page.get(f"/events/{staff.id}/", user=office.stranger).status == 200
    assert page.get(f"/events/{2**70}/").status == 404
    assert page.post("/events/", {}).status == 405


def test_filters_search_past_and_recorded(page: Pages) -> None:
    now = timezone.now()
    make_event(at=now, title="これからの会")
    past = make_event(at=now, hours=-50, title="まえの会")
    assert "これからの会" in page.get("/events/?q=これから")
    assert "当てはまる催しはありません" in page.get("/events/?q=ない言葉&bureau=x&month=1999-01")
    assert "まえの会" in page.get("/events/?show=past")
    assert "まだありません" in page.get("/events/?show=recorded")
    show_recording(past)
    assert "録画あり" in page.get("/events/?show=recorded")
    assert page.get("/events/?month=x&after=1.y").status == 200
    month = timezone.localtime(past.starts_at).strftime("%Y-%m")
    assert "まえの会" in page.get(f"/events/?show=past&month={month}&bureau=T-01")


def test_the_list_pages_on(page: Pages) -> None:
    now = timezone.now()
    for number in range(22):
        make_event(at=now, hours=24 + number, title=f"会{number:02}")
    first = page.get("/events/", queries=12)
    following = next(href for href in first.links.values() if "after=" in href)
    assert "会21" in page.get(f"/events/{following}" if following.startswith("?") else following)
    assert "会00" in first


def test_the_link_opens_in_time_for_who_has_a_place_and_counts_once(page: Pages) -> None:
    now = timezone.now()
    soon, later = make_event(at=now, hours=0.2, capacity=1), make_event(at=now, hours=5)
    mine, waiting, early = join(soon, "a", at=now), join(soon, "b", at=now), join(later, "c", at=now)
    for closed in (waiting, early):
        shut = f"/events/my/{token_of(closed)}/"
        assert page.get(f"{shut}live/").location == shut
    url = f"/events/my/{token_of(mine)}/"
    assert "入り口が開いています" in page.get(url)
    for _twice in range(2):
        answer = page.get(f"{url}live/")
        assert answer.location == "https://meet.example.org/secret-room"
    assert answer.response.headers["Referrer-Policy"] == "no-referrer"
    assert Registration.objects.filter(attended_at__isnull=False).count() == 1


def test_a_recording_for_the_registered_is_for_nobody_else(page: Pages) -> None:
    event = make_event(at=timezone.now(), hours=-2)
    mine = join(event, at=event.starts_at - timedelta(days=1))
    show_recording(event, "registered")
    assert "申し込んだ人が見られます" in page.get(f"/events/{event.id}/")
    assert page.get(f"/events/{event.id}/recording/").status == 404
    for _twice in range(2):
        assert page.get(f"/events/my/{token_of(mine)}/recording/").location == "https://video.example.org/1"
    event.refresh_from_db()
    assert event.recording_views == 1
    show_recording(event)
    assert page.get(f"/events/{event.id}/recording/").status == 302


def test_handouts_are_for_whom_they_are_said_to_be(page: Pages) -> None:
    event = make_event(at=timezone.now())
    mine = join(event, at=timezone.now())
    found = []
    for is_public in (True, False):
        stream = BytesIO(f"資料 {is_public}".encode())
        given = {"name": f"{is_public}.txt", "is_public": is_public, "actor": SYSTEM, "at": timezone.now()}
        found.append(actions.add_material(event_id=event.id, stream=stream, **given).file_id)
    assert [page.get(f"/events/{event.id}/files/{one}/").status for one in found] == [200, 404]
    assert [page.get(f"/events/my/{token_of(mine)}/files/{one}/").status for one in found] == [200, 200]
    assert page.get(f"/events/my/{token_of(mine)}/files/999999/").status == 404


@pytest.mark.parametrize("path", ["", "live/", "recording/", "cancel/", "calendar.ics", "files/1/"])
def test_a_forged_link_opens_nothing(page: Pages, path: str) -> None:
    real = token_of(join(make_event()))
    for token in ("forged", real[:-2], real.replace(real[:4], "0000")):
        assert page.get(f"/events/my/{token}/{path}").status == 422


def test_a_person_cancels_after_confirming(page: Pages) -> None:
    mine = join(make_event(at=timezone.now()), at=timezone.now())
    url = f"/events/my/{token_of(mine)}/"
    assert "取り消しますか" in page.get(f"{url}cancel/")
    page.post(f"{url}cancel/", {})
    assert "取り消されています" in page.get(url)


def test_calendars_read_back_and_hold_what_is_public(page: Pages) -> None:
    now = timezone.now()
    event, staff = make_event(at=now, summary="一、二;三\n四"), make_event(at=now, audience="staff", title="内輪")
    draft = make_event(at=now, published=False, title="まだ")
    feed = Calendar.from_ical(page.get("/events/calendar.ics", queries=6).response.content)
    (entry,) = feed.walk("VEVENT")
    assert (entry["summary"], entry["description"]) == (event.title, event.summary)
    assert entry["dtstart"].dt == event.starts_at.replace(microsecond=0)
    assert {staff.title, draft.title}.isdisjoint({str(one["summary"]) for one in feed.walk("VEVENT")})
    actions.call_off(event_id=event.id, reason="台風", actor=SYSTEM, at=now)
    own = Calendar.from_ical(page.get(f"/events/{event.id}/calendar.ics").response.content).walk("VEVENT")[0]
    assert (own["status"], own["sequence"]) == ("CANCELLED", 1)
    mine = join(make_event(at=now), at=now)
    answer = page.get(f"/events/my/{token_of(mine)}/calendar.ics").response.content
    assert token_of(mine) in str(Calendar.from_ical(answer).walk("VEVENT")[0]["url"])
