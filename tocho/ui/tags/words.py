"""Small values inside sentences: dates, money, files, things to copy."""

from datetime import date, datetime, timedelta
from typing import Any

from django.template import Library
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.lib.dates import format_day, format_era
from tocho.ui.icons import icon
from tocho.ui.markup import EMPTY, attribute, attributes, dotted, format_html, in_brackets, one_of
from tocho.ui.numerals import Number, file_size, yen

register = Library()
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FORMATS = ("era", "date", "short", "datetime", "time")


PLAIN = timedelta(days=183)  # nearer than half a year, a day is known by its month


def day_words(day: date, fmt: str) -> str:
    """The day in the reader's language."""
    is_plain = fmt == "short" and abs(day - timezone.localdate()) < PLAIN
    if get_language() == "en":
        words = f"{day.day} {MONTHS[day.month - 1]}"
        return words if is_plain else f"{words} {day.year}"
    if fmt == "era":
        return format_era(day)
    if fmt == "short":
        return format_day(day) if is_plain else f"{day.year}年{format_day(day)}"
    return f"{day.year}年{day.month}月{day.day}日"


@register.simple_tag
def ui_date(value: date | datetime | None, fmt: str = "era") -> SafeString:
    """A day or a moment.

    ``era`` 令和2年11月20日 · ``date`` 2020年11月20日 · ``short`` 11月20日（金）, half a year and more away with its
    year · ``datetime``, ``time``.
    """
    one_of(fmt, FORMATS, "fmt")
    if not value:
        return EMPTY
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_words(value, fmt))
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = f"{local:%H:%M}"
    words = clock if fmt == "time" else day_words(local.date(), fmt)
    if fmt == "datetime":
        words += f" {clock}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


def moment(value: Any) -> SafeString | str:
    """A moment of a time line: dates are written out, prepared words stay as they are."""
    if isinstance(value, datetime):
        words: SafeString = ui_date(value, "datetime")
        return words
    if isinstance(value, date):
        day: SafeString = ui_date(value, "date")
        return day
    return value or ""


@register.simple_tag
def ui_yen(value: Number | None) -> SafeString | str:
    """An amount of money."""
    return "" if value is None else format_html('<span class="figure">{}</span>', yen(value))


@register.simple_tag
def ui_file(name: str, href: str, size: int | None = None, **extra: Any) -> SafeString:
    """A file to open, with its kind and size before one presses."""
    kind = name.rpartition(".")[2].upper() if "." in name else ""
    facts = dotted(part for part in (kind, file_size(size) if size else "") if part)
    return format_html(
        '<a class="file" href="{}"{}>{}<span>{}{}</span></a>',
        href,
        attributes(extra),
        icon("file"),
        name,
        format_html(' <span class="note">{}</span>', in_brackets(facts)) if facts else "",
    )


@register.simple_tag
def ui_copy(text: str, *, label: str = "") -> SafeString:
    """Something to copy: a number, an address. The button appears only where it can work."""
    return format_html(
        '<span class="copy"><code>{}</code><button class="button button-text button-s" type="button" hidden'
        "{}{}>{}</button></span>",
        text,
        attribute("data-copy", text),
        attribute("data-done", _("コピーしました")),
        label or _("コピーする"),
    )
