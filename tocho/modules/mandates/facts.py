from django.utils.translation import gettext_noop as _

from tocho.engines.facts.api import Counter, Facts, each

FACTS = Facts(
    counters=(
        Counter("mandates.accepted", _("結ばれた代理"), ("mandate.accepted", "mandate.confirmed"), each()),
        Counter("mandates.over", _("終わった代理"), ("mandate.revoked", "mandate.ended"), each()),
    ),
)
