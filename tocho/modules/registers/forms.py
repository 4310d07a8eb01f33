from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import CorporateNumberField


class CorporateNumberForm(forms.Form):
    number = CorporateNumberField(label=_("法人番号"), help_text=_("13けたの数字。名称と所在地を台帳から入れます。"))
