from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, Indicator, each, total

TOPIC = _("ワンストップ・オンライン手続")
ENDED = ("message.answered", "message.settled")


def _was_asked(entry: Entry) -> bool:
    return "within" in entry.data


def _is_within(entry: Entry) -> bool:
    return entry.data.get("within") is True


FACTS = Facts(
    counters=(
        Counter("messages.asked", _("申請者からのメッセージ"), ("message.asked",), each()),
        Counter("messages.settled", _("回答した質問"), ENDED, each(_was_asked)),
        Counter("messages.in_time", _("期限内に回答した質問"), ENDED, each(_is_within)),
        Counter("messages.answer_days", _("回答にかかった日数の合計"), ENDED, total("answer_days", _was_asked)),
    ),
    indicators=(
        Indicator(
            key="messages.in_time_rate",
            title=_("質問への期限内回答"),
            unit_of_measure="%",
            numerator="messages.in_time",
            denominator="messages.settled",
            digits=1,
            description=_("申請者の質問のうち、期限（3開庁日など）の内に回答したものの割合"),
            topic=TOPIC,
        ),
        Indicator(
            key="messages.answer_days",
            title=_("質問への平均回答日数"),
            unit_of_measure=_("日"),
            numerator="messages.answer_days",
            denominator="messages.settled",
            digits=1,
            good="down",
            description=_("申請者の質問が届いてから回答するまでの開庁日数の平均"),
            topic=TOPIC,
        ),
    ),
)
