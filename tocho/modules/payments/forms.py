from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Method


class MethodForm(forms.Form):
    method = forms.ChoiceField(
        label=_("支払い方法"),
        choices=Method.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("支払い方法を選んでください。"),
            "invalid_choice": _("支払い方法を選んでください。"),
        },
    )
