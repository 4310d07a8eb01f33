"""Figures at a glance: large numbers, meters, progress."""

from django.template import Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.ui.markup import attribute, format_html, optional
from tocho.ui.numerals import Number, count

register = Library()


def percent(value: Number, whole: Number) -> float:
    """Where the value lies on a scale from 0 to the whole, in percent, kept inside the scale."""
    return round(min(100.0, max(0.0, 100 * float(value) / float(whole))), 2) if whole else 0.0


def bar(value: Number, target: Number | None, whole: Number, label: str) -> SafeString:
    """The bar as SVG, because the CSP allows no ``style=``; the target is a dark mark across it."""
    mark = percent(target, whole) if target is not None else None
    words = f"{label} {count(value)} / {count(whole)}".strip()
    if target is not None:
        words += _("、目標 %s") % count(target)
    return format_html(
        '<svg class="meter" role="img" aria-label="{}" width="100%" height="20">'
        '<rect class="meter-back" y="4" width="100%" height="12" rx="6"/>'
        '<rect class="meter-fill" y="4" width="{}%" height="12" rx="6"/>{}</svg>',
        words,
        percent(value, whole),
        optional(
            '<rect class="meter-target" x="{}%" y="0" width="3" height="20" transform="translate(-1.5 0)"/>', mark
        ),
    )


@register.simple_tag
def ui_meter(value: Number, target: Number | None = None, *, max: Number = 100, label: str = "") -> SafeString:  # noqa: A002
    """How far along, with the target as a mark."""
    return bar(value or 0, target, max, label)


@register.simple_tag
def ui_stat(
    label: str,
    value: object,
    *,
    unit: str = "",
    note: str = "",
    meter: Number | None = None,
    target: Number | None = None,
    href: str = "",
) -> SafeString:
    """One number that matters: ``meter`` and ``target`` are percentages."""
    number = count(value) if isinstance(value, int) else value
    title = format_html('<a href="{}">{}</a>', href, label) if href else label
    return format_html(
        '<div class="stat"><p class="stat-label">{}</p><p class="stat-value">{}{}</p>{}{}</div>',
        title,
        number,
        optional("<small>{}</small>", unit),
        "" if meter is None or meter == "" else bar(meter, target, 100, label),
        optional('<p class="note">{}</p>', note),
    )


@register.simple_tag
def ui_progress(value: Number | None = None, max: Number = 100, label: str = "") -> SafeString:  # noqa: A002
    """Work going on; without a value it only says that it goes on."""
    return format_html(
        '<label class="progress"><span>{}</span><progress max="{}"{}></progress></label>',
        label or _("処理しています"),
        max,
        attribute("value", value if value is None else str(value)),
    )
