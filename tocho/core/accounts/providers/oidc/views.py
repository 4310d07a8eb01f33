"""The answer of an OpenID provider, believed only after verification (OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2)."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse

SIGNATURES = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "EdDSA")
LEEWAY_SECONDS = 60
KEEP_SECONDS = 600.0
ASSERTION_SECONDS = 60
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_documents: dict[str, tuple[float, dict[str, Any]]] = {}


def fetch(url: str, *, fresh: bool = False) -> dict[str, Any]:
    """A provider's configuration or keys, kept for ten minutes."""
    kept = _documents.get(url)
    if kept is not None and not fresh and time.monotonic() - kept[0] < KEEP_SECONDS:
        return kept[1]
    with get_adapter().get_requests_session() as session:
        response = session.get(url)
    response.raise_for_status()
    document: dict[str, Any] = response.json()
    _documents[url] = (time.monotonic(), document)
    return document


def verify_id_token(token: str, *, keys_url: str, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token whose signature, issuer, audience, times and nonce are right.

    :raises OAuth2Error: anything is wrong with it.
    """
    import jwt

    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        key = _key(fetch(keys_url), key_id) or _key(fetch(keys_url, fresh=True), key_id)
        if key is None:
            raise OAuth2Error("the ID token is signed with an unknown key")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key.key,
            algorithms=[name for name in SIGNATURES if name == (key.algorithm_name or name)],
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise OAuth2Error(f"the ID token is not valid: {error}") from error
    if claims.get("nonce") != nonce:
        raise OAuth2Error("the ID token answers another request")
    if claims.get("azp", client_id) != client_id:
        raise OAuth2Error("the ID token is for another client")
    return claims


def _key(keys: dict[str, Any], key_id: str | None) -> Any:
    """The signing key of a JWK set with that id; a set of one key needs none."""
    import jwt

    fitting = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
    named = [key for key in fitting if key.key_id == key_id] if key_id else fitting
    return named[0] if len(named) == 1 else None


class AssertingClient(OAuth2Client):  # type: ignore[misc]
    """A client that proves itself with a signed assertion (private_key_jwt, RFC 7523), as デジタル認証アプリ wants."""

    private_key: str = ""
    private_key_id: str = ""

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None
    ) -> dict[str, Any]:
        if self.private_key:
            extra_data = {**(extra_data or {}), **self.assertion()}
        token: dict[str, Any] = super().get_access_token(code, pkce_code_verifier, extra_data)
        return token

    def assertion(self) -> dict[str, str]:
        import jwt

        now = int(time.time())
        claims = {
            "iss": self.consumer_key,
            "sub": self.consumer_key,
            "aud": self.access_token_url,
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        algorithm = "ES256" if "EC PRIVATE KEY" in self.private_key else "RS256"
        headers = {"kid": self.private_key_id} if self.private_key_id else None
        signed = jwt.encode(claims, self.private_key, algorithm=algorithm, headers=headers)
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


class VerifyingAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Trusts nothing that the provider has not signed for this very request."""

    client_class = AssertingClient
    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        return fetch(self.get_provider().server_url)

    def get_client(self, request: HttpRequest, app: SocialApp) -> AssertingClient:
        client: AssertingClient = super().get_client(request, app)
        key_file = app.settings.get("private_key_file")
        if key_file:
            client.private_key = Path(key_file).read_text(encoding="ascii")
            client.private_key_id = app.settings.get("private_key_id", "")
        return client

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        config = self.openid_config
        claims = verify_id_token(
            kwargs["response"].get("id_token") or "",
            keys_url=config["jwks_uri"],
            issuer=config["issuer"],
            client_id=app.client_id,
            nonce=self.nonce,
        )
        wanted = str(app.settings.get("acr") or "").split()
        if wanted and claims.get("acr") not in wanted:
            raise OAuth2Error("the provider did not authenticate as strongly as asked")
        person = self._fetch_user_info(token.token) if "userinfo_endpoint" in config else claims
        if person.get("sub") != claims["sub"]:
            raise OAuth2Error("the user information is about somebody else")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": {**claims, **person}})


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]
    """Hands the nonce of the request to the adapter."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce", "")
        return state, response


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _run(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _run(CallbackView, request, provider_id)


def _run(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(VerifyingAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except requests.RequestException as error:
        # The provider's configuration cannot be read: say so, instead of a server error.
        from allauth.socialaccount.helpers import render_authentication_error

        provider = get_adapter().get_provider(request, provider_id)
        failed: HttpResponse = render_authentication_error(request, provider, exception=error)
        return failed
    return response
