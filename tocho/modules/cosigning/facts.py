from django.utils.translation import gettext_noop as _

from tocho.engines.facts.api import Counter, Facts, each

FACTS = Facts(
    counters=(
        Counter("cosigning.invited", _("連署の依頼"), ("cosigning.invited",), each()),
        Counter("cosigning.signed", _("電子の連署"), ("cosigning.signed",), each()),
    ),
)
