from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.org.models import AbsenceReason, AppointmentKind
from tocho.ui.fields import LineField


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


class AppointmentForm(forms.Form):
    """発令 of a 職務代理 or 事務取扱: who, which post, on what basis, from when to when (last day)."""

    kind = forms.TypedChoiceField(
        label=_("発令区分"),
        coerce=lambda value: AppointmentKind(int(value)),
        choices=[
            (AppointmentKind.PROXY, _("職務代理（職にある人がいても、法令により職務を代理する）")),
            (AppointmentKind.ACTING, _("事務取扱（空いている職の事務を、ほかの職の人が取り扱う）")),
        ],
        widget=forms.RadioSelect,
    )
    office = LineField(label=_("職のある組織"), max_length=200, help_text=_("例　主税局 徴収部 徴収課"))
    title = LineField(label=_("職名"), max_length=60, help_text=_("例　課長"))
    person = LineField(label=_("発令を受ける人"), max_length=150, help_text=_("職員番号か、職員全体で1人だけの氏名。"))
    basis = LineField(
        label=_("根拠"), max_length=200, help_text=_("例　地方自治法第152条第1項、東京都職員の任用に関する規程")
    )
    starts_on = forms.DateField(label=_("いつから"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_on = forms.DateField(
        label=_("いつまで"),
        help_text=_("最後の日。決まっていなければ空のままで構いません。"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("過ぎた日からの発令は登録できません。"))
        return day
