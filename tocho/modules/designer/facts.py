from django.utils.translation import gettext_noop as _

from tocho.engines.facts.api import Counter, Facts, Indicator, each, total

TOPIC = _("ワンストップ・オンライン手続")

FACTS = Facts(
    counters=(
        Counter("designer.published", _("課が自分で公開した手続の版"), ("design.published",), each()),
        Counter("designer.days", _("草案から公開までの日数の合計"), ("design.published",), total("days")),
        Counter("designer.returned", _("差し戻された草案"), ("design.returned",), each()),
    ),
    indicators=(
        Indicator(
            key="designer.published",
            title=_("職員が自分で公開した手続"),
            unit_of_measure=_("件"),
            numerator="designer.published",
            description=_("プログラムを書かずに、担当の課が手続デザイナーで公開した手続の版の数"),
            topic=TOPIC,
        ),
        Indicator(
            key="designer.days_to_publish",
            title=_("草案から公開までの日数"),
            unit_of_measure=_("日"),
            numerator="designer.days",
            denominator="designer.published",
            digits=1,
            good="down",
            description=_("草案を作りはじめてから公開するまでにかかった日数の平均"),
            topic=TOPIC,
        ),
    ),
)
