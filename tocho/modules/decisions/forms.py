from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import ParagraphsField


class OpinionForm(forms.Form):
    opinion = ParagraphsField(
        label=_("意見"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("書かなくてもかまいません。書くと、決定の記録に残ります。"),
    )


class ReasonForm(forms.Form):
    reason = ParagraphsField(
        label=_("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("理由を入力してください。起案者に伝わります。")},
    )
