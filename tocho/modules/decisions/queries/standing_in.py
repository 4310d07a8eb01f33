"""不在・代理: who may act for a person, on what basis, and for whom they may act. Each basis is a thing of its own."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org

from ..models import Delegation
from .registers import DelegationRow, delegation_row
from .routes import NoRoute, authority_in_force, authority_of, words_of

SHOWN = 50


@dataclass(frozen=True)
class Deputy:
    """A place in the order of 代決 for one of the own posts: who is in it, for which kinds of matters, by which
    article of the table."""

    post: str
    place: int
    deputy: str
    people: str
    grounds: tuple[tuple[str, str], ...]  # kind of matter, article

    @property
    def kinds(self) -> str:
        """The kinds of matters in short."""
        first, count = self.grounds[0][0], len(self.grounds)
        return first if count == 1 else _("%(first)sなど%(count)d種類") % {"first": first, "count": count}


@dataclass(frozen=True)
class StandingInPage:
    """Everything of one person: posts held now and how, absences, deputies, 委任 given and received."""

    held: tuple[org.AppointmentView, ...]
    absences: tuple[Any, ...]
    is_away: bool
    others: tuple[org.AppointmentView, ...]
    deputies: tuple[Deputy, ...]
    given: tuple[DelegationRow, ...]
    received: tuple[DelegationRow, ...]
    conflicts: tuple[str, ...]

    @property
    def is_unset(self) -> bool:
        """Whether no absence is registered."""
        return not self.absences


def standing_in_page(user_id: int, *, at: datetime) -> StandingInPage:
    """The page of one person; some six queries."""
    on = calendar.office_day(at)
    held = org.own_appointments(user_id, on=on)
    posts = [post.id for post in org.posts_of(user_id, at=at)]
    absences = tuple(org.coming_absences(user_id, at=at))
    given, received = _delegations(posts, on=on)
    return StandingInPage(
        held=held,
        absences=absences,
        is_away=any(one.starts_at <= at for one in absences),
        others=org.appointments_to(posts, besides=user_id, on=on),
        deputies=tuple(_deputies(posts, at=at)),
        given=given,
        received=received,
        conflicts=tuple(_conflicts(given)),
    )


def _delegations(posts: Collection[int], *, on: date) -> tuple[tuple[DelegationRow, ...], tuple[DelegationRow, ...]]:
    open_rows = Delegation.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), revoked_on__isnull=True)
    rows = list(open_rows.filter(Q(from_post__in=posts) | Q(to_post__in=posts))[:SHOWN])
    given = tuple(delegation_row(row, on=on) for row in rows if row.from_post_id in posts)
    return given, tuple(delegation_row(row, on=on) for row in rows if row.to_post_id in posts)


def _conflicts(given: Iterable[DelegationRow]) -> Iterable[str]:
    """Delegations of one post whose times and kinds of matters meet: which of them counts is not clear."""
    rows = [one.row for one in given]
    for number, one in enumerate(rows):
        for other in rows[number + 1 :]:
            if one.from_post_id == other.from_post_id and overlap(one, other):
                yield _("「%(one)s」と「%(other)s」の範囲が重なっています。") % {"one": one.basis, "other": other.basis}


def overlap(one: Delegation, other: Delegation) -> bool:
    """Whether two delegations meet in time and in kinds of matters (none named: all)."""
    in_time = (one.ends_on is None or other.starts_on < one.ends_on) and (
        other.ends_on is None or one.starts_on < other.ends_on
    )
    in_kind = not one.categories or not other.categories or bool(set(one.categories) & set(other.categories))
    return in_time and in_kind


def _deputies(posts: Collection[int], *, at: datetime) -> Iterable[Deputy]:
    """代決者 of each own post as the authority table of the day has them, each place once with its grounds."""
    on = calendar.office_day(at)
    kinds = words_of(on).get("category", ())
    if not kinds:
        return
    _id, table = authority_in_force(on)
    found: dict[tuple[int, int, int], list[tuple[str, str]]] = {}
    for post_id in posts:
        view = org.post(post_id, on=on)
        for code, words in kinds if view else ():
            assert view is not None
            try:
                authority = authority_of(table, category=code, facts={})
            except NoRoute:
                continue
            if authority.decider_rank != view.rank:
                continue
            ranked = [one for rank in authority.deputies for one in org.posts_of_rank(view.unit_code, rank=rank, on=on)]
            for place, deputy in enumerate((one for one in ranked if one.rank < view.rank), start=1):
                found.setdefault((post_id, place, deputy.id), []).append((words, authority.article))
    people = org.holders_for({deputy for _post, _place, deputy in found}, at=at) if found else {}
    for (post_id, place, deputy_id), grounds in sorted(found.items(), key=lambda item: item[0][:2]):
        names = "、".join(one.display_name + (_("（不在）") if one.absent else "") for one in people.get(deputy_id, ()))
        labels = [org.address_label(f"post:{one}", on=on) for one in (post_id, deputy_id)]
        yield Deputy(labels[0], place, labels[1], names, tuple(grounds))
