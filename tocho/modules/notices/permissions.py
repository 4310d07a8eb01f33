from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tocho.core.org import api as org
from tocho.core.org.api import Rank

from .models import AWAITS_SEAL, UNSEALED, Notice, NoticeBatch, SealAuthorisation
from .rules import SEAL_REVIEW


def notices_for_bearer(token: str) -> QuerySet[Notice]:
    """The notice whose token somebody holds, once it is out. The token is the permission (256 random bits)."""
    return Notice.objects.filter(token=token).exclude(state__in=UNSEALED)


def units_of(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the offices whose notices a person sees: the own ones; below a chief's; 公印審査 all of its bureau."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    day = org.office_day(at)
    found = set(org.unit_codes_of(user.pk, at=at))
    for post in org.posts_of(user.pk, at=at):
        if post.serves_as == SEAL_REVIEW:
            found |= {view.code for view in org.units_below(org.bureau_of(post.unit_code, on=day).code, on=day)}
        elif post.rank >= Rank.DIVISION_CHIEF:
            found |= {view.code for view in org.units_below(post.unit_code, on=day)}
    return frozenset(found)


def notices_visible_to(user: Any, *, at: datetime) -> QuerySet[Notice]:
    """The notices of the offices that a person sees."""
    return Notice.objects.filter(unit__in=units_of(user, at=at))


def batches_visible_to(user: Any, *, at: datetime) -> QuerySet[NoticeBatch]:
    """The lists of the offices that a person sees."""
    return NoticeBatch.objects.filter(unit__in=units_of(user, at=at))


def can_work_on(user: Any, unit: str, *, at: datetime) -> bool:
    """Whether a person works in the office: may compose for it, post and correct what is its own."""
    return unit in org.unit_codes_of(user.pk, at=at) if user.is_authenticated else False


def can_review_seal(user: Any, unit: str, *, at: datetime) -> bool:
    """公印審査 for an office (東京都公印規程): the reviewing post of its bureau."""
    if not user.is_authenticated:
        return False
    day = org.office_day(at)
    bureau = org.bureau_of(unit, on=day).code
    posts = org.posts_of(user.pk, at=at)
    return any(post.serves_as == SEAL_REVIEW and org.bureau_of(post.unit_code, on=day).code == bureau for post in posts)


def seal_bureaus_of(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the bureaus whose seal a person keeps (公印審査)."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    day = org.office_day(at)
    held = org.posts_of(user.pk, at=at)
    return frozenset(org.bureau_of(post.unit_code, on=day).code for post in held if post.serves_as == SEAL_REVIEW)


def authorisations_visible_to(user: Any, *, at: datetime) -> QuerySet[SealAuthorisation]:
    """The standing authorisations of the bureaus in which a person sees any notices."""
    day = org.office_day(at)
    bureaus = {org.bureau_code_of(unit, on=day) or unit for unit in units_of(user, at=at)}
    return SealAuthorisation.objects.filter(bureau__in=bureaus)


def notices_to_seal(user: Any, *, at: datetime) -> QuerySet[Notice]:
    """What waits for 公印審査 in the bureaus whose seal a person keeps."""
    day = org.office_day(at)
    bureaus = seal_bureaus_of(user, at=at)
    units = {view.code for bureau in bureaus for view in org.units_below(bureau, on=day)}
    return Notice.objects.filter(AWAITS_SEAL, unit__in=units)
