import re
from datetime import timedelta

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.notify.models import Message
from tocho.lib import briefly
from tocho.lib.errors import Refused
from tocho.modules.improvement import actions
from tocho.modules.improvement.models import Invitation, Item, Review, Stumble
from tocho.modules.improvement.queries import public_rating

from .factories import AT, Office, about, item, make_office, review, trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def test_only_the_first_review_of_an_application_counts() -> None:
    assert review(1, 4, "わかりやすい").rating == 4
    assert review(1, 1, "やはり違う").rating == 4
    entry = ledger.entries_of(Subject("review", Review.objects.get().id))[0]
    assert (entry.kind, entry.data["rating"]) == ("improvement.reviewed", 4)
    assert "わかりやすい" not in str(entry)


@pytest.mark.parametrize(("rating", "words"), [(0, ""), (6, ""), (3, "あ" * 2001)])
def test_a_review_refuses_what_it_cannot_be(rating: int, words: str) -> None:
    with pytest.raises(Refused):
        actions.give_review(about=about(), rating=rating, words=words, actor=Actor(), at=AT)


def test_words_are_public_only_when_an_officer_says_so(office: Office) -> None:
    reviews = [review(number, 5, f"ことば{number}") for number in range(1, 6)]
    assert public_rating("mihon").words == ()
    officer = Actor(user_id=office.drafter.id)
    actions.settle_review(review_id=reviews[0].id, is_public=True, actor=officer, at=AT)
    actions.settle_review(review_id=reviews[1].id, is_public=False, actor=officer, at=AT)
    briefly.forget()  # a minute passes
    rating = public_rating("mihon")
    assert [words for words, _day in rating.words] == ["ことば1"]
    assert (str(rating.mean), rating.count) == ("5.0", 5)


def test_fewer_than_five_reviews_show_no_mean() -> None:
    review(1, 5)
    assert public_rating("mihon").mean is None


def test_stumbles_are_counted_by_day_and_question() -> None:
    for _time in range(3):
        actions.note_stumbles(procedure="mihon", version=1, step="who", questions=["a", "b"], on=AT.date())
    actions.note_stumbles(procedure="mihon", version=1, step="who", questions=[], on=AT.date())
    assert list(Stumble.objects.order_by("question").values_list("question", "count")) == [("a", 3), ("b", 3)]


def test_an_improvement_is_told_when_it_is_done(office: Office) -> None:
    made = item(office, review_ids=[review(1, 2, "長い").id])
    officer = Actor(user_id=office.drafter.id)
    with pytest.raises(Refused):
        actions.move_item(item_id=made.id, state="done", revision=0, actor=officer, at=AT)
    actions.move_item(item_id=made.id, state="planned", revision=0, actor=officer, at=AT)
    with pytest.raises(actions.ItemMoved):
        actions.move_item(item_id=made.id, state="done", told="短くしました", revision=0, actor=officer, at=AT)
    actions.move_item(
        item_id=made.id, state="done", told="説明を短くしました。", version=2, revision=1, actor=officer, at=AT
    )
    assert [change.told for change in public_rating("mihon").changes] == ["説明を短くしました。"]
    assert [review.words for review in Item.objects.get().reviews.all()] == ["長い"]


def test_reviews_of_another_procedure_are_not_taken(office: Office) -> None:
    assert item(office, review_ids=[review(1, procedure="other").id]).reviews.count() == 0


def link_of(mail: Message) -> str:
    found = re.search(r"/try/([\w-]+)/", mail.body)
    assert found
    return found[1]


def test_a_reviewer_enters_by_the_mailed_link_and_reviews_once(office: Office) -> None:
    opened = trial(office, "A@example.jp", "a@example.jp ", "b@example.jp")
    assert Invitation.objects.count() == 2
    token = link_of(Message.objects.filter(to_email="a@example.jp").get())
    invitation = actions.enter_trial(token=token, at=AT)
    assert invitation is not None
    assert actions.enter_trial(token="forged", at=AT) is None
    assert actions.review_trial(invitation_id=invitation.id, rating=2, words="迷う", at=AT)
    assert not actions.review_trial(invitation_id=invitation.id, rating=5, words="", at=AT)
    assert public_rating("mihon").is_empty  # a trial is not the procedure
    actions.close_trial(trial_id=opened.id, actor=Actor(), at=AT)
    assert actions.enter_trial(token=token, at=AT) is None


def test_a_trial_ends_with_its_day_and_with_the_next_one(office: Office) -> None:
    first = trial(office, "a@example.jp", days=1)
    token = link_of(Message.objects.get())
    assert actions.enter_trial(token=token, at=AT + timedelta(days=2)) is None
    trial(office, "b@example.jp")
    first.refresh_from_db()
    assert first.closed_at is not None


@pytest.mark.parametrize(("emails", "days"), [((), 7), (("a@example.jp",), -1)])
def test_a_trial_refuses_nobody_and_yesterday(office: Office, emails: tuple[str, ...], days: int) -> None:
    with pytest.raises(Refused):
        trial(office, *emails, days=days)


def test_an_item_opened_twice_is_one_and_takes_the_reviews_of_both(office: Office) -> None:
    first = item(office, review_ids=[review(1).id])
    again = item(office, review_ids=[review(2).id])
    assert first.id == again.id
    assert first.reviews.count() == 2
    kinds = [entry.kind for entry in ledger.entries_of(Subject("improvement", first.id))]
    assert kinds.count("improvement.opened") == 1
