from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.ui.fields import EmailField as MailField
from tocho.ui.fields import FilesField, IntegerJField, LineField, ParagraphsField

from .actions import Particulars
from .models import Event
from .rules import MOST_PEOPLE, is_safe_link

MATERIAL_TYPES = ("pdf", "docx", "xlsx", "csv", "jpeg", "png", "zip")


class LinkField(LineField):
    """An address of a meeting or a recording, with one of the schemes that the operator allows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, required=False, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_safe_link(value, settings.EVENT_LINK_SCHEMES):
            allowed = "、".join(f"{scheme}:" for scheme in settings.EVENT_LINK_SCHEMES)
            raise self.refuse(_("%(label)sは次のどれかで始めてください：%(allowed)s"), "link", allowed=allowed)


class RegistrationForm(forms.Form):
    """Who comes. Nothing is asked that the event does not need."""

    name = LineField(label=_("名前"), max_length=100, autocomplete="name")
    email = MailField(label=_("メールアドレス"), help_text=_("確認と、当日の入り口をお送りします。"))
    organisation = LineField(label=_("会社・団体の名前"), max_length=200, autocomplete="organization")
    people = IntegerJField(
        label=_("人数"), minimum=1, maximum=MOST_PEOPLE, initial=1, help_text=_("自分を含めた人数。10人まで。")
    )
    answer = ParagraphsField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, event: Event, question: str, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        if event.audience != Event.Audience.COMPANIES:
            del self.fields["organisation"]
        if question:
            self.fields["answer"].label = question
        else:
            del self.fields["answer"]


class EventForm(forms.Form):
    """What is said of an event. Day and hours are those of the place."""

    unit = forms.ChoiceField(label=_("担当部署"))
    title = LineField(label=_("催しの名前"), max_length=120)
    summary = LineField(
        label=_("ひとことで"), max_length=300, help_text=_("一覧に出ます。だれに、何を話すかを一文で。")
    )
    day = forms.DateField(label=_("日にち"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("始まる時刻"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("終わる時刻"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    way = forms.ChoiceField(label=_("開き方"), choices=Event.Way.choices, widget=forms.RadioSelect, initial="online")
    place = LineField(label=_("会場"), required=False, help_text=_("オンラインだけのときは空のままにします。"))
    live_url = LinkField(
        label=_("配信のリンク"),
        help_text=_("申し込んだ人だけが、始まる15分前から開けます。あとから入れてもかまいません。"),
    )
    audience = forms.ChoiceField(
        label=_("参加できる人"), choices=Event.Audience.choices, widget=forms.RadioSelect, initial="public"
    )
    capacity = IntegerJField(
        label=_("定員"),
        required=False,
        minimum=1,
        maximum=100_000,
        help_text=_("空のままにすると、定員なしになります。"),
    )
    has_waiting_list = forms.BooleanField(
        label=_("満席になったら、キャンセル待ちを受け付ける"), required=False, initial=True
    )
    body = ParagraphsField(label=_("くわしい内容"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    question = LineField(
        label=_("申し込む人への質問"), required=False, help_text=_("一つだけ聞けます。例：聞きたいことはありますか")
    )
    title_en = LineField(label=_("催しの名前（英語）"), required=False)
    summary_en = LineField(label=_("ひとことで（英語）"), required=False, max_length=500)
    body_en = ParagraphsField(label=_("くわしい内容（英語）"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    question_en = LineField(label=_("申し込む人への質問（英語）"), required=False, max_length=300)
    title_easy = LineField(label=_("催しの名前（やさしい日本語）"), required=False, max_length=200)
    summary_easy = LineField(label=_("ひとことで（やさしい日本語）"), required=False, max_length=500)
    body_easy = ParagraphsField(
        label=_("くわしい内容（やさしい日本語）"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    question_easy = LineField(label=_("申し込む人への質問（やさしい日本語）"), required=False, max_length=300)
    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)

    def __init__(self, units: list[tuple[str, str]], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", _("終わる時刻は、始まる時刻より後にしてください。"))
        if given.get("way") in ("onsite", "hybrid") and not given.get("place"):
            self.add_error("place", _("会場を入力してください。"))
        return given

    def particulars(self) -> Particulars:
        """What was entered, with moments instead of day and hours."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        day, starts, ends = given.pop("day"), given.pop("starts"), given.pop("ends")
        if given["way"] == Event.Way.ONLINE:
            given["place"] = ""
        return Particulars(
            **given,
            starts_at=timezone.make_aware(datetime.combine(day, starts)),
            ends_at=timezone.make_aware(datetime.combine(day, ends)),
        )


def initial_of(event: Event) -> dict[str, Any]:
    """An event as the form shows it."""
    start, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    said = {name: getattr(event, name) for name in EventForm.base_fields if hasattr(event, name)}
    return {**said, "day": start.date(), "starts": start.time(), "ends": end.time()}


class CancelForm(forms.Form):
    reason = LineField(
        label=_("中止する理由"), max_length=300, help_text=_("申し込んだ人へのメールと、催しの画面に出ます。")
    )


class AttendanceForm(forms.Form):
    online = IntegerJField(
        label=_("オンラインの参加者"),
        minimum=0,
        maximum=1_000_000,
        help_text=_("配信のサービスの記録と違うときは、ここで直します。"),
    )
    onsite = IntegerJField(label=_("会場の参加者"), minimum=0, maximum=1_000_000)


class RecordingForm(forms.Form):
    url = LinkField(label=_("録画のリンク"), help_text=_("空にすると、録画を下げます。"))
    for_whom = forms.ChoiceField(
        label=_("だれが見られますか"), choices=Event.RecordingFor.choices, widget=forms.RadioSelect, initial="public"
    )
    until = forms.DateField(
        label=_("いつまで見られますか"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("その日の終わりまで見られます。空のままなら期限はありません。"),
    )


class MaterialForm(forms.Form):
    file = FilesField(label=_("載せるファイル"), max_bytes=20_000_000, types=MATERIAL_TYPES)
    is_public = forms.BooleanField(label=_("申し込んでいない人にも見せる"), required=False, initial=True)
