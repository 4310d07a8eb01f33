"""What records add to the published facts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from tocho.core.org import api as org
from tocho.lib.csvfile import Value
from tocho.lib.dates import month_key

from ..models import DisclosureRequest, RecordFile


def file_count_rows(*, on: date) -> Iterator[tuple[Value, ...]]:
    """bureau code, bureau, fiscal year, period, state, files: no title leaves the house."""
    counts: dict[tuple[str, int, str, str], int] = {}
    rows = RecordFile.objects.values_list("unit", "fiscal_year", "retention", "state").annotate(n=Count("id"))
    for unit, year, retention, state, number in rows.order_by():
        key = (org.bureau_code_of(unit, on=on), year, retention, state)
        counts[key] = counts.get(key, 0) + number
    names = org.bureau_names(on=on)
    for (bureau, year, retention, state), number in sorted(counts.items()):
        period, now = RETENTION_WORDS[retention], STATE_WORDS[state]
        yield bureau, names.get(bureau, ""), year, period, now, number


OUTCOMES = tuple(DisclosureRequest.Outcome.values)


def request_rows(*, on: date) -> Iterator[tuple[Value, ...]]:
    """month, bureau code, bureau, requests of that month, and what was decided in it: how many, within the time limit,
    after an extension, of each outcome. No title leaves the house. Two queries."""
    asked = DisclosureRequest.objects.annotate(month=TruncMonth("requested_on")).values_list("month", "unit")
    sums: dict[tuple[str, str], Counter[str]] = {}
    for month, unit, number in asked.annotate(n=Count("id")).order_by():
        _of(sums, month, unit, on=on)["requests"] += number
    decided = DisclosureRequest.objects.exclude(decided_on=None).annotate(month=TruncMonth("decided_on"))
    counted = decided.values_list("month", "unit", "outcome").annotate(
        n=Count("id"),
        in_time=Count("id", filter=Q(decided_on__lte=F("due_on"))),
        extended=Count("id", filter=~Q(extension_reason="")),
    )
    for month, unit, outcome, number, in_time, extended in counted.order_by():
        _of(sums, month, unit, on=on).update(
            {"decided": number, "in_time": in_time, "extended": extended, outcome: number}
        )
    names = org.bureau_names(on=on)
    for (month, bureau), found in sorted(sums.items()):
        shown = (found[name] for name in ("requests", "decided", "in_time", "extended", *OUTCOMES))
        yield month, bureau, names.get(bureau, ""), *shown


def _of(sums: dict[tuple[str, str], Counter[str]], month: date, unit: str, *, on: date) -> Counter[str]:
    return sums.setdefault((month_key(month), org.bureau_code_of(unit, on=on)), Counter())


RETENTION_WORDS = {
    "under_1": "1年未満", "y1": "1年", "y3": "3年", "y5": "5年", "y10": "10年", "y30": "30年", "long": "長期",
}  # fmt: skip
STATE_WORDS = {
    "current": "現用", "closed": "完結", "retained": "保存中", "due": "期間満了", "extended": "保存延長",
    "disposal_review": "廃棄協議中", "transfer_candidate": "移管予定", "transferred": "公文書館へ移管",
    "disposed": "廃棄済",
}  # fmt: skip
