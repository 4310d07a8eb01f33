from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, each


def _was_found(entry: Entry) -> bool:
    return entry.data.get("found") is True


FACTS = Facts(
    counters=(
        Counter("registers.saved", _("登録情報の保存"), ("registers.saved",), each()),
        Counter("registers.looked_up", _("台帳への照会"), ("registers.looked_up",), each()),
        Counter("registers.found", _("台帳から入れた情報"), ("registers.looked_up",), each(_was_found)),
    ),
)
