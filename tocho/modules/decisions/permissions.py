from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tocho.core.org import api as org

from .models import Decision, Step


def decisions_visible_to(user_id: int, *, at: datetime) -> QuerySet[Decision]:
    """The decisions a person may open: own drafts, those of the own units, those whose route passes the own posts.

    Own are also the units and posts that were taken over at a reorganisation, as in the inbox.
    """
    addresses = org.addresses_of(user_id, at=at)
    if not addresses:
        return Decision.objects.none()
    posts = [int(address[5:]) for address in addresses if address.startswith("post:")]
    on_route = Step.objects.filter(decision=OuterRef("pk"), post_id__in=posts)
    return Decision.objects.filter(
        Q(drafter_id=user_id) | Q(unit__in=org.unit_codes_of(user_id, at=at)) | Exists(on_route)
    )
