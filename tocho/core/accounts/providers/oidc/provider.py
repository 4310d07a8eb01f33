"""The OpenID Connect provider class that allauth finds by this module's name."""

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse

from tocho.core.accounts.providers.oidc.views import VerifyingAdapter


class VerifyingProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """allauth's provider with what デジタル認証アプリ requires and OpenID Connect Core asks of a careful client.

    Always PKCE (S256) and a nonce; scope and acr_values come from the settings alone, never from the address.
    """

    pkce_enabled_default = True
    oauth2_adapter_class = VerifyingAdapter

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return list(self.get_scope())

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return self.get_auth_params()

    def get_auth_params(self) -> dict[str, str]:
        acr = self.app.settings.get("acr")
        return {"acr_values": acr} if acr else {}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        params = {**kwargs.pop("auth_params", self.get_auth_params()), "nonce": nonce}
        response: HttpResponse = super().redirect(
            request, process, next_url, data, auth_params=params, nonce=nonce, **kwargs
        )
        return response


provider_classes = [VerifyingProvider]
