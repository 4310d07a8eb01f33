"""For whom an application is made, where it is not simply the applicant: company, or agent with a mandate."""

from datetime import date

from django.utils.translation import gettext as _

from tocho.core.accounts.models import User, UserKind
from tocho.modules.mandates import api as mandates

from ..definitions import ProcedureFacts
from ..models import ActingAs, Application, Representation


def acting_options(user: User | None, *, facts: ProcedureFacts, on: date) -> list[tuple[str, str]]:
    """As whom a signed-in person may apply: (value, words); empty where there is nothing to choose."""
    if user is None:
        return []
    options = [(ActingAs.SELF.value, _("本人（%(name)s）として") % {"name": user})]
    if user.kind == UserKind.COMPANY:
        options = [(ActingAs.COMPANY.value, _("会社（%(name)s）として") % {"name": user})]
    for one in mandates.in_force_of(user.id, procedure=facts.key, category=facts.category, on=on):
        options.append((f"agent:{one.id}", _("%(name)sの代理人として") % {"name": one.principal_name}))
    return options if len(options) > 1 else []


def representation_of(application: Application) -> Representation | None:
    """The agent of an application; no query where there is none."""
    if application.acting_as != ActingAs.AGENT:
        return None
    return Representation.objects.filter(application=application).first()


def acting_label(application: Application) -> str:
    """As whom it was applied, in words for every page; "" where a person simply applies for themselves."""
    if application.acting_as == ActingAs.COMPANY:
        return _("会社として申請")
    found = representation_of(application)
    if found is None:
        return ""
    return _("%(agent)sが、%(principal)sの代理人として申請") % {
        "agent": found.agent_label,
        "principal": found.principal_name,
    }
