from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from tocho.core.org import api as org
from tocho.lib.kept import kept

from .models import AuthoritySheet, Decision, DraftTemplate, NumberReservation, Step


def decisions_visible_to(user_id: int, *, at: datetime) -> QuerySet[Decision]:
    """The decisions a person may open: own drafts, those of the own units, those whose route passes the own posts.

    Own are also the units and posts that were taken over at a reorganisation, as in the inbox.
    """
    units, posts = _own(user_id, at=at)
    return Decision.objects.filter(_within_reach(user_id, units, posts)) if units else Decision.objects.none()


def visible_parts(user_id: int, *, at: datetime) -> list[QuerySet[Decision]]:
    """``decisions_visible_to`` in parts that overlap: own drafts, the routes through each own post, each own unit.

    The newest of each part are found by an index, those of all parts together only by reading every decision.
    """
    units, posts = _own(user_id, at=at)
    if not units:
        return []
    drafted = Decision.objects.filter(drafter_id=user_id)
    stations = [*(Step.objects.filter(post=post) for post in posts), Step.objects.filter(raised_to__in=posts)]
    routed = (found.values("decision_id") for found in stations)
    return [drafted, *(Decision.objects.filter(id__in=found) for found in routed), *_of_units(units)]


def own_parts(user_id: int, *, at: datetime) -> list[QuerySet[Decision]]:
    """Of ``visible_parts`` those of the own units."""
    return _of_units(_own(user_id, at=at)[0])


def _of_units(units: list[str]) -> list[QuerySet[Decision]]:
    return [Decision.objects.filter(unit=unit) for unit in units]


def visible_decision(decision_id: int, user_id: int, *, at: datetime) -> Decision | None:
    """One of ``decisions_visible_to``, by its id; None for any other."""
    units, posts = _own(user_id, at=at)
    return _visible.first(decision_id, user_id, units, posts) if units else None


@kept
def _visible(decision_id: int, user_id: int, units: list[str], posts: list[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(_within_reach(user_id, units, posts), id=decision_id).select_related("drafter")


def _within_reach(user_id: int, units: list[str], posts: list[int]) -> Q:
    route = Step.objects.filter(decision=OuterRef("pk"))
    on_route = Exists(route.filter(post__id__any=posts)) | Exists(route.filter(raised_to__id__any=posts))
    return Q(drafter_id=user_id) | Q(unit__any=units) | Q(on_route)


def _own(user_id: int, *, at: datetime) -> tuple[list[str], list[int]]:
    """Codes of the units and ids of the posts that a person answers for; nothing for who holds no post."""
    addresses = org.addresses_of(user_id, at=at)
    posts = [int(address[5:]) for address in addresses if address.startswith("post:")]
    return sorted(org.unit_codes_of(user_id, at=at)), posts


def can_keep_delegations(user: AbstractBaseUser | AnonymousUser, *, at: datetime) -> bool:
    """Registering and ending 委任 is for those who check documents (文書審査) and for administrators."""
    if getattr(user, "is_superuser", False):
        return True
    return any(post.serves_as == org.Duty.LEGAL_REVIEW for post in org.posts_of(user.pk or 0, at=at))


def can_keep_authority(user: AbstractBaseUser | AnonymousUser, *, at: datetime) -> bool:
    """Proposing a change of the authority table and putting one in force is for those who check documents, too."""
    return can_keep_delegations(user, at=at)


def sheets_visible_to(user: AbstractBaseUser | AnonymousUser, *, at: datetime) -> QuerySet[AuthoritySheet]:
    """The working copies of the authority table: who keeps the table reads all of them, each changes the own."""
    return AuthoritySheet.objects.all() if can_keep_authority(user, at=at) else AuthoritySheet.objects.none()


def reservations_of(user_id: int, *, at: datetime) -> QuerySet[NumberReservation]:
    """The numbers that a person's units have reserved."""
    return NumberReservation.objects.filter(unit__in=org.unit_codes_of(user_id, at=at))


def reserved_for(user_id: int, *, fiscal_year: int, at: datetime) -> QuerySet[NumberReservation]:
    """The numbers of a fiscal year that a person's present offices have reserved and not used yet."""
    units = {post.unit_code for post in org.posts_of(user_id, at=at)}
    open_ones = NumberReservation.objects.filter(used_at=None, given_up_at=None)
    return open_ones.filter(unit__in=units, fiscal_year=fiscal_year).order_by("id")


def templates_of(user_id: int, *, at: datetime) -> QuerySet[DraftTemplate]:
    """The templates of drafts (起案の定型) that a person's offices keep."""
    return DraftTemplate.objects.filter(unit__in=org.unit_codes_of(user_id, at=at), ended_at__isnull=True)
