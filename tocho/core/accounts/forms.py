from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.account.forms import (
    ReauthenticateForm as ReauthenticateByPasswordForm,
)
from allauth.account.forms import SignupForm as BaseSignUpForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tocho.core.accounts.models import User, UserKind
from tocho.ui.fields import KanaField, LineField

MAIL_LENGTH = 254
ADVICE = _("10文字以上。覚えやすい言葉をいくつか並べると安全です。")


def ask(field: forms.Field, label: Any, advice: Any = "", *, autocomplete: str) -> None:
    """Our words instead of allauth's, and no placeholder that vanishes when one types."""
    field.label, field.help_text = label, advice
    field.widget.attrs = {"autocomplete": autocomplete}


def ask_mail(field: forms.Field, advice: Any = "") -> None:
    """A mail address, no longer than a mail server takes (RFC 5321 4.5.3.1) and our rows hold."""
    ask(field, _("メールアドレス"), advice, autocomplete="email")
    field.validators.append(MaxLengthValidator(MAIL_LENGTH))


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("メールアドレスまたは職員番号")
        self.fields["login"].widget = forms.TextInput(attrs={"autocomplete": "username webauthn"})
        ask(self.fields["password"], _("パスワード"), autocomplete="current-password")


class SignUpForm(BaseSignUpForm):  # type: ignore[misc]
    display_name = LineField(label=_("氏名"), max_length=100)
    display_name_kana = KanaField(label=_("氏名（フリガナ）"), max_length=100)
    field_order = ["display_name", "display_name_kana", "email", "password1"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        ask_mail(self.fields["email"], _("確認コードを送ります。"))
        ask(self.fields["password1"], _("パスワード"), ADVICE, autocomplete="new-password")

    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        user.kind = UserKind.RESIDENT
        user.display_name = self.cleaned_data["display_name"]
        user.display_name_kana = self.cleaned_data["display_name_kana"]
        user.save(update_fields=["kind", "display_name", "display_name_kana"])
        return user


class NewPassword:
    """Labels of the two fields for a new password."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if "oldpassword" in self.fields:
            ask(self.fields["oldpassword"], _("いまのパスワード"), autocomplete="current-password")
        ask(self.fields["password1"], _("新しいパスワード"), ADVICE, autocomplete="new-password")
        ask(self.fields["password2"], _("新しいパスワード（もう一度）"), autocomplete="new-password")


class PasswordChangeForm(NewPassword, ChangePasswordForm):  # type: ignore[misc]
    pass


class PasswordSetForm(NewPassword, SetPasswordForm):  # type: ignore[misc]
    pass


class PasswordResetForm(NewPassword, ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class AskMail:
    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask_mail(self.fields["email"])


class ResetRequestForm(AskMail, ResetPasswordForm):  # type: ignore[misc]
    pass


class MailForm(AskMail, AddEmailForm):  # type: ignore[misc]
    pass


class PasswordAgainForm(ReauthenticateByPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask(self.fields["password"], _("パスワード"), autocomplete="current-password")


class AskCode:
    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask(self.fields["code"], _("確認コード"), autocomplete="one-time-code")


class CodeForm(AskCode, AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgainForm(AskCode, ReauthenticateForm):  # type: ignore[misc]
    pass


class AppForm(AskCode, ActivateTOTPForm):  # type: ignore[misc]
    pass


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask(self.fields["name"], _("名前"), _("あとで見分けるためのもの。例：自分のスマートフォン"), autocomplete="off")
        self.fields["passwordless"].label = _("パスワードなしでログインする")
        self.fields["passwordless"].help_text = _("外すと、パスワードのあとの二段階目の確認にだけ使います。")
        self.fields["passwordless"].initial = True


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask(self.fields["name"], _("名前"), autocomplete="off")
