from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused

from ..models import Decision
from ..rules import events
from .moving import happen, happened

MOST = 200


@transaction.atomic
def inform_posts(*, decision_id: int, posts: Sequence[int], actor: Actor, at: datetime) -> Decision:
    """供覧に付す: let these posts read the matter as it stands; each gives a receipt by reading. Asked twice, told
    once.

    :raises Refused: no post, one that does not exist, or too many. :raises StepGone: not circulating, not decided.
    :raises NotYourStep: neither the drafter nor on the route (who was only let read does not pass it on).
    """
    on = calendar.office_day(at)
    if not posts or len(posts) > MOST or any(org.post(post, on=on) is None for post in posts):
        raise Refused(_("供覧する職を選んでください。一度に選べるのは200までです。"))
    event = events.Inform(actor.user_id or 0, tuple(dict.fromkeys(posts)))
    done = happen(decision_id, event, actor=actor, at=at)
    return done.decision if done.matter == done.before else happened(done, actor=actor, at=at)


@transaction.atomic
def read_matter(*, decision_id: int, step_id: int, actor: Actor, at: datetime) -> Decision:
    """供覧を受けて読んだ: the receipt of who was informed.

    :raises StepGone: read already. :raises NotYourStep: another's.
    """
    done = happen(decision_id, events.Read(step_id, actor.user_id or 0), actor=actor, at=at)
    return happened(done, actor=actor, at=at)
