from collections.abc import Callable, Iterable
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import RETURNED, Baseline, Counter, Facts, Figure, Indicator, each, measurements, total


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
    is_returned=True,
)


def _reported_in_october_2020() -> Decimal | None:
    found = measurements(ELECTRONIC_RATE.key, months=["2020-10"])
    return next((each.value for each in found if each.source == RETURNED), None)


TOPIC = _("電子決定")
ANSWERS = ("decision.reviewed", "decision.decided")
ALL = (
    *ANSWERS,
    "decision.sent_back",
    "decision.returned",
    "decision.revised",
    "decision.rejected",
    "decision.abandoned",
)
PASSING = (*ALL, "decision.drafted", "decision.circulated", "decision.deferred", "decision.pulled_back")
STEPS = (
    ("line_review", _("審議")),
    ("legal_check", _("審査")),
    ("consult", _("協議")),
    ("decide", _("決定")),
)


def _at(step: str) -> Callable[[Entry], bool]:
    """Whether an entry is an answer at a station of this kind, with the hours that it waited."""
    return lambda entry: entry.data.get("step") == step and "hours" in entry.data


def _has(name: str) -> Callable[[Entry], bool]:
    return lambda entry: name in entry.data


def _due(entry: Entry) -> Iterable[tuple[str, int]]:
    """後閲 that came up, less those that fell away (差戻し, 改訂, 廃案: nobody need look any more)."""
    counts = [entry.data.get(name, 0) for name in ("post_reviews", "post_reviews_void")]
    came, gone = (count if isinstance(count, int) else 0 for count in counts)
    return [(entry.unit, came - gone)]


def _left(entry: Entry) -> Iterable[tuple[str, int]]:
    """後閲 that came up, less those that fell away or were done."""
    return [(entry.unit, -1)] if entry.kind == "decision.post_reviewed" else _due(entry)


def _is_deputised(entry: Entry) -> bool:
    return entry.data.get("capacity") == "deputy"


def _by_person(entry: Entry) -> bool:
    return "rule" not in entry.data


WAITING = tuple(
    counter
    for step, label in STEPS
    for counter in (
        Counter(f"decisions.{step}_answers", label, ANSWERS, each(_at(step))),
        Counter(f"decisions.{step}_hours", label, ANSWERS, total("hours", _at(step))),
    )
)
LEAD_TIMES = tuple(
    Indicator(
        key=f"decisions.{step}_lead_time",
        title=title,
        unit_of_measure=_("時間"),
        numerator=f"decisions.{step}_hours",
        denominator=f"decisions.{step}_answers",
        digits=1,
        good="down",
        description=_("関与者に届いてから処理されるまでの時間の平均。夜間と休日も含む"),
        topic=TOPIC,
    )
    for (step, _label), title in zip(
        STEPS, (_("審議にかかる時間"), _("審査にかかる時間"), _("協議にかかる時間"), _("決定にかかる時間")), strict=True
    )
)
RETURNED_RATE = Indicator(
    key="decisions.returned_rate",
    title=_("差戻しの割合"),
    unit_of_measure="%",
    numerator="decisions.returned",
    denominator="decisions.circulated",
    digits=1,
    good="down",
    description=_("回付した起案のうち、差し戻されたものの割合"),
    topic=TOPIC,
)
DEPUTY_RATE = Indicator(
    key="decisions.deputy_rate",
    title=_("代決の割合"),
    unit_of_measure="%",
    numerator="decisions.deputised",
    denominator="decisions.decided_by_people",
    digits=1,
    good="down",
    description=_("人が決定した事案のうち、決定権者の不在のため代決したものの割合"),
    topic=TOPIC,
)
POST_REVIEW_RATE = Indicator(
    key="decisions.post_review_rate",
    title=_("後閲の済んだ割合"),
    unit_of_measure="%",
    numerator="decisions.post_reviews_done",
    denominator="decisions.post_reviews_due",
    digits=1,
    targets={2020: 100},
    cumulative=True,
    description=_(
        "必要になった後閲のうち、済んだものの割合。差戻しや改訂でいらなくなったものは除く。月の終わりまでの合計"
    ),
    topic=TOPIC,
)
POST_REVIEWS_LEFT = Indicator(
    key="decisions.post_reviews_left",
    title=_("残っている後閲"),
    unit_of_measure=_("件"),
    numerator="decisions.post_reviews_left",
    targets={2020: 0},
    good="down",
    cumulative=True,
    description=_("代決、引上げ、不在のあと必要になり、まだ済んでいない後閲。月の終わりの数"),
    topic=TOPIC,
)
PROCESS = (
    Counter("decisions.circulated", _("回付した起案"), ("decision.circulated",), each()),
    Counter("decisions.returned", _("差し戻した起案"), ("decision.returned", "decision.sent_back"), each()),
    Counter("decisions.decided_by_people", _("人が決定した事案"), ("decision.decided",), each(_by_person)),
    Counter("decisions.deputised", _("代決した事案"), ("decision.decided",), each(_is_deputised)),
    Counter("decisions.post_reviews", _("必要になった後閲"), PASSING, total("post_reviews", _has("post_reviews"))),
    Counter(
        "decisions.post_reviews_void",
        _("いらなくなった後閲"),
        PASSING,
        total("post_reviews_void", _has("post_reviews_void")),
    ),
    Counter("decisions.post_reviews_due", _("必要になり、いまも必要な後閲と済んだ後閲"), PASSING, _due),
    Counter("decisions.post_reviews_left", _("残っている後閲"), (*PASSING, "decision.post_reviewed"), _left),
    Counter("decisions.post_reviews_done", _("済んだ後閲"), ("decision.post_reviewed",), each()),
)

FACTS = Facts(
    counters=(
        *PROCESS,
        *WAITING,
        Counter("decisions.decided", _("決定した事案"), ("decision.decided",), each()),
        Counter("decisions.electronic", _("電子で決定した事案"), ("decision.decided",), each(_is_electronic)),
    ),
    indicators=(ELECTRONIC_RATE, *LEAD_TIMES, RETURNED_RATE, DEPUTY_RATE, POST_REVIEW_RATE, POST_REVIEWS_LEFT),
    figures=(
        Figure("P2.edecision_2016", _("電子決定率 2016年度"), lambda: FY2016.value, digits=1),
        Figure("P2.edecision_oct2020", _("電子決定率 2020年10月末"), _reported_in_october_2020, digits=1),
        Figure("P2.edecision_target_fy2020", _("電子決定率 2020年度 目標"), lambda: ELECTRONIC_RATE.targets[2020]),
        Figure("P2.edecision_target_fy2021", _("電子決定率 2021年度 目標"), lambda: ELECTRONIC_RATE.targets[2021]),
    ),
)
