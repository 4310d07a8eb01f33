from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocho.engines.facts import api as facts
from tocho.engines.facts.api import Dashboard
from tocho.lib.dates import month_start
from tocho.ui.markup import in_brackets
from tocho.ui.numerals import count


def search_chips() -> tuple[tuple[str, str], ...]:
    """What people look for most, as links to the search."""
    words = (_("納税証明書"), _("施設を借りる"), _("講座に申し込む"), _("車の税金"), _("説明会"))
    return tuple((word, f"{reverse('portal:search')}?q={quote(word)}") for word in words)


@dataclass(frozen=True)
class LiveNumber:
    """One of the live numbers of the front page: a value with its target, and the page it is explained on."""

    label: str
    value: str
    unit: str
    note: str
    meter: Decimal | None
    target: Decimal | None
    href: str


ON_THE_FRONT_PAGE = ("decisions.electronic_rate", "procedures.applications", "procedures.processing_days")


def live_numbers() -> tuple[LiveNumber, ...]:
    """The reform in three live numbers, from the records; those without a value yet are left out. One query."""
    now = facts.state()
    pages = (facts.dashboard(key, now=now) for key in ON_THE_FRONT_PAGE)
    return tuple(_live_number(page) for page in pages if page is not None and page.now.main is not None)


def _live_number(page: Dashboard) -> LiveNumber:
    point, indicator = page.now.main, page.indicator
    value = point.value if point else None
    is_share = indicator.unit_of_measure == "%"
    label = _(indicator.title) + in_brackets(date_format(month_start(page.month), "F"))
    return LiveNumber(
        label=label,
        value="–" if value is None else count(value),
        unit=_(indicator.unit_of_measure) if indicator.unit_of_measure else "",
        note=_target_note(page, value),
        meter=value if is_share else None,
        target=page.target if is_share else None,
        href=reverse("portal:figure_detail", args=[indicator.key]),
    )


def _target_note(page: Dashboard, value: Decimal | None) -> str:
    if page.target is None or value is None:
        return _(page.indicator.description)
    if facts.is_reached(page.indicator, value, page.target):
        return _("目標 %(target)s%% を達成") % {"target": count(page.target)}
    return _("目標 %(target)s%% まであと %(left)s ポイント") % {
        "target": count(page.target),
        "left": count(abs(page.target - value)),
    }
