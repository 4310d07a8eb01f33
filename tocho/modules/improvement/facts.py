from django.utils.translation import gettext_noop as _

from tocho.engines.facts.api import Counter, Facts, Indicator, each, total

TOPIC = _("ワンストップ・オンライン手続")

FACTS = Facts(
    counters=(
        Counter("improvement.reviews", _("手続の評価"), ("improvement.reviewed",), each()),
        Counter("improvement.rating", _("手続の評価の合計"), ("improvement.reviewed",), total("rating")),
        Counter("improvement.done", _("評価から改善した項目"), ("improvement.done",), each()),
    ),
    indicators=(
        Indicator(
            key="improvement.rating",
            title=_("手続の評価"),
            unit_of_measure=_("点"),
            numerator="improvement.rating",
            denominator="improvement.reviews",
            digits=1,
            description=_("申請を終えた人が付けた評価（5点満点）の平均"),
            topic=TOPIC,
        ),
        Indicator(
            key="improvement.done",
            title=_("改善した項目"),
            unit_of_measure=_("件"),
            numerator="improvement.done",
            description=_("利用者の評価や担当の気づきから改善した項目の数"),
            topic=TOPIC,
        ),
    ),
)
