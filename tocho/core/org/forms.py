from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.org.models import AbsenceReason


class AbsenceForm(forms.Form):
    starts_on = forms.DateField(label=_("いつから"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts_time = forms.TimeField(
        label=_("始まりの時刻"),
        help_text=_("一日中なら空のままで構いません。"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends_on = forms.DateField(label=_("いつまで"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_time = forms.TimeField(
        label=_("終わりの時刻"),
        help_text=_("その日の終わりまでなら空のままで構いません。"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    reason = forms.ChoiceField(label=_("理由"), choices=AbsenceReason.choices, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        """Adds ``starts_at`` and ``ends_at``: the first moment away, and the first moment back."""
        data: dict[str, Any] = super().clean() or {}
        if "starts_on" in data and "ends_on" in data:
            data["starts_at"] = moment(data["starts_on"], data.get("starts_time") or time.min)
            if data.get("ends_time"):
                data["ends_at"] = moment(data["ends_on"], data["ends_time"])
            else:
                data["ends_at"] = moment(data["ends_on"] + timedelta(days=1), time.min)
        return data


def moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())
