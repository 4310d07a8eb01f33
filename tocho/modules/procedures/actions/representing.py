"""Acts of an agent (代理人): under a mandate that is held in force, recorded as theirs for the principal."""

from datetime import datetime

from django.db import transaction

from tocho.core.ledger.api import Actor
from tocho.modules.mandates import api as mandates

from ..models import ActingAs, Application, Representation
from ..queries import definition, representation_of
from .recording import tell_applicant


def represent(application: Application, *, mandate_id: int, agent_id: int, at: datetime) -> None:
    """Begin an application as agent: the principal is its applicant. :raises mandates.NotInForce:"""
    _hold(application, mandate_id=mandate_id, agent_id=agent_id, at=at)
    power = mandates.mandate(mandate_id)
    application.user_id, application.acting_as = power.principal_id, ActingAs.AGENT
    application.applicant_email = power.principal_email
    application.save(update_fields=["user", "acting_as", "applicant_email"])
    Representation.objects.create(
        application=application,
        mandate_id=mandate_id,
        agent_id=agent_id,
        agent_label=power.agent_label,
        principal_name=power.principal_name,
    )


def _hold(application: Application, *, mandate_id: int, agent_id: int | None, at: datetime) -> None:
    facts = definition(application.version_id).facts
    mandates.hold(mandate_id=mandate_id, agent_id=agent_id, procedure=facts.key, category=facts.category, at=at)


def acting(application: Application, *, by: int | None, at: datetime) -> Actor:
    """The actor of an applicant's act, for the ledger. An agent's mandate is held until the transaction ends.

    :param by: the person at the keyboard, None where the application was opened by a mailed link.
    :raises mandates.NotInForce: the agent's mandate is over.
    """
    found = representation_of(application)
    if found is None or by != found.agent_id:
        return Actor(user_id=application.user_id)
    _hold(application, mandate_id=found.mandate_id, agent_id=by, at=at)
    return Actor(user_id=by, acting_for_id=application.user_id)


@transaction.atomic
def tell_principals(*, mandate_id: int, at: datetime) -> int:
    """The mandate is over: the principal of each running application learns that they go on alone. How many."""
    running = Representation.objects.filter(
        mandate_id=mandate_id, application__state__in=[Application.State.DRAFT, *Application.RUNNING]
    ).select_related("application")
    found = list(running)
    for one in found:
        application = one.application
        more = {"agent": one.agent_label}
        tell_applicant(application, "agent_gone", key=str(mandate_id), at=at, **more)
    return len(found)
