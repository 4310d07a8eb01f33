from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.notify import api as notify
from tocho.modules.improvement import api as improvement

from ..models import Application
from ..permissions import access_token
from ..queries import definition, representation_of


def subject_of(application: Application) -> Subject:
    """The ledger's and the process's name for an application."""
    return Subject("application", application.id)


def record(application: Application, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    """One ledger entry about an application, with what every counter needs: the procedure's key and the office."""
    ledger.append(
        subject=subject_of(application),
        kind=kind,
        actor=actor,
        at=at,
        unit=application.unit,
        data={"procedure": definition(application.version_id).facts.key, **data},
    )


def reviewed(application: Application) -> improvement.Reviewed:
    """What a review of this application is about."""
    compiled = definition(application.version_id)
    return improvement.Reviewed(
        procedure=compiled.facts.key,
        version=application.version.number,
        title=compiled.title(),
        unit=application.unit,
        subject=subject_of(application),
    )


def note_stumbles(*, application: Application, step: str, questions: Iterable[str], at: datetime) -> None:
    """Count at which questions somebody erred; not who, and not what was typed."""
    improvement.note_stumbles(
        procedure=definition(application.version_id).facts.key,
        version=application.version.number,
        step=step,
        questions=questions,
        on=calendar.office_day(at),
    )


def tell_applicant(application: Application, template: str, *, key: str, at: datetime, **context: JSON) -> None:
    """A mail to the applicant with the link to the status page; nothing where no address was given."""
    _tell_agent(application, template, key=key, at=at, **context)
    if not application.applicant_email:
        return
    notify.send(
        key=f"application:{application.id}:{template}:{key}",
        template=f"procedures/{template}",
        to_email=application.applicant_email,
        to_user_id=application.user_id,
        context={
            "name": application.applicant_name,
            "title": definition(application.version_id).title(application.language),
            "number": application.receipt_number or "",
            "link": reverse("procedures:application_open", args=[access_token(application)]),
            **context,
        },
        language=application.language,
        at=at,
    )


def _tell_agent(application: Application, template: str, *, key: str, at: datetime, **context: JSON) -> None:
    """The same to the agent, in their account: their link opens only as long as the mandate is in force."""
    found = representation_of(application)
    if found is None or template in ("application_link", "agent_gone"):
        return
    notify.send(
        key=f"application:{application.id}:{template}:{key}:agent",
        template=f"procedures/{template}",
        to_email=found.agent.email,
        to_user_id=found.agent_id,
        context={
            "name": found.agent_label,
            "title": definition(application.version_id).title(application.language),
            "number": application.receipt_number or "",
            "link": reverse("procedures:application_status", args=[application.public_id]),
            **context,
        },
        language=application.language,
        at=at,
    )


def record_export(*, actor: Actor, form: str, at: datetime) -> None:
    """That an officer took the list of cases away as a file: it holds names."""
    ledger.append(
        subject=Subject("user", actor.user_id or 0),
        kind="application.exported",
        actor=actor,
        at=at,
        data={"form": form},
    )


def record_look(*, application: Application, actor: Actor, at: datetime) -> None:
    """That an officer opened a case: personal data is seen only by those who need it, and each look is recorded."""
    record(application, "application.viewed", actor=actor, at=at)
