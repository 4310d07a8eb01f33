"""How a request reaches an application: the own ones, and those whose link this browser has opened."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from ..models import Application
from ..permissions import application_open_to, cases_visible_to

SESSION_KEY = "applications"
KEPT = 50


def grant(request: HttpRequest, public_id: str) -> None:
    """Let this browser open the application as long as its session lasts."""
    granted = request.session.get(SESSION_KEY, [])
    if granted[-1:] == [public_id]:
        return
    kept = [one for one in granted if one != public_id]
    request.session[SESSION_KEY] = [*kept, public_id][-KEPT:]


def fetch_application(request: HttpRequest, public_id: UUID) -> Application:
    """The application, if this person or browser may see it; 404 otherwise."""
    granted = request.session.get(SESSION_KEY, ())
    application = application_open_to(request.user.pk, granted, public_id=public_id)
    if application is None:
        raise Http404
    return application


def parties_of_reader(request: HttpRequest, application: Application) -> tuple[str, ...]:
    """For whom this person gives documents: whoever may open the application gives those of the applicant."""
    del request, application
    return ("applicant",)


def fetch_case(request: HttpRequest, case_id: int, *, at: datetime) -> Application:
    """The case, if it is one of an office whose post the person holds now; 404 otherwise."""
    if request.user.pk is None:
        raise Http404
    return get_object_or_404(cases_visible_to(request.user.pk, at=at), id=case_id)
