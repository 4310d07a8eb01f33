from decimal import Decimal

from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import RETURNED, Baseline, Counter, Facts, Figure, Indicator, each, measurements


def _is_electronic(entry: Entry) -> bool:
    return entry.data.get("medium") == "electronic"


FY2016 = Baseline(_("2016年度"), Decimal("12.3"))
ELECTRONIC_RATE = Indicator(
    key="decisions.electronic_rate",
    title=_("電子決定率"),
    unit_of_measure="%",
    numerator="decisions.electronic",
    denominator="decisions.decided",
    digits=1,
    targets={2020: 80, 2021: 100},
    baseline=FY2016,
    description=_("決定した事案のうち、紙を使わずに電子で決定したものの割合"),
    topic=_("はんこレス"),
)


def _reported_in_october_2020() -> Decimal | None:
    found = measurements(ELECTRONIC_RATE.key, months=["2020-10"])
    return next((each.value for each in found if each.source == RETURNED), None)


FACTS = Facts(
    counters=(
        Counter("decisions.decided", _("決定した事案"), ("decision.decided",), each()),
        Counter("decisions.electronic", _("電子で決定した事案"), ("decision.decided",), each(_is_electronic)),
    ),
    indicators=(ELECTRONIC_RATE,),
    figures=(
        Figure("P2.edecision_2016", _("電子決定率 2016年度"), lambda: FY2016.value, digits=1),
        Figure("P2.edecision_oct2020", _("電子決定率 2020年10月末"), _reported_in_october_2020, digits=1),
        Figure("P2.edecision_target_fy2020", _("電子決定率 2020年度 目標"), lambda: ELECTRONIC_RATE.targets[2020]),
        Figure("P2.edecision_target_fy2021", _("電子決定率 2021年度 目標"), lambda: ELECTRONIC_RATE.targets[2021]),
    ),
)
