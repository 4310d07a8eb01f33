"""Every write of the module, one verb each."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.notify import api as notify
from tocho.lib.errors import Refused

from .models import Invitation, Item, Review, Trial
from .rules import LONGEST_WORDS, may_follow

COUNT = """
    INSERT INTO improvement_stumble AS known (procedure, version, step, question, day, count)
    SELECT %s, %s, %s, question, %s, 1 FROM unnest(%s::text[]) question
    ON CONFLICT (procedure, version, step, question, day) DO UPDATE SET count = known.count + 1
"""
MOST_INVITED = 200


class ItemMoved(Refused):
    """Somebody else changed the item first, or it cannot go to that state."""


@dataclass(frozen=True)
class Reviewed:
    """What a review is about: a procedure's version, its office, and the application or trial it was written on.

    ``thing``: what is reviewed where it is no procedure (``event``); ``procedure`` is then its key all the same, and
    the figures of procedures leave it out.
    """

    procedure: str
    version: int
    title: str
    unit: str
    subject: Subject
    trial_id: int | None = None
    thing: str = ""


@transaction.atomic
def give_review(*, about: Reviewed, rating: int, words: str, actor: Actor, at: datetime) -> bool:
    """Five levels and words at the end of an application; the first one of each counts. Whether this one did.

    The ledger has the level; the words stay here, since they may name people.
    :raises Refused: no such level, or too many words.
    """
    words = words.strip()
    if rating not in range(1, 6):
        raise Refused(_("5つのうちから1つ選んでください。"))
    if len(words) > LONGEST_WORDS:
        raise Refused(_("%(limit)d字以内にしてください。") % {"limit": LONGEST_WORDS})
    review, is_new = Review.objects.get_or_create(
        subject_type=about.subject.type,
        subject_id=about.subject.id,
        defaults={
            "procedure": about.procedure,
            "version": about.version,
            "title": about.title,
            "unit": about.unit,
            "trial_id": about.trial_id,
            "rating": rating,
            "words": words,
            "written_at": at,
        },
    )
    if is_new:
        thing = "trial" if about.trial_id else about.thing
        kind = f"improvement.{thing}_reviewed" if thing else "improvement.reviewed"
        data: dict[str, JSON] = {"procedure": about.procedure, "version": about.version, "rating": rating}
        ledger.append(subject=Subject("review", review.id), kind=kind, actor=actor, at=at, unit=about.unit, data=data)
    return is_new


@transaction.atomic
def erase_words(*, subject: Subject) -> int:
    """End of a subject's retention: the words of its review go, the level stays; how many. Recorded by the caller."""
    rows = Review.objects.filter(subject_type=subject.type, subject_id=subject.id).exclude(words="")
    return rows.update(words="")


@transaction.atomic
def settle_review(*, review_id: int, is_public: bool, actor: Actor, at: datetime) -> Review:
    """Publish the words of a review on the procedure's page, or not. May be changed later; the last one counts."""
    review = Review.objects.select_for_update().get(id=review_id)
    state = Review.State.PUBLISHED if is_public else Review.State.WITHHELD
    if review.state == state:
        return review
    review.state, review.settled_by_id, review.settled_at = state, actor.user_id, at
    review.save(update_fields=["state", "settled_by", "settled_at"])
    kind = "improvement.review_published" if is_public else "improvement.review_withheld"
    ledger.append(subject=Subject("review", review.id), kind=kind, actor=actor, at=at, unit=review.unit)
    return review


def note_stumbles(*, procedure: str, version: int, step: str, questions: Iterable[str], on: date) -> None:
    """Count that people erred at these questions. One statement; no act, so not in the ledger."""
    named = sorted({question[:120] for question in questions})
    if named:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [procedure, version, step, on, named])


@transaction.atomic
def open_item(
    *,
    procedure: str,
    procedure_title: str,
    unit: str,
    title: str,
    text: str = "",
    review_ids: Collection[int] = (),
    actor: Actor,
    at: datetime,
) -> Item:
    """Open an improvement, from reviews or without one. Pressed twice, or opened by a colleague under the same title,
    it is the one that stands open; reviews that are named then join it.

    :raises Refused: no title.
    """
    if not title.strip():
        raise Refused(_("何を改善するかを入力してください。"))
    item, is_new = Item.objects.get_or_create(
        procedure=procedure,
        title=title.strip()[:200],
        state=Item.State.OPEN,
        defaults={
            "procedure_title": procedure_title,
            "unit": unit,
            "text": text.strip(),
            "opened_by_id": actor.user_id or 0,
            "opened_at": at,
        },
    )
    item.reviews.add(*Review.objects.filter(id__in=review_ids, procedure=procedure))
    if is_new:
        _record(item, "improvement.opened", actor=actor, at=at, reviews=len(review_ids))
    return item


@transaction.atomic
def move_item(
    *, item_id: int, state: str, told: str = "", version: int | None = None, revision: int, actor: Actor, at: datetime
) -> Item:
    """Plan, finish or decline an improvement; what is done or declined is told in words to everybody.

    :raises ItemMoved: it was changed meanwhile, or may not go there.
    :raises Refused: nothing is told.
    """
    item = Item.objects.select_for_update().get(id=item_id)
    if item.revision != revision or not may_follow(item.state, state):
        raise ItemMoved(_("この項目は、ほかの人が先に変えました。いまの状態を確かめてください。"))
    is_settled = state in (Item.State.DONE, Item.State.DECLINED)
    if is_settled and not told.strip():
        raise Refused(_("手続の案内に載せる言葉を入力してください。何を変えたか、なぜ見送ったかを伝えます。"))
    item.state, item.told, item.revision = state, told.strip(), item.revision + 1
    item.version = version if state == Item.State.DONE else None
    item.settled_at = at if is_settled else None
    item.save(update_fields=["state", "told", "version", "settled_at", "revision"])
    _record(item, f"improvement.{state}", actor=actor, at=at, version=item.version)
    return item


def _record(item: Item, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    ledger.append(
        subject=Subject("improvement", item.id),
        kind=kind,
        actor=actor,
        at=at,
        unit=item.unit,
        data={"procedure": item.procedure, **data},
    )


@dataclass(frozen=True)
class NewTrial:
    """What is tried: a design's revision, under which name, of which office, until when."""

    design_id: int
    revision: int
    procedure: str
    title: str
    unit: str
    closes_on: date


@transaction.atomic
def open_trial(
    *, new: NewTrial, emails: Collection[str], path_of: Callable[[str], str], actor: Actor, at: datetime
) -> Trial:
    """試行: show a design's revision to invited reviewers, each by a mailed link.

    ``path_of`` makes the address of the sandbox from a token. An open trial of the same design is closed first:
    reviewers judge one revision at a time.
    :raises Refused: nobody is invited, too many are, or it closes before it opens.
    """
    invited = sorted({email.strip().lower() for email in emails if email.strip()})
    if not 1 <= len(invited) <= MOST_INVITED:
        text = _("招待する人のメールアドレスを、1人以上%(limit)d人まで入力してください。")
        raise Refused(text % {"limit": MOST_INVITED})
    if new.closes_on < calendar.office_day(at):
        raise Refused(_("終わりの日は、きょう以降にしてください。"))
    for earlier in Trial.objects.select_for_update().filter(design_id=new.design_id, closed_at=None):
        close_trial(trial_id=earlier.id, actor=actor, at=at)
    trial = Trial.objects.create(**vars(new), opened_by_id=actor.user_id or 0, opened_at=at)
    for email in invited:
        _invite(trial, email, path_of=path_of, at=at)
    ledger.append(
        subject=Subject("trial", trial.id),
        kind="improvement.trial_opened",
        actor=actor,
        at=at,
        unit=trial.unit,
        data={"procedure": trial.procedure, "revision": trial.revision, "invited": len(invited)},
    )
    return trial


def _invite(trial: Trial, email: str, *, path_of: Callable[[str], str], at: datetime) -> None:
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(trial=trial, email=email, digest=token_digest(token), invited_at=at)
    notify.send(
        key=f"trial_invitation:{invitation.id}",
        template="improvement/trial_invitation",
        to_email=email,
        context={
            "title": trial.title,
            "closes_on": trial.closes_on.isoformat(),
            "link": path_of(token),
        },
        language="ja",
        at=at,
    )


def token_digest(token: str) -> bytes:
    """SHA-256 of a mailed token (192 bits)."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def close_trial(*, trial_id: int, actor: Actor, at: datetime) -> None:
    """End a trial: its links stop working, its reviews stay. Done again it changes nothing."""
    trial = Trial.objects.select_for_update().get(id=trial_id)
    if trial.closed_at is not None:
        return
    trial.closed_at = at
    trial.save(update_fields=["closed_at"])
    ledger.append(
        subject=Subject("trial", trial.id), kind="improvement.trial_closed", actor=actor, at=at, unit=trial.unit
    )


@dataclass(frozen=True)
class Entered:
    """An invitation whose link was opened: which design's revision is shown, and whether it was reviewed."""

    id: int
    design_id: int
    revision: int
    title: str
    is_done: bool


@transaction.atomic
def enter_trial(*, token: str, at: datetime) -> Entered | None:
    """The invitation of a mailed link, noted as opened; None where it is unknown or the trial is over."""
    found = Invitation.objects.select_related("trial").filter(digest=token_digest(token)).first()
    if found is None or not is_running(found.trial, at=at):
        return None
    if found.opened_at is None:
        Invitation.objects.filter(id=found.id, opened_at=None).update(opened_at=at)
    trial = found.trial
    return Entered(found.id, trial.design_id, trial.revision, trial.title, found.reviewed_at is not None)


def is_running(trial: Trial, *, at: datetime) -> bool:
    """Whether a trial's links work now."""
    return trial.closed_at is None and calendar.office_day(at) <= trial.closes_on


@transaction.atomic
def review_trial(*, invitation_id: int, rating: int, words: str, at: datetime) -> bool:
    """What an invited reviewer says of the revision that was tried; whether it was the first word.

    :raises Refused: as ``give_review``, and when the trial is over.
    """
    invitation = Invitation.objects.select_related("trial").select_for_update(of=("self",)).get(id=invitation_id)
    trial = invitation.trial
    if not is_running(trial, at=at):
        raise Refused(_("この試行は終わりました。ご協力ありがとうございました。"))
    about = Reviewed(
        trial.procedure, trial.revision, trial.title, trial.unit, Subject("invitation", invitation.id), trial.id
    )
    is_new = give_review(about=about, rating=rating, words=words, actor=Actor(), at=at)
    if is_new:
        invitation.reviewed_at = at
        invitation.save(update_fields=["reviewed_at"])
    return is_new
