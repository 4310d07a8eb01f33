from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.account.forms import SignupForm as BaseSignUpForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tocho.core.accounts.models import User, UserKind
from tocho.ui.fields import KanaField, LineField

ADVICE = _("10文字以上。覚えやすい言葉をいくつか並べると安全です。")


def new_password(field: forms.Field, label: object = _("新しいパスワード"), advice: object = ADVICE) -> None:
    field.label, field.help_text = label, advice
    field.widget.attrs = {"autocomplete": "new-password"}


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("メールアドレスまたは職員番号")
        self.fields["login"].widget = forms.TextInput(attrs={"autocomplete": "username webauthn"})
        self.fields["password"].label = _("パスワード")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class SignUpForm(BaseSignUpForm):  # type: ignore[misc]
    display_name = LineField(label=_("氏名"), max_length=100)
    display_name_kana = KanaField(label=_("氏名（フリガナ）"), max_length=100)
    field_order = ["display_name", "display_name_kana", "email", "password1"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].label = _("メールアドレス")
        self.fields["email"].help_text = _("確認コードを送ります。")
        self.fields["email"].widget.attrs = {"autocomplete": "email"}
        new_password(self.fields["password1"], _("パスワード"))

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
            self.fields["oldpassword"].label = _("いまのパスワード")
            self.fields["oldpassword"].help_text = ""
            self.fields["oldpassword"].widget.attrs = {"autocomplete": "current-password"}
        new_password(self.fields["password1"])
        new_password(self.fields["password2"], _("新しいパスワード（もう一度）"), "")


class PasswordChangeForm(NewPassword, ChangePasswordForm):  # type: ignore[misc]
    pass


class PasswordSetForm(NewPassword, SetPasswordForm):  # type: ignore[misc]
    pass


class PasswordResetForm(NewPassword, ResetPasswordKeyForm):  # type: ignore[misc]
    pass
