"""How a request reaches an application: the own ones, and those whose link this browser has opened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tocho.core.accounts import api as accounts
from tocho.core.ledger.api import Actor, Subject
from tocho.modules.cosigning import api as cosigning

from ..models import Application
from ..permissions import application_open_to, cases_elsewhere, cases_visible_to, is_signer

SESSION_KEY = "applications"
KEPT = 50


def grant(request: HttpRequest, public_id: str) -> None:
    """Let this browser open the application as long as its session lasts."""
    granted = request.session.get(SESSION_KEY, [])
    if granted[-1:] == [public_id]:
        return
    accounts.remember(request.session, SESSION_KEY, public_id, most=KEPT)


def fetch_application(request: HttpRequest, public_id: UUID) -> Application:
    """The application, if this person or browser may see it; 404 otherwise."""
    granted = request.session.get(SESSION_KEY, ())
    application = application_open_to(request.user.pk, granted, public_id=public_id)
    if application is None:
        raise Http404
    return application


SIGNINGS_KEY = "signings"


def grant_signing(request: HttpRequest, public_id: UUID) -> None:
    """Let this browser sign for the person whose mailed link it has opened."""
    accounts.remember(request.session, SIGNINGS_KEY, str(public_id), most=KEPT)


def actor_at(request: HttpRequest, application: Application) -> Actor:
    """The person at the keyboard; an agent acts for the principal."""
    user_id = request.user.pk
    is_agent = application.acting_as == "agent" and user_id is not None and user_id != application.user_id
    return Actor(user_id=user_id, acting_for_id=application.user_id if is_agent else None)


def fetch_signing(request: HttpRequest, public_id: UUID) -> tuple[Application, cosigning.InvitationView]:
    """An application and the invitation to sign it, for the person who was asked; 404 for everybody else."""
    asked = cosigning.invitation(public_id)
    granted = request.session.get(SIGNINGS_KEY, ())
    if asked is None or not is_signer(request.user.pk, granted, invitation=asked):
        raise Http404
    return get_object_or_404(Application.objects.exclude(state="expired"), id=asked.subject.id), asked


@dataclass(frozen=True)
class Reader:
    """Somebody who gives documents: for which parties, and the page on which a co-signer goes on."""

    application: Application
    parties: tuple[str, ...]
    signing: UUID | None = None


def fetch_reader(request: HttpRequest, public_id: UUID) -> Reader:
    """The application for somebody who gives documents to it: applicant or co-signer; 404 for everybody else."""
    granted = request.session.get(SESSION_KEY, ())
    own = application_open_to(request.user.pk, granted, public_id=public_id)
    if own is not None:
        return Reader(own, ("applicant", "agent") if own.acting_as == "agent" else ("applicant",))
    application = get_object_or_404(Application.objects.exclude(state="expired"), public_id=public_id)
    asked = cosigning.invitations_of(Subject("application", application.id))
    signings = request.session.get(SIGNINGS_KEY, ())
    mine = [one for one in asked if is_signer(request.user.pk, signings, invitation=one)]
    if not mine:
        raise Http404
    return Reader(application, tuple(one.party for one in mine), mine[0].public_id)


def fetch_case(request: HttpRequest, case_id: int, *, at: datetime) -> Application:
    """The case, if it is one of an office whose post the person holds now; 404 otherwise."""
    if request.user.pk is None:
        raise Http404
    return get_object_or_404(cases_visible_to(request.user.pk, at=at), id=case_id)


def read_case(request: HttpRequest, case_id: int, *, at: datetime) -> Application:
    """The case to read: as ``fetch_case``, or one of the office that another section examines now; 404 otherwise."""
    try:
        return fetch_case(request, case_id, at=at)
    except Http404:
        return get_object_or_404(cases_elsewhere(request.user.pk or 0, at=at), id=case_id)
