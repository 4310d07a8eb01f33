"""What allauth asks this house: how mail is sent, where to go after signing in, whom a provider's answer stands for."""

import base64
import hashlib
import logging
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocho.core.accounts.actions import UnknownEmployee, employee_vouched_for, record_failure, record_lock
from tocho.core.accounts.models import User, UserKind
from tocho.core.notify import api as notify

log = logging.getLogger(__name__)
LOCK_SECONDS = 15 * 60
WRONG = _("メールアドレス（職員番号）かパスワードが正しくありません。")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in and up with a password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("このアカウントは停止されています。"),
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "incorrect_password": _("パスワードが正しくありません。"),
        "incorrect_code": _("確認コードが正しくありません。"),
        "too_many_login_attempts": _(
            "続けて間違えたため、しばらくログインできません。15分ほど待ってからもう一度お試しください。"
        ),
        "rate_limited": _("短い時間に何度も送信されました。しばらく待ってからもう一度お試しください。"),
        "enter_current_password": _("いまのパスワードを入力してください。"),
        "same_as_current": _("いまと違うものを入力してください。"),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        notify.send(
            key=f"accounts.{uuid4()}",
            template="accounts/message",
            to_email=email,
            context={"subject": str(message.subject), "body": str(message.body)},
            language=get_language() or "ja",
            at=timezone.now(),
        )

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Employees have no password of ours where their own provider signs them in."""
        if user.kind == UserKind.EMPLOYEE and employees_provider_configured():
            return
        super().send_password_reset_mail(user, email, context)

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        """The personnel register gave an employee's address: nobody has to confirm it with a code."""
        if user.is_employee and user.email:
            verified = {"verified": True, "primary": True}
            EmailAddress.objects.get_or_create(user=user, email=user.email.lower(), defaults=verified)
        response: HttpResponse | None = super().pre_login(request, user, **details)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        is_employee = isinstance(request.user, User) and request.user.is_employee
        return "/desk/" if is_employee else str(super().get_login_redirect_url(request))

    def generate_unique_username(self, txts: list[str | None], regex: str | None = None) -> str:
        """Not made from the name or the mail address, which would stand in every log."""
        return f"u-{uuid4().hex}"

    def get_user_search_fields(self) -> list[str]:
        return ["username", "email", "display_name"]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            user = _known(credentials)
            if user is not None and cache.add(f"accounts.locked.{user.id}", 1, LOCK_SECONDS):
                record_lock(user=user, address=self.get_client_ip(request), at=timezone.now())
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = _known(credentials)
        if user is not None:
            record_failure(user=user, address=self.get_client_ip(request), at=timezone.now())


def _known(credentials: dict[str, Any]) -> User | None:
    """Whose account was tried; nothing is recorded of names that nobody has."""
    username, email = credentials.get("username"), credentials.get("email")
    user = User.objects.filter(username=username).first() if username else None
    if user is None and email:
        user = next(iter(filter_users_by_email(email, prefer_verified=True)), None)
    return user


def employees_provider_configured() -> bool:
    """Whether an OpenID provider for employees stands in the settings."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return any(app["settings"].get("kind") == UserKind.EMPLOYEE for app in apps)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People for whom an OpenID provider vouches: residents and companies get an account, employees must have one."""

    def new_user(self, request: HttpRequest, sociallogin: Any) -> User:
        return User(kind=sociallogin.provider.app.settings["kind"])

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, {**data, "username": ""})
        user.display_name = str(data.get("name") or "")
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        app = sociallogin.provider.app
        if app.settings["kind"] != UserKind.EMPLOYEE:
            return
        claims = sociallogin.account.extra_data.get("userinfo", {})
        try:
            user = employee_vouched_for(str(claims.get(app.settings["number_claim"]) or ""))
        except UnknownEmployee as refusal:
            page = render(request, "socialaccount/authentication_error.html", {"message": refusal.message}, status=403)
            raise ImmediateHttpResponse(page) from refusal
        if sociallogin.is_existing and sociallogin.user.id != user.id:
            # The provider gave the number to somebody else: the old link must not open the new holder's account.
            sociallogin.account.delete()
            sociallogin.account.pk = None
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(sociallogin.provider.app.settings["kind"] != UserKind.EMPLOYEE)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        log.warning("sign-in by %s failed: %s", getattr(provider, "sub_id", provider), details.get("exception"))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps are encrypted with a key made from SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("確認コードが正しくありません。"),
        "unverified_email": _("先にメールアドレスの確認を済ませてください。"),
        "cannot_generate_recovery_codes": _("先にパスキーか認証アプリを登録してください。"),
    }

    def generate_authenticator_name(self, user: User, kind: str) -> str:
        return str(_("パスキー"))

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [force_bytes(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"tocho.mfa" + key).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
