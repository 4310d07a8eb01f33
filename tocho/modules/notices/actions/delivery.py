"""How a notice arrives: undelivered, by post, returned, put up in public; each with its day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.notify import api as notify

from .. import rules
from ..models import Notice, Posting
from .notices import tell_reached
from .recording import NoticeRefused, record

AT_ONCE = 200
PAGE = 2000


@dataclass(frozen=True)
class Letter:
    """How letters were posted: day, kind (``Posting.Kind``), and the number of a registered one."""

    posted_on: date
    kind: str = Posting.Kind.ORDINARY
    number: str = ""


@transaction.atomic
def mark_undelivered(*, notice_id: int, actor: Actor, at: datetime, because: str = Notice.Undelivered.OFFICE) -> None:
    """不達: it did not arrive; the office hands it over by post.

    :raises NoticeRefused: unless it was released and not yet reached.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if notice.state != Notice.State.RELEASED:
        raise NoticeRefused(_("送付済みで、まだ届いていない通知だけを不達にできます。"))
    notice.state, notice.undelivered_because = Notice.State.UNDELIVERED, because
    notice.save(update_fields=["state", "undelivered_because"])
    record(notice, "undelivered", actor=actor, at=at, data={"because": because})


def hand_over(*, notice_id: int, actor: Actor, at: datetime, letter: Letter | None = None) -> None:
    """郵送: the office has posted the printed notice, as an ordinary letter of today unless it says otherwise.

    :raises NoticeRefused: unless it waits for that (no electronic address, or undelivered).
    """
    post_notices(
        notice_ids=[notice_id], letter=letter or Letter(calendar.office_day(at)), actor=actor, at=at, all_must=True
    )


@transaction.atomic
def post_notices(
    *, notice_ids: Iterable[int], letter: Letter, actor: Actor, at: datetime, all_must: bool = False
) -> int:
    """Note that these notices were posted, each as a letter of its own; how many waited for it. Twice is once.

    :raises NoticeRefused: the day lies ahead; one number for several letters; ``all_must`` and one does not wait.
    """
    if letter.posted_on > calendar.office_day(at):
        raise NoticeRefused(_("発送日は今日か、それより前の日にしてください。"))
    ids = set(notice_ids)
    if letter.number and len(ids) > 1:
        raise NoticeRefused(_("お問い合わせ番号は1通ずつ入れてください。"))
    waiting = Q(state__in=("sealed", "undelivered"))
    found = list(Notice.objects.select_for_update(of=("self",)).filter(waiting, id__in=ids).order_by("id"))
    if all_must and len(found) != len(ids):
        raise NoticeRefused(_("郵送を待っている通知ではありません。"))
    for notice in found:
        Posting.objects.create(notice=notice, kind=letter.kind, number=letter.number, posted_on=letter.posted_on)
        notice.state, notice.released_at = Notice.State.RELEASED, at
        notice.save(update_fields=["state", "released_at"])
        how = {"means": "post", "kind": letter.kind, "posted_on": letter.posted_on.isoformat()}
        record(notice, "released", actor=actor, at=at, data={**how})
    return len(found)


@transaction.atomic
def note_return(*, notice_id: int, returned_on: date, reason: str, actor: Actor, at: datetime) -> None:
    """返戻: the letter came back; the notice is undelivered again, to be posted once more or put up in public.

    :raises NoticeRefused: no letter is on its way, or the day is none that can be.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    posting = Posting.objects.select_for_update().filter(notice=notice, returned_on=None).first()
    if notice.state != Notice.State.RELEASED or posting is None:
        raise NoticeRefused(_("郵送中の通知ではありません。"))
    if not posting.posted_on <= returned_on <= calendar.office_day(at):
        raise NoticeRefused(_("返戻の日は、発送日から今日までの日にしてください。"))
    posting.returned_on, posting.reason = returned_on, reason
    posting.save(update_fields=["returned_on", "reason"])
    notice.state, notice.undelivered_because = Notice.State.UNDELIVERED, Notice.Undelivered.RETURNED
    notice.save(update_fields=["state", "undelivered_because"])
    data = {"because": "returned", "returned_on": returned_on.isoformat()}
    record(notice, "undelivered", actor=actor, at=at, data={**data})


@transaction.atomic
def serve_publicly(*, notice_id: int, served_on: date, actor: Actor, at: datetime) -> None:
    """公示送達: it was put up; two weeks later it counts as arrived (行政手続法15条3項, 民事訴訟法112条の例).

    :raises NoticeRefused: unless a letter came back before, or the day lies ahead.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if notice.state != Notice.State.UNDELIVERED or not notice.postings.filter(returned_on__isnull=False).exists():
        raise NoticeRefused(_("公示送達は、郵便が戻ってきて、届け先が分からない通知だけに使えます。"))
    if served_on > calendar.office_day(at):
        raise NoticeRefused(_("公示した日は今日か、それより前の日にしてください。"))
    notice.served_on = served_on
    notice.save(update_fields=["served_on"])
    record(notice, "served", actor=actor, at=at, data={"served_on": served_on.isoformat()})


def served_notices_arrive(*, at: datetime) -> int:
    """Those put up in public for two weeks count as arrived; how many. Run by the clock, twice is once."""
    day = calendar.office_day(at)
    due = Notice.objects.filter(state=Notice.State.UNDELIVERED, served_on__lte=day - rules.SERVED_AFTER)
    ids = list(due.values_list("id", flat=True)[:AT_ONCE])
    for notice_id in ids:
        with transaction.atomic():
            notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
            if notice.state != Notice.State.UNDELIVERED or notice.served_on is None:
                continue
            arrived = timezone.make_aware(datetime.combine(notice.served_on + rules.SERVED_AFTER, time()))
            tell_reached(notice, means="served", reached_at=min(arrived, at), at=at)
    return len(ids)


def mark_overdue(*, at: datetime) -> int:
    """Electronic notices whose mail failed, or that nobody opened in ten business days, go to the post; how many.

    Run by the clock. It goes through all that are out and unopened, in pages by id, however many there are; whoever
    opens one later is still recorded as reached.
    """
    last = calendar.office_day(at)
    for _step in range(rules.UNOPENED_DAYS):
        last = _open_day_before(last)
    limit, marked = calendar.last_moment(last), 0
    for page in _unopened_pages():
        keys = {notice_id: f"notices.released:{notice_id}" for notice_id, _out in page}
        failed = notify.failed_keys(keys.values())
        for notice_id, out in page:
            if out < limit:
                marked += _mark_one(notice_id, Notice.Undelivered.UNOPENED, at=at)
            elif keys[notice_id] in failed:
                marked += _mark_one(notice_id, Notice.Undelivered.MAIL, at=at)
    return marked


def _unopened_pages() -> Iterator[list[tuple[int, datetime]]]:
    """(id, when it went out) of what was sent electronically and not opened yet, in keyset pages."""
    rows = Notice.objects.filter(state=Notice.State.RELEASED, postings__isnull=True, released_at__isnull=False)
    after = 0
    while page := list(rows.filter(id__gt=after).order_by("id").values_list("id", "released_at")[:PAGE]):
        after = page[-1][0]
        yield [(notice_id, out) for notice_id, out in page if out is not None]


def _mark_one(notice_id: int, because: str, *, at: datetime) -> bool:
    try:
        mark_undelivered(notice_id=notice_id, actor=SYSTEM, at=at, because=because)
    except NoticeRefused:
        return False  # opened in the meantime
    return True


def _open_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while not calendar.is_open(day):
        day -= timedelta(days=1)
    return day
