"""The rule in force when something is decided: a route from an older authority table gives no power any more."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar

from ..models import Decision
from ..queries.binding import rule_change
from ..rules import Matter, events
from .refusals import RuleChanged


def follow_rule(decision: Decision, matter: Matter, event: events.Event, *, at: datetime) -> None:
    """Refuse to decide, or to send out, what the authority table of today gives another route.

    :raises RuleChanged: the decider, whom to ask, or for 代決 the deputies are others now.
    """
    is_sent = isinstance(event, events.Circulate)
    decide = matter.decider
    is_decided = isinstance(event, events.Respond | events.Deputise | events.Reject) and (
        decide is not None and event.step == decide.key
    )
    if not is_sent and not is_decided:
        return
    change = rule_change(decision, on=calendar.office_day(at))
    if change is None or not (change.changes_route or isinstance(event, events.Deputise)):
        return
    words = _("事案決定規程が%(day)sに改正され、この事案の経路が変わりました（%(said)s）。")
    what = _("起案を直して、新しい経路を確かめてから回付してください。")
    if is_decided:
        what = _("このままでは決定できません。起案者に差し戻し、新しい経路で回付してください。")
    raise RuleChanged(words % {"day": date_format(change.effective_from), "said": change.said} + what)
