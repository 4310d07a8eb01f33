"""Reactions to allauth's news."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from tocho.core.accounts.actions import record_sign_in
from tocho.core.accounts.models import User


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(request: HttpRequest, user: User, **details: Any) -> None:
    method = details.get("method") or sign_in_method(request, user)
    record_sign_in(user=user, method=method, address=get_adapter(request).get_client_ip(request), at=timezone.now())


def sign_in_method(request: HttpRequest, user: User) -> str:
    """The last proof that was given: password, totp, passkey, recovery_codes, or the id of an OpenID provider."""
    records = get_authentication_records(request, user)
    last = records[-1] if records else {}
    if last.get("method") == "socialaccount":
        return str(last.get("provider", ""))
    if last.get("method") == "mfa":
        return "passkey" if last.get("type") == "webauthn" else str(last.get("type", ""))
    return str(last.get("method", "password"))
