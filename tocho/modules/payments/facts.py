from collections.abc import Callable

from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.engines.facts.api import Column, Counter, Facts, Indicator, View, each, total

from .queries import collected_by_month

COLLECTED = ("payment.collected",)


def _by(method: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.data.get("method") == method


def _is_revenue(entry: Entry) -> bool:
    """Not money that came although nothing was due: it never counted as collected."""
    return not entry.data.get("surplus")


FACTS = Facts(
    counters=(
        Counter("payments.intended", _("納付をお願いした件数"), ("payment.intended",), each()),
        Counter("payments.started", _("支払いを始めた回数"), ("payment.started",), each()),
        Counter("payments.failed", _("不成立の支払い"), ("payment.failed",), each()),
        Counter("payments.collected", _("オンラインで納付された件数"), COLLECTED, each()),
        Counter("payments.collected_yen", _("オンラインで納付された額"), COLLECTED, total("amount")),
        Counter("payments.collected_card", _("カードによる納付"), COLLECTED, each(_by("card"))),
        Counter("payments.collected_emoney", _("電子マネーによる納付"), COLLECTED, each(_by("emoney"))),
        Counter("payments.collected_qr", _("QRコード決済による納付"), COLLECTED, each(_by("qr"))),
        Counter("payments.refunded", _("還付した件数"), ("payment.refunded",), each(_is_revenue)),
        Counter("payments.refunded_yen", _("還付した額"), ("payment.refunded",), total("amount", _is_revenue)),
    ),
    indicators=(
        Indicator(
            "payments.success_rate",
            _("支払いの成功率"),
            "%",
            "payments.collected",
            "payments.started",
            digits=1,
            description=_("支払いを始めた回数のうち、納付まで終わったものの割合"),
        ),
        Indicator("payments.collected_yen", _("オンラインで納付された額"), _("円"), "payments.collected_yen"),
    ),
    views=(
        View(
            "payments_by_month",
            _("オンライン納付の状況"),
            _("手数料などのオンライン納付の件数と金額（月別・支払い方法別）"),
            (
                Column("month", _("年月"), "month"),
                Column("method", _("支払い方法")),
                Column("count", _("件数"), "integer"),
                Column("amount", _("金額（円）"), "integer"),
            ),
            collected_by_month,
            schedule=_("毎日"),
        ),
    ),
)
