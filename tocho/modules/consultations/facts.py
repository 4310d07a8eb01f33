from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, Indicator, each

TOPIC = _("タッチレス")
HELD = ("consultation.held",)


def _is_touchless(entry: Entry) -> bool:
    return entry.data.get("way") in ("meeting", "chat")


FACTS = Facts(
    counters=(
        Counter("consultations.booked", _("予約された相談"), ("consultation.booked",), each()),
        Counter("consultations.held", _("行った相談"), HELD, each()),
        Counter("consultations.touchless", _("ビデオ通話とチャットの相談"), HELD, each(_is_touchless)),
    ),
    indicators=(
        Indicator(
            key="consultations.held",
            title=_("オンラインなどの相談"),
            unit_of_measure=_("件"),
            numerator="consultations.held",
            description=_("予約を受けて、ビデオ通話、チャット、電話で行った相談の件数"),
            topic=TOPIC,
        ),
        Indicator(
            key="consultations.touchless_rate",
            title=_("タッチレス相談の割合"),
            unit_of_measure="%",
            numerator="consultations.touchless",
            denominator="consultations.held",
            digits=1,
            description=_("行った相談のうち、ビデオ通話とチャットによるものの割合"),
            topic=TOPIC,
        ),
    ),
)
