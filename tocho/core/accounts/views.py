from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tocho.core.accounts.queries import sample_user, samples


class SignInView(LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = list(samples().values()) if settings.DEMO else []
        return {**super().get_context_data(**kwargs), "samples": people}

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


sign_in = SignInView.as_view()


@require_POST
@login_not_required
def sample_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    user = sample_user(username)
    if user is None:
        raise Http404
    response: HttpResponse = perform_login(
        request,
        Login(
            user=user,
            redirect_url=get_next_redirect_url(request),
            email_verification="none",
            signal_kwargs={"method": "sample"},
        ),
    )
    return response
