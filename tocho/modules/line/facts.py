from django.utils.translation import gettext_noop as _

from tocho.engines.facts.api import Counter, Facts, Indicator, each

FACTS = Facts(
    counters=(
        Counter("line.followed", _("LINEで知らせる申請"), ("application.followed",), each()),
        Counter("line.friends", _("LINEの友だち登録"), ("line.friend_added",), each()),
    ),
    indicators=(
        Indicator(
            key="line.followed",
            title=_("LINEで知らせる申請"),
            unit_of_measure=_("件"),
            numerator="line.followed",
            description=_("申請者が、状態の変化をLINEで受け取ることにした申請の件数"),
            topic=_("ワンストップ・オンライン手続"),
        ),
    ),
)
