from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, Indicator, at_most, each, total

TOPIC = _("ワンストップ・オンライン手続")
CLOSED = ("application.closed",)
LIMITS = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 60)  # business days; the steps of the distribution behind the mean


def _is_online(entry: Entry) -> bool:
    return entry.data.get("channel") == "online"


def _has_hours(entry: Entry) -> bool:
    return "examined_hours" in entry.data


def _is_within_standard(entry: Entry) -> bool:
    return entry.data["within_standard"] is True


SPREAD = tuple((limit, f"procedures.closed_within_{limit}_days") for limit in LIMITS)

FACTS = Facts(
    counters=(
        Counter("procedures.submitted", _("受け付けた申請"), ("application.submitted",), each()),
        Counter("procedures.online", _("オンラインで受け付けた申請"), ("application.submitted",), each(_is_online)),
        Counter("procedures.examined", _("審査した案件"), ("application.examined",), each(_has_hours)),
        Counter(
            "procedures.examined_hours",
            _("審査にかかった時間の合計"),
            ("application.examined",),
            total("examined_hours", _has_hours),
        ),
        Counter(
            "procedures.waited_hours",
            _("審査を待った時間の合計"),
            ("application.examined",),
            total("waited_hours", _has_hours),
        ),
        Counter("procedures.closed", _("処理が終わった申請"), CLOSED, each()),
        Counter("procedures.within_standard", _("標準処理期間内に終わった申請"), CLOSED, each(_is_within_standard)),
        Counter("procedures.forwarded", _("区市町村が進達した申請"), ("application.forwarded",), each()),
        Counter("procedures.transit_days", _("経由の日数の合計"), ("application.forwarded",), total("transit_days")),
        Counter("procedures.processing_days", _("処理にかかった日数の合計"), CLOSED, total("processing_days")),
        *(
            Counter(key, _("この日数までに終わった申請"), CLOSED, at_most("processing_days", days))
            for days, key in SPREAD
        ),
    ),
    indicators=(
        Indicator(
            key="procedures.applications",
            title=_("申請件数"),
            unit_of_measure=_("件"),
            numerator="procedures.submitted",
            description=_("受け付けた申請の件数"),
            topic=TOPIC,
        ),
        Indicator(
            key="procedures.online_rate",
            title=_("オンライン申請率"),
            unit_of_measure="%",
            numerator="procedures.online",
            denominator="procedures.submitted",
            digits=1,
            description=_("受け付けた申請のうち、オンラインで届いたものの割合"),
            topic=TOPIC,
        ),
        Indicator(
            key="procedures.within_standard_rate",
            title=_("標準処理期間内の処理"),
            unit_of_measure="%",
            numerator="procedures.within_standard",
            denominator="procedures.closed",
            digits=1,
            targets={2020: 100},
            description=_("処理が終わった申請のうち、標準処理期間（行政手続法第6条）の内に終わったものの割合"),
            topic=TOPIC,
        ),
        Indicator(
            key="procedures.examined_hours",
            title=_("審査にかかった時間"),
            unit_of_measure=_("時間"),
            numerator="procedures.examined_hours",
            denominator="procedures.examined",
            digits=1,
            good="down",
            description=_("案件が審査に届いてから起案されるまでの時間の平均。夜間と休日も含む"),
            topic=TOPIC,
        ),
        Indicator(
            key="procedures.waited_hours",
            title=_("担当が決まるまでの時間"),
            unit_of_measure=_("時間"),
            numerator="procedures.waited_hours",
            denominator="procedures.examined",
            digits=1,
            good="down",
            description=_(
                "案件が審査に届いてから担当が引き受けるまでの時間の平均。引き受けずに起案したときは、起案までの時間"
            ),
            topic=TOPIC,
        ),
        Indicator(
            key="procedures.transit_days",
            title=_("区市町村の経由日数"),
            unit_of_measure=_("日"),
            numerator="procedures.transit_days",
            denominator="procedures.forwarded",
            digits=1,
            good="down",
            description=_(
                "区市町村が受け付けてから進達するまでの開庁日数の平均。標準処理期間とは別に数える（行政手続法第6条）"
            ),
            topic=TOPIC,
        ),
        Indicator(
            key="procedures.processing_days",
            title=_("平均処理日数"),
            unit_of_measure=_("日"),
            numerator="procedures.processing_days",
            denominator="procedures.closed",
            digits=1,
            good="down",
            description=_("申請が届いてから終わるまでの開庁日数の平均。補正を待つ間は数えない"),
            topic=TOPIC,
            spread=SPREAD,
        ),
    ),
)
