from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RemarkForm(forms.Form):
    """The words of a reviewer."""

    remark = forms.CharField(
        label=_("ひとこと"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("差し戻すときは、どこをどう直せばよいかを書いてください。"),
    )


class PlanForm(forms.Form):
    """The day and time of publication."""

    publish_on = forms.DateField(
        label=_("公開する日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("公開する日を入力してください。"), "invalid": _("日付の形を確かめてください。")},
    )
    publish_time = forms.TimeField(
        label=_("時刻"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("空のままなら0時です。"),
    )

    def clean(self) -> dict[str, Any]:
        """Adds ``publish_at``, a moment in the government's time zone."""
        data: dict[str, Any] = super().clean() or {}
        if day := data.get("publish_on"):
            clock = data.get("publish_time") or datetime.min.time()
            data["publish_at"] = datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())
        return data


class TrialForm(forms.Form):
    """Who is asked to try a design, and until when."""

    emails = forms.CharField(
        label=_("招待する人のメールアドレス"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        help_text=_("1行に1人。その人だけが使えるリンクを送ります。"),
    )
    closes_on = forms.DateField(
        label=_("終わりの日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_emails(self) -> list[str]:
        found = [line.strip() for line in self.cleaned_data["emails"].replace(",", "\n").splitlines() if line.strip()]
        for one in found:
            try:
                validate_email(one)
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    _("メールアドレスを確かめてください：%(text)s") % {"text": one[:100]}
                ) from error
        return found
