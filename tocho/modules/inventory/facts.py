"""What the inventory adds: procedures that went online, the roadmap as datasets, the figures of Project 3."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from tocho.core.ledger.api import Entry
from tocho.core.org import api as org
from tocho.engines.facts.api import Column, Counter, Facts, Figure, Fold, Indicator, View, each, total

from .queries.roadmap import Roadmap, main_rows, month_rows, roadmap, roadmap_rows
from .rules import RATED

TOPIC = _("ワンストップ・オンライン手続")
MOVED = ("inventory.moved",)
RATING = ("inventory.added", "inventory.edited", "inventory.moved", "inventory.imported")
REPORT_DAY = date(2020, 11, 30)  # the day the report speaks of
SEAL_DAY = date(2020, 10, 31)  # the day of the first seal survey, whose rules concern the main procedures first
AS_SAID = -5  # the report says volumes in units of 100,000 applications (970万件, 20万件)


def _went_online(entry: Entry) -> bool:
    return entry.data["went_online"] is True


def _rate(name: str) -> Fold:
    """What an act adds to one of ``RATED``, for each office whose procedures it touched; older acts did not say."""
    place = RATED.index(name)

    def fold(entry: Entry) -> list[tuple[str, int]]:
        rate: Any = entry.data.get("rate", {})
        return [(unit, amounts[place]) for unit, amounts in rate.items()]

    return fold


def _today() -> date:
    return org.office_day(timezone.now())


def _figure(key: str, title: str, value: Callable[[Roadmap], int | Fraction | None], digits: int = 0) -> Figure:
    def compute() -> int | None:
        found = roadmap(on=REPORT_DAY)
        if not found.main.count:
            return None
        counted = value(found)
        return counted if counted is None or isinstance(counted, int) else _halves_up(counted)

    return Figure(f"P3.{key}", title, compute, digits)


def _halves_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


BUREAU_COLUMNS = (
    Column("on", _("基準日"), "date", _("この日までの記録による")),
    Column("bureau_code", _("局コード"), "text", _("局の組織コード")),
    Column("bureau", _("局"), "text", _("その日の局の名称")),
    Column("status", _("区分"), "text", _("デジタル化済、年度内完了、年度内着手、国等へ働きかけ、手続廃止等")),
    Column("procedures", _("手続数"), "integer", _("主要手続の数")),
    Column("volume", _("年間件数"), "integer", _("主要手続の総手続件数の合計")),
)
MONTH_COLUMNS = (
    Column("month", _("月"), "month", _("月末（最後の月は最後の記録の日）現在")),
    Column("live", _("オンラインの手続"), "integer", _("公開中か改善中の主要手続")),
    Column("whole", _("主要手続"), "integer", _("廃止・終了を除く主要手続")),
    Column("rate", _("オンライン化率（手続数）"), "number", _("％。小数第2位を四捨五入")),
    Column("live_volume", _("オンラインの手続の年間件数"), "integer", _("公開中か改善中の主要手続の件数")),
    Column("whole_volume", _("主要手続の年間件数"), "integer", _("廃止・終了を除く主要手続の件数")),
    Column("volume_rate", _("オンライン化率（件数）"), "number", _("％。小数第2位を四捨五入")),
)
MAIN_COLUMNS = (
    Column("code", _("手続ID"), "text", _("棚卸の番号")),
    Column("name", _("手続名"), "text", _("手続の名前")),
    Column("law", _("法令名"), "text", _("根拠の法令")),
    Column("bureau", _("局"), "text", _("担当の局")),
    Column("authority", _("権限区分"), "text", _("だれが変えられる手続か")),
    Column("state", _("状態"), "text", _("デジタル化の状態")),
    Column("starts", _("着手時期"), "text", _("年度と四半期")),
    Column("completes", _("完了時期"), "text", _("年度と四半期")),
    Column("volume", _("総手続件数"), "integer", _("年間。空は不明")),
    Column("volume_online", _("オンライン手続件数"), "integer", _("年間。空は不明")),
    Column("sample_note", _("注記"), "text", _("見本の値があるとき、どれか")),
)
USED = ((_("デジタル化の行程表"), "/roadmap/"),)
ON_CHANGE = _("棚卸の記録が変わるたびに、数秒後")

FACTS = Facts(
    counters=(
        Counter("inventory.went_online", _("オンラインで公開した手続"), MOVED, each(_went_online)),
        Counter("inventory.went_online_volume", _("公開した手続の年間件数"), MOVED, total("volume", _went_online)),
        Counter("inventory.moved", _("進んだ手続の段階"), MOVED, each()),
        Counter("inventory.live", _("オンラインの手続"), RATING, _rate("live")),
        Counter("inventory.live_volume", _("オンラインの手続の年間件数"), RATING, _rate("live_volume")),
        Counter("inventory.whole", _("主要手続"), RATING, _rate("whole")),
        Counter("inventory.whole_volume", _("主要手続の年間件数"), RATING, _rate("whole_volume")),
    ),
    indicators=(
        Indicator(
            key="inventory.online_share",
            title=_("手続のオンライン化率（手続数）"),
            unit_of_measure="%",
            numerator="inventory.live",
            denominator="inventory.whole",
            digits=1,
            description=_("月末現在。廃止・終了を除く主要手続（申請等）のうち、公開中か改善中の手続の割合"),
            topic=TOPIC,
            cumulative=True,
        ),
        Indicator(
            key="inventory.online_volume_share",
            title=_("手続のオンライン化率（件数）"),
            unit_of_measure="%",
            numerator="inventory.live_volume",
            denominator="inventory.whole_volume",
            digits=1,
            description=_("月末現在。主要手続（申請等）の年間件数のうち、公開中か改善中の手続の件数の割合"),
            topic=TOPIC,
            cumulative=True,
        ),
        Indicator(
            key="inventory.went_online",
            title=_("新たにオンラインで公開した手続"),
            unit_of_measure=_("件"),
            numerator="inventory.went_online",
            description=_("その月に公開中になった手続の数。公開された版か、確認された外部のシステムがあるものだけ"),
            topic=TOPIC,
        ),
        Indicator(
            key="inventory.went_online_volume",
            title=_("新たに公開した手続の年間件数"),
            unit_of_measure=_("件"),
            numerator="inventory.went_online_volume",
            description=_("その月に公開中になった手続の、年間の総手続件数の合計"),
            topic=TOPIC,
        ),
    ),
    views=(
        View(
            key="inventory.roadmap",
            title=_("デジタル化の行程表（局と区分）"),
            description=_("主要手続の数と年間件数を、局とデジタル化の区分ごとに数えたもの"),
            columns=BUREAU_COLUMNS,
            rows=lambda: roadmap_rows(today=_today()),
            schedule=ON_CHANGE,
            used_by=USED,
        ),
        View(
            key="inventory.online_rate",
            title=_("手続のオンライン化率"),
            description=_("主要手続のうち公開中のものの割合。手続数と年間件数で、月ごと"),
            columns=MONTH_COLUMNS,
            rows=lambda: month_rows(today=_today()),
            schedule=ON_CHANGE,
            used_by=USED,
        ),
        View(
            key="inventory.main_procedures",
            title=_("主要手続の一覧"),
            description=_("都民の利用が多い主要手続と、その状態、時期、年間件数"),
            columns=MAIN_COLUMNS,
            rows=lambda: main_rows(today=_today()),
            schedule=ON_CHANGE,
            used_by=USED,
        ),
    ),
    figures=(
        Figure(
            "P2.seal_main_procedures", _("年内改正に着手する主要手続"), lambda: roadmap(on=SEAL_DAY).main.count or None
        ),
        _figure("main_total", _("主要手続"), lambda r: r.main.count),
        _figure("main_volume", _("主要手続の年間件数"), lambda r: r.main.volume, AS_SAID),
        _figure("main_share", _("許認可等に占める割合"), lambda r: r.main.share_of(r.permits)),
        _figure("own_total", _("都の権限で可能な手続"), lambda r: r.own.count),
        _figure("own_volume", _("都の権限で可能な手続の年間件数"), lambda r: r.own.volume, AS_SAID),
        _figure("done", _("デジタル化済"), lambda r: r.statuses["done"].count),
        _figure("done_volume", _("デジタル化済の年間件数"), lambda r: r.statuses["done"].volume, AS_SAID),
        _figure("this_fy", _("年度内完了"), lambda r: r.statuses["this_fy"].count),
        _figure("this_fy_volume", _("年度内完了の年間件数"), lambda r: r.statuses["this_fy"].volume, AS_SAID),
        _figure("done_by_fy_end", _("年度末の完了見込み"), lambda r: r.by_year_end),
        _figure("starting", _("年度内着手"), lambda r: r.statuses["starting"].count),
        _figure("starting_volume", _("年度内着手の年間件数"), lambda r: r.statuses["starting"].volume, AS_SAID),
        _figure("national", _("国等へ働きかけ"), lambda r: r.statuses["national"].count),
        _figure("national_volume", _("国等へ働きかけの年間件数"), lambda r: r.statuses["national"].volume, AS_SAID),
        _figure("abolished", _("手続廃止等"), lambda r: r.statuses["abolished"].count),
    ),
)
