from collections.abc import Callable

from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Counter, Facts, Indicator, each


def _by(means: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.data.get("means") == means


def _on(ground: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.data.get("ground") == ground


FACTS = Facts(
    counters=(
        Counter("notices.composed", _("作成した通知"), ("notice.composed",), each()),
        Counter("notices.sealed", _("電子署名した通知"), ("notice.sealed",), each()),
        Counter("notices.seal_reviewed", _("公印審査をした通知"), ("notice.seal_reviewed",), each()),
        Counter("notices.seal_standing", _("包括承認で署名した通知"), ("notice.sealed",), each(_on("standing"))),
        Counter(
            "notices.archived", _("長く確かめられるようにした通知（タイムスタンプ）"), ("notice.archived",), each()
        ),
        Counter("notices.released", _("送付した通知"), ("notice.released",), each()),
        Counter("notices.electronic", _("電子で送付した通知"), ("notice.released",), each(_by("electronic"))),
        Counter("notices.posted", _("郵送した通知"), ("notice.released",), each(_by("post"))),
        Counter("notices.reached", _("到達した通知"), ("notice.reached",), each()),
        Counter("notices.undelivered", _("届かなかった通知"), ("notice.undelivered",), each()),
        Counter("notices.superseded", _("訂正した通知"), ("notice.superseded",), each()),
        Counter("notices.revoked", _("取り消した通知"), ("notice.revoked",), each()),
    ),
    indicators=(
        Indicator(
            "notices.electronic_rate",
            _("通知の電子交付率"),
            "%",
            "notices.electronic",
            "notices.released",
            digits=1,
            description=_("送付した通知のうち、紙を使わずに届けたものの割合"),
        ),
    ),
)
