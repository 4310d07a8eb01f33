"""The rule in force when something is decided: a route from an older authority table gives no power any more."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.lib.errors import Refused

from ..models import Decision
from ..queries.binding import RuleChange, rule_change
from ..queries.standing import delegation_stands
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
    what = _("起案を直して、新しい経路を確かめてから回付してください。")
    if is_decided:
        what = _("このままでは決定できません。起案者に差し戻し、新しい経路で回付してください。")
    raise _changed(change, what)


def follow_rule_on_paper(decision: Decision, *, on: date) -> None:
    """Refuse to enter what was decided on paper by somebody who had no power to on that day (ADR 0030).

    :raises RuleChanged: the table of that day has another decide, or others asked.
    :raises Refused: the power was delegated, and the 委任 had ended.
    """
    change = rule_change(decision, on=on)
    if change is not None and change.changes_route:
        what = _("書面の決定は、この経路では登録できません。起案を直し、新しい経路で決定を受けてください。")
        raise _changed(change, what)
    is_delegated = decision.power == Decision.Power.DELEGATED
    if is_delegated and not delegation_stands(decision.delegation_id, on=on):
        raise Refused(
            _("その日には、この決定の委任が終わっていました。起案を直し、権限のある職の決定を受けてください。")
        )


def _changed(change: RuleChange, what: str) -> RuleChanged:
    words = _("事案決定規程が%(day)sに改正され、この事案の経路が変わりました（%(said)s）。")
    return RuleChanged(words % {"day": date_format(change.effective_from), "said": change.said} + what)
