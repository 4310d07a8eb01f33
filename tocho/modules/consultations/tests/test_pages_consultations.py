import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from icalendar import Calendar

from tocho.core.files.models import StoredFile
from tocho.core.ledger import api as ledger
from tocho.modules.consultations import actions
from tocho.modules.consultations.models import Consultation, Theme
from tocho.modules.consultations.permissions import token_of
from tocho.modules.decisions.tests.factories import Office, make_office
from tocho.ui.testing import Pages

from .factories import book, make_slot, make_theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def theme(office: Office) -> Theme:
    return make_theme()


@pytest.fixture
def booked(theme: Theme) -> Consultation:
    now = timezone.now()
    return book(theme, make_slot(at=now), at=now)


def test_anybody_books_a_talk_and_comes_back_by_the_link(page: Pages, theme: Theme) -> None:
    slot = make_slot(at=timezone.now())
    assert "いちばん早い空き" in page.get("/consultations/", queries=8)
    url = "/consultations/book/nozei/"
    form = page.get(url, queries=8)
    assert page.post(url, {**form.fields, "slot": str(slot.id), "way": "chat"}).status == 422
    given = {**form.fields, "slot": str(slot.id), "way": "chat", "email": "a@example.jp", "topic": "a"}
    made = page.post(url, given)
    seen = page.get(made.location, queries=12)
    assert "予約済み" in seen
    assert page.post(url, given).location == made.location or Consultation.objects.count() == 1


def test_a_full_theme_says_so(page: Pages, theme: Theme) -> None:
    assert "いま空いている時間はありません" in page.get("/consultations/book/nozei/")


def test_staff_counselling_is_offered_to_staff_only(page: Pages, office: Office) -> None:
    make_theme("shokuin", audience="staff", title="職員相談")
    assert "職員相談" not in page.get("/consultations/")
    assert page.get("/consultations/book/shokuin/").status == 404
    assert "職員相談" in page.get("/consultations/", user=office.stranger)


def test_the_door_of_the_meeting_opens_in_time(page: Pages, theme: Theme) -> None:
    now = timezone.now()
    soon = book(theme, make_slot(at=now, hours=0.1), at=now)
    later = book(theme, make_slot(at=now, hours=3), at=now)
    assert soon.room in page.get(f"/consultations/{token_of(soon)}/").html
    assert later.room not in page.get(f"/consultations/{token_of(later)}/").html


@pytest.mark.parametrize("path", ["", "change/", "cancel/", "calendar.ics"])
def test_a_forged_link_opens_nothing(page: Pages, booked: Consultation, path: str) -> None:
    assert page.get(f"/consultations/forged/{path}").status == 422


def test_a_person_moves_and_cancels(page: Pages, booked: Consultation) -> None:
    other = make_slot(at=timezone.now(), hours=96)
    url = f"/consultations/{token_of(booked)}/"
    assert page.post(f"{url}change/", {"slot": "0"}).status == 422
    page.post(f"{url}change/", {"slot": str(other.id)})
    assert "取り消しますか" in page.get(f"{url}cancel/")
    page.post(f"{url}cancel/", {})
    assert "取り消しました" in page.get(url)


def test_the_calendar_file_reads_back(page: Pages, booked: Consultation) -> None:
    answer = page.get(f"/consultations/{token_of(booked)}/calendar.ics")
    event = Calendar.from_ical(answer.response.content).walk("VEVENT")[0]
    assert event["summary"] == "都税の相談"
    assert event["dtstart"].dt == booked.starts_at.replace(microsecond=0)


def test_person_and_office_chat(page: Pages, office: Office, booked: Consultation) -> None:
    mine = f"/consultations/{token_of(booked)}/"
    page.post(f"{mine}write/", {"text": "こんにちは", "_once": "1"})
    desk = f"/desk/consultations/{booked.id}/"
    assert "こんにちは" in page.get(desk, user=office.drafter, queries=24)
    page.post(f"{desk}write/", {"text": "どうされましたか", "_once": "2"})
    assert "どうされましたか" in page.get(mine)
    assert page.post(f"{desk}write/", {"text": ""}).status == 422


def test_the_office_finds_takes_and_records(page: Pages, office: Office, theme: Theme) -> None:
    now = timezone.now()
    soon = book(theme, make_slot(at=now, hours=0.1), at=now)
    assert "はなこ" in page.get("/desk/consultations/", user=office.drafter, queries=14)
    page.post(f"/desk/consultations/{soon.id}/take/", {})
    assert "はなこ" in page.get("/desk/consultations/?show=mine")
    page.post(f"/desk/consultations/{soon.id}/", {"was_held": "yes", "record": "案内した"})
    soon.refresh_from_db()
    assert (soon.state, soon.record) == ("held", "案内した")


def test_each_look_is_recorded_and_others_see_nothing(page: Pages, office: Office, booked: Consultation) -> None:
    url = f"/desk/consultations/{booked.id}/"
    for path in ("", "take/", "write/"):
        assert page.post(url + path, {}, user=office.stranger).status == 404
    page.get(url, user=office.drafter)
    last = ledger.entries_of(actions.subject_of(booked))[-1]
    assert (last.kind, last.actor.user_id) == ("consultation.viewed", office.drafter.id)
    assert "当てはまる相談はありません" in page.get("/desk/consultations/", user=office.stranger)


def test_whoever_writes_and_reads_is_named(page: Pages, office: Office, theme: Theme) -> None:
    booked = book(theme, make_slot(at=timezone.now()), at=timezone.now(), user=office.stranger)
    link, desk = f"/consultations/{token_of(booked)}/", f"/desk/consultations/{booked.id}/"
    note = SimpleUploadedFile("a.txt", "別紙\n".encode())
    page.post(f"{link}write/", {"text": "こんにちは", "files": note}, user=office.stranger)
    page.get(desk, user=office.drafter)
    again = SimpleUploadedFile("b.txt", "返事\n".encode())
    assert page.post(f"{desk}write/", {"text": "はい", "files": again}).status == 302
    page.get(link, user=office.stranger)
    by = dict(StoredFile.objects.values_list("name", "stored_by_id"))
    assert by == {"a.txt": office.stranger.id, "b.txt": office.drafter.id}
    said = [(one.kind, one.actor.user_id) for one in _talk(booked) if one.kind == "message.read"]
    assert said == [("message.read", office.drafter.id), ("message.read", office.stranger.id)]


def test_a_confidential_talk_names_the_officer_and_never_the_person(page: Pages, office: Office) -> None:
    theme = make_theme("shokuin", audience="staff", confidential=True)
    slot = make_slot(at=timezone.now(), key="shokuin")
    booked = book(theme, slot, at=timezone.now(), user=office.stranger)
    link, desk = f"/consultations/{token_of(booked)}/", f"/desk/consultations/{booked.id}/"
    note = SimpleUploadedFile("a.txt", "別紙\n".encode())
    page.post(f"{link}write/", {"text": "こんにちは", "files": note}, user=office.stranger)
    page.get(desk, user=office.drafter)
    page.post(f"{desk}write/", {"text": "はい"})
    page.get(link, user=office.stranger)
    page.get(link, htmx=True)
    assert StoredFile.objects.get().stored_by_id is None
    assert office.stranger.id not in [one.actor.user_id for one in _talk(booked)]
    assert office.drafter.id in [one.actor.user_id for one in _talk(booked)]


def _talk(booked: Consultation) -> list[ledger.Entry]:
    return [one for one in ledger.entries_of(actions.subject_of(booked)) if one.kind.startswith("message.")]


def test_the_list_pages_on(page: Pages, office: Office, theme: Theme) -> None:
    now = timezone.now()
    for number in range(52):
        book(theme, make_slot(at=now, hours=24 + number), at=now, once=str(number), email=f"{number}@example.jp")
    first = page.get("/desk/consultations/", user=office.drafter, queries=14)
    following = next(href for words, href in first.links.items() if "after=" in href)
    assert page.get(f"/desk/consultations/{following}" if following.startswith("?") else following).status == 200
    assert page.get("/desk/consultations/?after=x.y").status == 200


def test_two_people_without_the_key_of_the_form_do_not_meet(page: Pages, theme: Theme) -> None:
    slot = make_slot(at=timezone.now(), capacity=2)
    given = {"slot": str(slot.id), "way": "chat", "topic": "a"}
    first = page.post("/consultations/book/nozei/", {**given, "email": "a@example.jp"})
    second = page.post("/consultations/book/nozei/", {**given, "email": "b@example.jp"})
    assert first.location != second.location
    known = Consultation.objects.earliest("id").once
    stolen = page.post("/consultations/book/nozei/", {**given, "email": "c@example.jp", "_once": known})
    assert stolen.status == 422
    assert Consultation.objects.count() == 2
