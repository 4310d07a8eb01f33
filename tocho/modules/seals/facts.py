"""What the seal inventory adds: seals abolished, the survey's classes as datasets, the report's figures P2.seal_*."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from tocho.core.org import api as org
from tocho.engines.facts.api import Column, Counter, Facts, Figure, Indicator, View, each, total

from .queries.progress import class_rows, counts, month_rows, rule_counts, rule_rows

TOPIC = _("はんこレス")
CHANGED = ("seals.added", "seals.edited", "seals.imported", "seals.moved")
SURVEY_DAY = date(2020, 10, 31)  # the day of the first survey: 10月末時点（速報値）


def _today() -> date:
    return org.office_day(timezone.now())


def _class(key: str, title: str, name: str) -> Figure:
    def compute() -> int | None:
        classes = counts(on=SURVEY_DAY)[0]
        whole = sum(tally.count for tally in classes.values())
        return None if not whole else whole if name == "whole" else classes[name].count

    return Figure(f"P2.seal_{key}", title, compute)


def _rules(key: str, title: str, field: str) -> Figure:
    def compute() -> int | None:
        return {each.field: each.whole for each in rule_counts(on=SURVEY_DAY)}[field] or None

    return Figure(f"P2.seal_rules_{key}", title, compute)


CLASS_COLUMNS = (
    Column("on", _("基準日"), "date", _("この日までの記録による")),
    Column("bureau_code", _("局コード"), "text", _("局の組織コード")),
    Column("bureau", _("局"), "text", _("その日の局の名称")),
    Column(
        "class", _("区分"), "text", _("廃止済、デジタル化などにより廃止予定、取扱調整中、法令等で規定あり、表彰状など")
    ),
    Column("affairs", _("事務数"), "integer", _("押印を要する事務の数")),
    Column("papers", _("年間件数"), "integer", _("押印した書類の年間の数。不明は0とする")),
)
MONTH_COLUMNS = (
    Column("month", _("月"), "month", _("月末（最後の月は最後の記録の日）現在")),
    Column("whole", _("事務数"), "integer", _("調査で見つかった、押印を要する事務")),
    Column("abolished", _("廃止済"), "integer", _("押印をやめた事務")),
    Column("rate", _("廃止率"), "number", _("％。小数第2位を四捨五入")),
)
RULE_COLUMNS = (
    Column("code", _("規定番号"), "text", _("調査の番号")),
    Column("name", _("規定"), "text", _("改正する規定の名前")),
    Column("kind", _("種類"), "text", _("法令、条例、規則、要綱・要領")),
    Column("field", _("制度の所管"), "text", _("人事、財務、会計、その他")),
    Column("planned_on", _("改正の予定日"), "date", _("空は未定")),
    Column("amended_on", _("施行日"), "date", _("改正が施行された日")),
    Column("amendment", _("改正"), "text", _("改正した規則などの番号")),
    Column("sample_note", _("注記"), "text", _("見本の値があるとき、どれか")),
)
USED = ((_("はんこレスの進み具合"), "/seals/"),)
ON_CHANGE = _("調査の記録が変わるたびに、数秒後")

FACTS = Facts(
    counters=(
        Counter("seals.abolished", _("押印をやめた事務"), CHANGED, total("abolished")),
        Counter("seals.rules_amended", _("押印のために改正した規定"), ("seals.rule_amended",), each()),
    ),
    indicators=(
        Indicator(
            key="seals.abolished",
            title=_("押印をやめた事務"),
            unit_of_measure=_("件"),
            numerator="seals.abolished",
            description=_("その月に押印をやめた事務の数。規定に根拠のあるものは、改正が施行されてから数える"),
            topic=TOPIC,
        ),
        Indicator(
            key="seals.rules_amended",
            title=_("押印をやめるために改正した規定"),
            unit_of_measure=_("件"),
            numerator="seals.rules_amended",
            description=_("その月に、押印を求めないように改正した規定の数"),
            topic=TOPIC,
        ),
    ),
    views=(
        View(
            key="seals.classes",
            title=_("押印実態調査（局と区分）"),
            description=_("押印を要する事務を、局と区分ごとに数えたもの"),
            columns=CLASS_COLUMNS,
            rows=lambda: class_rows(today=_today()),
            schedule=ON_CHANGE,
            used_by=USED,
        ),
        View(
            key="seals.months",
            title=_("押印をやめた事務の推移"),
            description=_("押印を要する事務と、押印をやめた事務の、月ごとの数"),
            columns=MONTH_COLUMNS,
            rows=lambda: month_rows(today=_today()),
            schedule=ON_CHANGE,
            used_by=USED,
        ),
        View(
            key="seals.rules",
            title=_("押印をやめるために改正する規定"),
            description=_("押印を求めている規定と、その改正の予定と施行"),
            columns=RULE_COLUMNS,
            rows=rule_rows,
            schedule=ON_CHANGE,
            used_by=USED,
        ),
    ),
    figures=(
        _class("total", _("押印を要する事務件数"), "whole"),
        _class("abolished", _("押印 廃止済"), "abolished"),
        _class("to_abolish", _("押印 デジタル化などにより廃止予定"), "to_abolish"),
        _class("pending", _("押印 取扱調整中"), "adjusting"),
        _class("by_law", _("押印 法令等で規定あり"), "by_law"),
        _class("certificates", _("押印 表彰状など"), "certificate"),
        _rules("personnel", _("押印廃止 人事の規定"), "personnel"),
        _rules("finance", _("押印廃止 財務の規定"), "finance"),
    ),
)
