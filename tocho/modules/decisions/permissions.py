from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tocho.core.org import api as org

from .models import Decision, Step


def decisions_visible_to(user_id: int, *, at: datetime) -> QuerySet[Decision]:
    """The decisions a person may open: own drafts, those of the own units, those whose route passes the own posts."""
    posts = org.posts_of(user_id, at=at)
    if not posts:
        return Decision.objects.none()
    on_route = Step.objects.filter(decision=OuterRef("pk"), post_id__in=[post.id for post in posts])
    return Decision.objects.filter(
        Q(drafter_id=user_id) | Q(unit__in={post.unit_code for post in posts}) | Exists(on_route)
    )
