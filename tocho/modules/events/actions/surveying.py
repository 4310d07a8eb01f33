"""What people say of an event after it: they are asked once by mail, and answer once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject
from tocho.modules.improvement import api as improvement

from ..models import Event, Registration
from ..rules import ASK_AFTER, ASK_WITHIN, may_answer
from .registrations import REGISTRATION, NotOpen
from .telling import tell_later

SURVEY = "survey"


def ask_opinions(*, at: datetime) -> int:
    """Have those who came to what has just ended asked by mail, each once, however often this runs; how many events."""
    ended = Event.objects.filter(ends_at__gt=at - ASK_WITHIN, ends_at__lte=at - ASK_AFTER, asked_at=None)
    count = 0
    for event_id in list(ended.filter(state__in=["published", "held"]).values_list("id", flat=True)):
        with transaction.atomic():
            event = Event.objects.select_for_update(of=("self",)).get(id=event_id)
            if event.asked_at is None:
                Event.objects.filter(id=event_id).update(asked_at=at)
                tell_later(event, SURVEY, key="0")
                count += 1
    return count


def may_say(registration: Registration, *, at: datetime) -> bool:
    """Whether the person behind a registration may still say something of the event."""
    event = registration.event
    has_place = registration.state == Registration.State.CONFIRMED and registration.erased_at is None
    return has_place and may_answer(event.state, event.ends_at, at=at)


@transaction.atomic
def say_opinion(*, registration: Registration, rating: int, words: str, at: datetime) -> bool:
    """Five levels and words, through the door of reviews; the first ones count. Whether these did.

    :raises NotOpen: it has not ended, was called off, or is long past.
    """
    if not may_say(registration, at=at):
        raise NotOpen(_("この催しのアンケートは、いま受け付けていません。"))
    event = registration.event
    about = improvement.Reviewed(
        procedure=survey_key(event.id),
        version=1,
        title=event.title,
        unit=event.unit,
        subject=Subject(REGISTRATION, registration.id),
        thing="event",
    )
    return improvement.give_review(about=about, rating=rating, words=words, actor=Actor(), at=at)


def survey_key(event_id: int) -> str:
    """The key by which reviews know an event."""
    return f"event-{event_id}"
