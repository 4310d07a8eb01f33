from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocho.lib.text import normalize_line
from tocho.ui.fields import LineField

from .actions import Agent, Principal, Scope
from .models import Mandate
from .queries import categories, topics

MAIL_WRONG = _("メールアドレスの形を確かめてください。例：hanako@example.jp")


class ScopeForm(forms.Form):
    """Which procedures, and from when to when."""

    categories = forms.MultipleChoiceField(
        label=_("任せる手続の種類"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選んだ種類の手続は、あとから増えるものも任せます。"),
    )
    procedures = forms.MultipleChoiceField(
        label=_("任せる手続"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("種類も手続も選ばないと、すべての手続を任せます。"),
    )
    starts_on = forms.DateField(
        label=_("いつから"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("始まりの日を入力してください。"), "invalid": _("日付の形を確かめてください。")},
    )
    last_on = forms.DateField(
        label=_("いつまで"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("この日までです。途中でも、いつでも終わりにできます。"),
        error_messages={"required": _("終わりの日を入力してください。"), "invalid": _("日付の形を確かめてください。")},
    )
    may_pass_on = forms.BooleanField(label=_("代理人が、さらに別の人に頼むことを認める（復代理）"), required=False)

    def __init__(self, data: Any = None, *, today: date) -> None:
        last = date(today.year + 1, today.month, min(today.day, 28))
        super().__init__(data, initial={"starts_on": today.isoformat(), "last_on": last.isoformat()})
        self._offer("categories", list(categories().items()))
        self._offer("procedures", [(topic.key, topic.title) for topic in topics()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def scope(self) -> Scope:
        data = self.cleaned_data
        return Scope(
            data["procedures"],
            data["starts_on"],
            data["last_on"],
            may_pass_on=data.get("may_pass_on", False),
            categories=data["categories"],
        )


class AgentForm(ScopeForm):
    """Whom the principal asks."""

    agent_kind = forms.ChoiceField(label=_("代理人の区分"), choices=Mandate.AgentKind, widget=forms.RadioSelect)
    agent_name = LineField(
        label=_("代理人の氏名"), max_length=100, error_messages={"required": _("代理人の氏名を入力してください。")}
    )
    agent_email = forms.EmailField(
        label=_("代理人のメールアドレス"),
        help_text=_("この方に、引き受けるかどうかをメールで尋ねます。"),
        error_messages={"required": _("代理人のメールアドレスを入力してください。"), "invalid": MAIL_WRONG},
    )
    registration_number = LineField(
        label=_("行政書士の登録番号"),
        required=False,
        max_length=20,
        help_text=_("行政書士のときだけ入力してください。"),
    )
    field_order = ["agent_kind", "agent_name", "agent_email", "registration_number"]

    def agent(self) -> Agent:
        data = self.cleaned_data
        number = normalize_line(data["registration_number"])
        return Agent(data["agent_name"], data["agent_email"], data["agent_kind"], number)


class AskForm(ScopeForm):
    """The agent asks a principal who has no account."""

    principal_kind = forms.ChoiceField(label=_("本人の区分"), choices=Mandate.PrincipalKind, widget=forms.RadioSelect)
    principal_name = LineField(
        label=_("本人の氏名・名称"), max_length=100, error_messages={"required": _("本人の氏名を入力してください。")}
    )
    principal_email = forms.EmailField(
        label=_("本人のメールアドレス"),
        required=False,
        help_text=_("確認番号を送ります。メールがないときは、住所に手紙で送ります。"),
        error_messages={"invalid": MAIL_WRONG},
    )
    principal_address = LineField(label=_("本人の住所（手紙で送るとき）"), required=False, max_length=200)
    agent_kind = forms.ChoiceField(label=_("あなたの区分"), choices=Mandate.AgentKind, widget=forms.RadioSelect)
    registration_number = LineField(
        label=_("行政書士の登録番号"),
        required=False,
        max_length=20,
        help_text=_("行政書士のときだけ入力してください。"),
    )
    field_order = ["principal_kind", "principal_name", "principal_email", "principal_address", "agent_kind"]

    def principal(self) -> Principal:
        data = self.cleaned_data
        return Principal(
            data["principal_name"], data["principal_kind"], data["principal_email"], data["principal_address"]
        )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("確認番号（8けた）"),
        max_length=9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("確認番号を入力してください。")},
    )

    def clean_code(self) -> str:
        """Full-width digits, blanks and hyphens are forgiven."""
        return normalize_line(self.cleaned_data["code"]).replace(" ", "").replace("-", "")
