"""What records add to the published facts."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from tocho.core.org import api as org
from tocho.lib.csvfile import Value

from ..models import RecordFile


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


RETENTION_WORDS = {
    "under_1": "1年未満", "y1": "1年", "y3": "3年", "y5": "5年", "y10": "10年", "y30": "30年", "long": "長期",
}  # fmt: skip
STATE_WORDS = {
    "current": "現用", "closed": "完結", "retained": "保存中", "due": "期間満了", "extended": "保存延長",
    "disposal_review": "廃棄協議中", "transfer_candidate": "移管予定", "transferred": "公文書館へ移管",
    "disposed": "廃棄済",
}  # fmt: skip
