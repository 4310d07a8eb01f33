"""What the public page says: the finding in a sentence, the table of the report, bureaus, rules, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from tocho.lib.dates import month_key, month_start
from tocho.ui.charts import Chart, Link, Series
from tocho.ui.tags.words import day_words

from ..models import Field
from ..rules import CLASSES
from .progress import BureauLine, Progress, Tally

CLASS_TITLES = {
    "abolished": gettext_noop("廃止済"),
    "to_abolish": gettext_noop("デジタル化などにより廃止予定"),
    "adjusting": gettext_noop("取扱調整中"),
    "by_law": gettext_noop("法令等で規定あり"),
    "certificate": gettext_noop("表彰状など"),
    "unclassified": gettext_noop("区分なし"),
}
CLASS_NOTES = {
    "abolished": gettext_noop("押印をやめたもの"),
    "to_abolish": gettext_noop("規定を改正し、または電子申請や電子決定に変えて、押印をやめるもの"),
    "adjusting": gettext_noop("取扱いを制度所管局などと調整しているもの"),
    "by_law": gettext_noop("国の法令などが押印を求めるもの。国に改正を要望する"),
    "certificate": gettext_noop("表彰状や感謝状など、押すことに意味のあるもの"),
    "unclassified": gettext_noop("まだ区分を決めていないもの"),
}
TONES = {"abolished": "ok", "to_abolish": "info", "adjusting": "wait"}


@dataclass(frozen=True)
class ClassRow:
    """One line of the report's table."""

    title: str
    note: str
    tone: str
    count: int
    volume: int
    share: str


@dataclass(frozen=True)
class BureauRow:
    """One bureau: all affairs, then one number for each class shown, and the share abolished."""

    name: str
    whole: int
    cells: tuple[int, ...]
    rate: str


@dataclass(frozen=True)
class RuleLine:
    """Rules to amend in one field."""

    title: str
    whole: int
    amended: int
    meter: int


@dataclass(frozen=True)
class Story:
    """Everything the page shows, in the reader's language."""

    headline: str
    standing: str
    numbers: tuple[tuple[str, str, str, str, int | None], ...]
    rows: tuple[ClassRow, ...]
    heads: tuple[str, ...]
    bureaus: tuple[BureauRow, ...]
    most: int
    rules: tuple[RuleLine, ...]
    rounds: tuple[tuple[str, str, int, str, str], ...]
    chart: Chart | None
    files: tuple[tuple[str, str], ...]
    is_empty: bool
    known: str = ""  # until when it was recorded, where that was asked for
    corrected: str = ""  # that something was corrected since


def percent(part: int, whole: int, digits: int = 1) -> str:
    """Half up: ``22.6%``; a dash of nothing."""
    if not whole:
        return "–"
    scaled = int(Fraction(100 * part, whole) * 10**digits + Fraction(1, 2))
    return f"{scaled / 10**digits:.{digits}f}%"


def story(found: Progress) -> Story:
    """The page as of a day."""
    shown = [name for name in CLASSES if found.classes[name].count]
    bureaus = tuple(_bureau(line, shown) for line in found.bureaus)
    return Story(
        headline=_headline(found),
        standing=_("%(day)s現在") % {"day": day_words(found.on, "date")},
        numbers=tuple(_numbers(found)),
        rows=tuple(_row(name, found.classes[name], found.whole) for name in shown),
        heads=tuple(_(CLASS_TITLES[name]) for name in shown),
        bureaus=bureaus,
        most=max((number for row in bureaus for number in row.cells), default=0),
        rules=tuple(_rules(found)),
        rounds=tuple(_rounds(found)),
        chart=_chart(found) if len(found.months) > 1 else None,
        files=_files(),
        is_empty=not found.whole.count,
        known=_("%(day)sまでに記録された数です。そのあとの訂正を含みません。") % {"day": day_words(found.known, "date")}
        if found.known
        else "",
        corrected=_("このあと、%(count)s規定の改正の日などが訂正されました。") % {"count": found.corrections}
        if found.corrections and not found.known
        else "",
    )


def _headline(found: Progress) -> str:
    gone, going = found.classes["abolished"].count, found.classes["to_abolish"].count
    words = {"whole": f"{found.whole.count:,}", "gone": f"{gone:,}", "going": f"{going:,}"}
    return _("押印を要する%(whole)sの事務のうち%(gone)sで押印をやめ、%(going)sでこれからやめます") % words


def _numbers(found: Progress) -> list[tuple[str, str, str, str, int | None]]:
    """label, value, unit, note, meter."""
    whole, gone = found.whole.count, found.classes["abolished"].count
    decided = gone + found.classes["to_abolish"].count
    rules, amended = sum(each.whole for each in found.rules), sum(each.amended for each in found.rules)
    law = found.classes["by_law"].count
    return [
        (
            _("押印をやめた割合"), percent(gone, whole), "",
            _("%(whole)s件のうち%(part)s件") % {"whole": f"{whole:,}", "part": f"{gone:,}"}, _meter(gone, whole),
        ),
        (
            _("やめると決めた割合"), percent(decided, whole), "",
            _("廃止済と廃止予定の合計 %(part)s件") % {"part": f"{decided:,}"}, _meter(decided, whole),
        ),
        (
            _("改正した規定"), f"{amended:,}", pgettext("unit", "規定"),
            _("改正が要る%(whole)s規定のうち") % {"whole": f"{rules:,}"}, _meter(amended, rules),
        ),
        (_("国の法令などによるもの"), f"{law:,}", _("件"), _("国に改正を要望します"), _meter(law, whole)),
    ]  # fmt: skip


def _meter(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _row(name: str, tally: Tally, whole: Tally) -> ClassRow:
    share = percent(tally.count, whole.count)
    return ClassRow(
        _(CLASS_TITLES[name]), _(CLASS_NOTES[name]), TONES.get(name, "neutral"), tally.count, tally.volume, share
    )


def _bureau(line: BureauLine, shown: list[str]) -> BureauRow:
    return BureauRow(
        name=_(line.name) if line.name else _("局に属さないもの"),
        whole=line.whole,
        cells=tuple(line.classes[name].count for name in shown),
        rate=percent(line.classes["abolished"].count, line.whole),
    )


def _rules(found: Progress) -> list[RuleLine]:
    titles = dict(Field.choices)
    return [
        RuleLine(str(titles[Field(each.field)]), each.whole, each.amended, _meter(each.amended, each.whole) or 0)
        for each in found.rules
        if each.whole
    ]


def _rounds(found: Progress) -> list[tuple[str, str, int, str, str]]:
    """title, day, whole, difference to the round before, note."""
    rows, before = [], 0
    for each in found.rounds:
        difference = f"{each.whole - before:+,}" if before else ""
        rows.append((each.title, day_words(each.as_of, "date"), each.whole, difference, each.note))
        before = each.whole
    return rows


def _chart(found: Progress) -> Chart:
    last = found.months[-1]
    return Chart(
        title=_("押印をやめた事務は%(count)s件になった") % {"count": f"{last.abolished:,}"},
        kind="bars",
        labels=[_month(point.month) for point in found.months],
        series=[Series(_("廃止済"), [point.abolished for point in found.months])],
        heading=_("月"),
        unit=_("件"),
        source=_("出典：押印実態調査の記録"),
        links=[Link("CSV", reverse("portal:dataset_file", args=["seals.months", "csv"]))],
    )


def _month(month: str) -> str:
    first = month_start(month)
    return _("%(year)d年%(month)d月") % {"year": first.year, "month": first.month}


def month_days(days: Sequence[date]) -> list[tuple[str, date]]:
    """Days to look back to, in words."""
    return [(_month(month_key(day)), day) for day in days]


def _files() -> tuple[tuple[str, str], ...]:
    return (
        (_("局と区分ごとの件数"), reverse("portal:dataset_detail", args=["seals.classes"])),
        (_("月ごとの推移"), reverse("portal:dataset_detail", args=["seals.months"])),
        (_("改正する規定"), reverse("portal:dataset_detail", args=["seals.rules"])),
    )
