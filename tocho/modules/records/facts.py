"""What records add: documents filed, files destroyed and handed over, the register of files as counts."""

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.core.org import api as org
from tocho.engines.facts.api import Column, Counter, Facts, Fold, Indicator, View, at_most, each, total

from .queries.counts import file_count_rows, request_rows
from .rules import DECIDE_DAYS, LONGEST_DAYS

TOPIC = _("文書管理")
DISCLOSURE = _("情報公開")
DECIDED = ("records.request_decided",)
STEPS = (7, DECIDE_DAYS, 30, LONGEST_DAYS)  # days


def _in_time(entry: Entry) -> bool:
    """Within the time limit of the day of the decision; entries of before that was noted: within fourteen days."""
    days = entry.data["days"]
    return bool(entry.data.get("in_time", isinstance(days, int) and days <= DECIDE_DAYS))


def _outcome(outcome: str) -> Fold:
    return each(lambda entry: entry.data["outcome"] == outcome)


FACTS = Facts(
    counters=(
        Counter("records.entered", _("保存した文書"), ("records.entered",), each()),
        Counter("records.disposed", _("廃棄したファイル"), ("records.disposed",), each()),
        Counter("records.transferred", _("公文書館へ移管したファイル"), ("records.transferred",), each()),
        Counter("records.received", _("収受した文書"), ("records.registered",), each()),
        Counter("records.requests", _("開示請求"), ("records.request_opened",), each()),
        Counter("records.requests_extended", _("期限を延ばした開示請求"), ("records.request_extended",), each()),
        Counter("records.requests_withdrawn", _("取り下げられた開示請求"), ("records.request_withdrawn",), each()),
        Counter("records.requests_decided", _("決定した開示請求"), DECIDED, each()),
        Counter("records.requests_in_time", _("期限までに決定した開示請求"), DECIDED, each(_in_time)),
        Counter("records.requests_days", _("開示請求から決定までの日数"), DECIDED, total("days")),
        *(Counter(f"records.requests_within_{n}", _("開示請求の決定"), DECIDED, at_most("days", n)) for n in STEPS),
        Counter("records.requests_full", _("全部開示とした開示請求"), DECIDED, _outcome("full")),
        Counter("records.requests_partial", _("一部開示とした開示請求"), DECIDED, _outcome("partial")),
        Counter("records.requests_none", _("非開示とした開示請求"), DECIDED, _outcome("none")),
        Counter("records.requests_absent", _("不存在とした開示請求"), DECIDED, _outcome("absent")),
    ),
    indicators=(
        Indicator(
            key="records.entered",
            title=_("保存した文書"),
            unit_of_measure=_("件"),
            numerator="records.entered",
            description=_("その月にファイルに加えた文書の数"),
            topic=TOPIC,
        ),
        Indicator(
            key="records.received",
            title=_("収受した文書"),
            unit_of_measure=_("件"),
            numerator="records.received",
            description=_("その月に番号を付けて収受した文書の数"),
            topic=TOPIC,
        ),
        Indicator(
            key="records.requests",
            title=_("開示請求の件数"),
            unit_of_measure=_("件"),
            numerator="records.requests",
            description=_("その月に受け付けた公文書の開示請求の数"),
            topic=DISCLOSURE,
        ),
        Indicator(
            key="records.requests_in_time_rate",
            title=_("開示請求を期限までに決定した割合"),
            unit_of_measure="%",
            numerator="records.requests_in_time",
            denominator="records.requests_decided",
            digits=1,
            description=_(
                "決定した開示請求のうち、期限までに決定したものの割合。期限は請求の日から14日。"
                "補正の日数は数えず、やむを得ないときは60日まで延ばせる（東京都情報公開条例12条）"
            ),
            topic=DISCLOSURE,
        ),
        Indicator(
            key="records.requests_days",
            title=_("開示請求から決定までの日数"),
            unit_of_measure=_("日"),
            numerator="records.requests_days",
            denominator="records.requests_decided",
            digits=1,
            good="down",
            description=_("請求の日から決定の日までの日数の平均"),
            topic=DISCLOSURE,
            spread=tuple((n, f"records.requests_within_{n}") for n in STEPS),
        ),
    ),
    views=(
        View(
            key="records.files",
            title=_("文書ファイルの数"),
            description=_("文書ファイルを、局、年度、保存期間、状態ごとに数えたもの"),
            columns=(
                Column("bureau_code", _("局コード"), "text", _("局の組織コード")),
                Column("bureau", _("局"), "text", _("いまの局の名称")),
                Column("fiscal_year", _("年度"), "integer", _("ファイルを開いた年度")),
                Column("retention", _("保存期間"), "text", _("1年未満、1年、3年、5年、10年、30年、長期")),
                Column("state", _("状態"), "text", _("現用、完結、保存中、期間満了、廃棄済など")),
                Column("files", _("ファイル"), "integer", _("ファイルの数")),
            ),
            rows=lambda: file_count_rows(on=org.office_day(timezone.now())),
            schedule=_("記録が変わるたびに、数秒後"),
        ),
        View(
            key="records.requests_by_month",
            title=_("開示請求と決定"),
            description=_("公文書の開示請求と決定を、月と局ごとに数えたもの"),
            columns=(
                Column("month", _("月"), "month", _("請求の月、決定の月")),
                Column("bureau_code", _("局コード"), "text", _("局の組織コード")),
                Column("bureau", _("局"), "text", _("いまの局の名称")),
                Column("requests", _("請求"), "integer", _("その月に請求されたもの")),
                Column("decided", _("決定"), "integer", _("その月に決定したもの")),
                Column("in_time", _("期限内"), "integer", _("決定のうち、期限までに決定したもの")),
                Column("extended", _("延長"), "integer", _("決定のうち、期限を延ばしたもの")),
                Column("full", _("全部開示"), "integer", _("すべてを開示したもの")),
                Column("partial", _("一部開示"), "integer", _("一部を開示したもの")),
                Column("none", _("非開示"), "integer", _("開示しなかったもの")),
                Column("absent", _("不存在"), "integer", _("文書がなかったもの")),
                Column("refused", _("存否応答拒否"), "integer", _("あるかどうかを答えなかったもの（条例10条）")),
                Column("rejected", _("却下"), "integer", _("開示請求の対象でなかったもの")),
            ),
            rows=lambda: request_rows(on=org.office_day(timezone.now())),
            schedule=_("記録が変わるたびに、数秒後"),
        ),
    ),
)
