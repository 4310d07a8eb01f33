from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, Indicator, each, total

TOPIC = _("タッチレス")
ATTENDED = ("event.attended", "event.counted")


def _is_touchless(entry: Entry) -> bool:
    return entry.data.get("way") in ("online", "hybrid")


FACTS = Facts(
    counters=(
        Counter("events.held", _("開いた催し"), ("event.held",), each()),
        Counter("events.held_touchless", _("オンラインでも開いた催し"), ("event.held",), each(_is_touchless)),
        Counter("events.registered", _("催しへの申込み（人数）"), ("event.registered",), total("people")),
        Counter("events.attended_online", _("オンラインで参加した人"), ATTENDED, total("online")),
        Counter("events.attended_onsite", _("会場で参加した人"), ("event.counted",), total("onsite")),
        Counter("events.opinions", _("催しの感想"), ("improvement.event_reviewed",), each()),
        Counter("events.rating", _("催しの評価の合計"), ("improvement.event_reviewed",), total("rating")),
        Counter("events.recording_views", _("録画の視聴"), ("event.recording_viewed",), each()),
    ),
    indicators=(
        Indicator(
            key="events.rating",
            title=_("催しの評価"),
            unit_of_measure=_("点"),
            numerator="events.rating",
            denominator="events.opinions",
            digits=1,
            description=_("催しのあとで参加した人が付けた評価（5点満点）の平均"),
            topic=TOPIC,
        ),
        Indicator(
            key="events.touchless_rate",
            title=_("タッチレスで開いた催しの割合"),
            unit_of_measure="%",
            numerator="events.held_touchless",
            denominator="events.held",
            digits=1,
            description=_("開いた説明会・講演会・講座のうち、会場に行かなくても参加できたものの割合"),
            topic=TOPIC,
        ),
        Indicator(
            key="events.registered",
            title=_("催しへの申込み"),
            unit_of_measure=_("人"),
            numerator="events.registered",
            description=_("説明会・講演会・講座に申し込んだ人数"),
            topic=TOPIC,
        ),
        Indicator(
            key="events.attended_online",
            title=_("催しへのオンライン参加"),
            unit_of_measure=_("人"),
            numerator="events.attended_online",
            description=_("説明会・講演会・講座に、オンラインで参加した人数"),
            topic=TOPIC,
        ),
        Indicator(
            key="events.recording_views",
            title=_("催しの録画の視聴"),
            unit_of_measure=_("回"),
            numerator="events.recording_views",
            description=_("説明会・講演会・講座の録画が開かれた回数"),
            topic=TOPIC,
        ),
    ),
)
