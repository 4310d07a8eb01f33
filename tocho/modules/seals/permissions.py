from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tocho.core.org import api as org
from tocho.core.org.api import Rank
from tocho.engines.facts.api import EVERYTHING, bureaus_traced_by, is_within

from .models import SealRequirement, SealRule


def can_see_seals(user: Any, *, at: datetime) -> bool:
    """Every employee who holds a post; the counts are for everybody."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or org.posts_of(user.pk, at=at)))


def requirements_visible_to(user: Any, *, at: datetime) -> QuerySet[SealRequirement]:
    """All requirements for those who may see the survey, none for others."""
    return SealRequirement.objects.all() if can_see_seals(user, at=at) else SealRequirement.objects.none()


def rules_visible_to(user: Any, *, at: datetime) -> QuerySet[SealRule]:
    """All rules to amend for those who may see the survey, none for others."""
    return SealRule.objects.all() if can_see_seals(user, at=at) else SealRule.objects.none()


def bureaus_answered_by(user: Any, *, at: datetime) -> frozenset[str]:
    """Codes of the bureaus for which a person may answer; ``{"*"}`` for posts that serve as ``reform``."""
    return bureaus_traced_by(user, at=at)


def can_change(user: Any, unit: str, *, at: datetime) -> bool:
    """Whether a person may change what an office answered, or a rule that it is in charge of."""
    return is_within(unit, bureaus_answered_by(user, at=at), on=org.office_day(at))


def can_certify(user: Any, bureau: str, *, at: datetime) -> bool:
    """A return is certified by a section chief or above of the bureau itself: nobody answers for another bureau."""
    day = org.office_day(at)
    posts = org.posts_of(user.pk or 0, at=at)
    return any(
        post.rank >= Rank.SECTION_CHIEF and org.bureau_of(post.unit_code, on=day).code == bureau for post in posts
    )


def can_lead(user: Any, *, at: datetime) -> bool:
    """Whether a person leads the survey: opens rounds, opens certified returns again."""
    return EVERYTHING in bureaus_answered_by(user, at=at)
