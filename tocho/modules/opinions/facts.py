from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, Indicator, each, total

TOPIC = _("ワンストップ・オンライン手続")
ANSWERED = ("opinion.answered",)


def _is_within(entry: Entry) -> bool:
    return entry.data.get("within") is True


FACTS = Facts(
    counters=(
        Counter("opinions.asked", _("意見照会"), ("opinion.asked",), each()),
        Counter("opinions.answered", _("意見照会への回答"), ANSWERED, each()),
        Counter("opinions.in_time", _("期限内の回答"), ANSWERED, each(_is_within)),
        Counter("opinions.answer_days", _("回答にかかった日数の合計"), ANSWERED, total("answer_days")),
    ),
    indicators=(
        Indicator(
            key="opinions.in_time_rate",
            title=_("意見照会への期限内回答"),
            unit_of_measure="%",
            numerator="opinions.in_time",
            denominator="opinions.answered",
            digits=1,
            description=_("ほかの課からの意見照会のうち、期限の内に回答があったものの割合"),
            topic=TOPIC,
        ),
        Indicator(
            key="opinions.answer_days",
            title=_("意見照会の平均回答日数"),
            unit_of_measure=_("日"),
            numerator="opinions.answer_days",
            denominator="opinions.answered",
            digits=1,
            good="down",
            description=_("ほかの課に意見を聞いてから回答が届くまでの開庁日数の平均"),
            topic=TOPIC,
        ),
    ),
)
