"""感想: asked once of who came, answered once, seen by the office as counts; what an account leaves behind."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from tocho.core.jobs.testing import RunJobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.notify.models import Message
from tocho.core.org.tests.factories import make_user
from tocho.lib.errors import Refused
from tocho.modules.decisions.tests.factories import Office, make_office
from tocho.modules.events import actions, api, rules
from tocho.modules.events.models import Event, Registration
from tocho.modules.events.permissions import token_of
from tocho.modules.events.views import public
from tocho.modules.improvement.models import Review
from tocho.ui.testing import Pages

from .factories import AT, join, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office() -> Office:
    return make_office()


def asked() -> list[str]:
    return sorted(Message.objects.filter(template="events/survey").values_list("to_email", flat=True))


def test_those_who_came_are_asked_once(run_jobs: RunJobs) -> None:
    event, hall = make_event(), make_event(way="onsite", place="都庁")
    came = join(event, "came")
    join(event, "away")
    join(hall, "hall")
    actions.attend(registration_id=came.id, at=event.starts_at)
    assert actions.ask_opinions(at=event.ends_at) == 0
    for _twice in range(2):
        actions.ask_opinions(at=event.ends_at + rules.ASK_AFTER)
        run_jobs()
    assert asked() == ["came@example.jp", "hall@example.jp"]
    late = make_event()
    join(late, "late")
    assert actions.ask_opinions(at=late.ends_at + rules.ASK_WITHIN) == 0


def test_nobody_is_asked_of_what_was_called_off(run_jobs: RunJobs) -> None:
    event = make_event(way="onsite", place="都庁")
    join(event)
    actions.call_off(event_id=event.id, reason="台風", actor=ledger.SYSTEM, at=AT)
    assert actions.ask_opinions(at=event.ends_at + timedelta(hours=1)) == 0


def test_an_opinion_counts_once_and_names_nobody() -> None:
    user = make_user("hanako", "花子", kind="resident")
    event = make_event()
    mine = join(event, user_id=user.id)
    with pytest.raises(Refused):
        actions.say_opinion(registration=mine, rating=5, words="", at=event.starts_at)
    said = [
        actions.say_opinion(registration=mine, rating=level, words="よかった", at=event.ends_at) for level in (5, 1)
    ]
    assert said == [True, False]
    review = Review.objects.get()
    assert (review.procedure, review.rating, review.unit) == (f"event-{event.id}", 5, event.unit)
    (entry,) = ledger.entries_of(Subject("review", review.id))
    assert (entry.kind, entry.actor.user_id) == ("improvement.event_reviewed", None)
    actions.erase_old(at=event.ends_at + timedelta(days=rules.KEPT_DAYS + 1))
    assert Review.objects.get().words == ""


def test_a_person_answers_by_the_link_and_the_office_sees_counts(page: Pages, office: Office) -> None:
    event = make_event(at=timezone.now(), hours=-2)
    url = f"/events/my/{token_of(join(event, at=event.starts_at - timedelta(days=1)))}/"
    assert "感想をお聞かせください" in page.get(url)
    assert page.post(f"{url}survey/", {"words": "x"}).status == 422
    assert page.post(f"{url}survey/", {"rating": "4", "words": "手話がよかった"}).status == 302
    assert "感想をいただきました" in page.get(f"{url}survey/", queries=10)
    assert "感想をお聞かせください" not in page.get(url)
    desk = page.get(f"/desk/events/{event.id}/", user=office.drafter, queries=16)
    assert "参加した人の感想" in desk
    assert "手話がよかった" in page.get(desk.links["ことばを読む・公開する"])
    assert page.get(f"/desk/improvement/procedures/event-{event.id}/", user=office.stranger).status == 404


def test_before_the_end_nothing_is_asked(page: Pages) -> None:
    mine = join(make_event(at=timezone.now()), at=timezone.now())
    assert "いまは受け付けていません" in page.get(f"/events/my/{token_of(mine)}/survey/")
    assert page.get("/events/my/forged/survey/").status == 422


def test_the_way_in_comes_by_itself(page: Pages) -> None:
    event = make_event(at=timezone.now(), hours=0.5)
    mine = join(event, at=timezone.now())
    url = f"/events/my/{token_of(mine)}/"
    assert 'hx-trigger="every 30s"' in page.get(url)
    now = timezone.now()
    Event.objects.filter(id=event.id).update(starts_at=now + timedelta(minutes=5), live_url="")
    assert "入り口を準備しています" in page.get(url, htmx=True)
    Event.objects.filter(id=event.id).update(live_url="https://meet.example.org/x")
    assert "入り口が開いています" in page.get(url, htmx=True)


def test_one_address_registers_only_so_often(page: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(public, "MOST_REGISTERED", 2)
    monkeypatch.setattr(public, "RATE_SECONDS", 10**9)  # one span until 2033
    url = f"/events/{make_event(at=timezone.now()).id}/register/"
    answers = [
        page.post(url, {"name": f"n{n}", "email": f"n{n}@example.jp", "people": "1", "_once": f"o{n}"}).status
        for n in range(3)
    ]
    assert answers == [302, 302, 422]
    assert Registration.objects.count() == 2


def test_an_easy_text_is_shown_to_who_reads_easy_japanese(page: Pages) -> None:
    event = make_event(at=timezone.now(), title_easy="お金の はなし", summary_easy="いえで きけます。")
    page.client.cookies["django_language"] = "ja-easy"
    shown = page.get(f"/events/{event.id}/")
    assert "お金の はなし" in shown
    assert "いえで きけます。" in shown


def test_a_closed_account_leaves_nothing_but_what_is_to_come() -> None:
    user = make_user("hanako", "花子", kind="resident")
    past, coming = make_event(hours=24), make_event(hours=240)
    for event in (past, coming):
        join(event, str(event.id), user_id=user.id)
    at = past.ends_at + timedelta(days=1)
    assert [one.name for one in api.held_of(user.id)] == [f"はなこ{coming.id}", f"はなこ{past.id}"]
    assert [api.untie(user_id=user.id, at=at) for _time in (1, 2)] == [2, 0]
    assert api.held_of(user.id) == []
    assert list(Registration.objects.order_by("event_id").values_list("name", "user_id")) == [
        ("", None),
        (f"はなこ{coming.id}", None),
    ]
