from django import forms
from django.utils.translation import gettext_lazy as _


class OpinionForm(forms.Form):
    opinion = forms.CharField(
        label=_("意見"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("書かなくてもかまいません。書くと、決定の記録に残ります。"),
        error_messages={"max_length": _("意見は2000字までにしてください。")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("理由を入力してください。起案者に伝わります。")},
    )
