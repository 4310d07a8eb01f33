"""The ledger entries behind a figure, as lines of a table: what happened, where, and the page that shows it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.engines.facts import api as facts
from tocho.modules.decisions import api as decisions
from tocho.modules.procedures import api as procedures
from tocho.ui.markup import colon

# Type of subject → the page of the desk that shows it, and which of them a person may open.
SUBJECTS = {
    "application": ("procedures:case_detail", procedures.readable_cases),
    "decision": ("decisions:decision_detail", decisions.readable_decisions),
}


@dataclass(frozen=True)
class TraceRow:
    """One entry behind a figure; ``href`` is empty where the reader may not open what it is about."""

    at: datetime
    kind: str
    subject: str
    href: str
    is_others: bool  # it has a page, that the reader may not open
    unit: str
    numerator: int
    denominator: int
    is_late: bool
    digest: str


def trace_rows(rows: Sequence[facts.Trace], *, user_id: int, at: datetime) -> list[TraceRow]:
    """The entries as lines of a table, for one reader; persons are not shown, for the count does not need them. At most
    two queries for each type of subject."""
    addresses = _addresses(rows, user_id=user_id, at=at)
    kinds = _kinds()
    return [_trace_row(row, kinds, addresses) for row in rows]


def _addresses(rows: Sequence[facts.Trace], *, user_id: int, at: datetime) -> Mapping[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for kind, (page, readable) in SUBJECTS.items():
        ids: Collection[int] = {row.entry.subject.id for row in rows if row.entry.subject.type == kind}
        if ids:
            found |= {(kind, key): reverse(page, args=[key]) for key in readable(ids, user_id=user_id, at=at)}
    return found


def _kinds() -> dict[str, str]:
    """What entries say, by kind; else what counts them is called."""
    counted = {kind: _(counter.title) for counter in facts.installed().counters.values() for kind in counter.kinds}
    return counted | {
        "decision.decided": _("決定した"),
        "decision.circulated": _("回付した"),
        "decision.reviewed": _("承認した"),
        "decision.sent_back": _("前の関与者に差し戻した"),
        "decision.returned": _("起案者に差し戻した"),
        "decision.revised": _("回付中に改訂した"),
        "decision.deferred": _("不在の人を後閲に回した"),
        "decision.post_reviewed": _("後閲した"),
        "application.submitted": _("申請を受け付けた"),
        "application.closed": _("申請の処理が終わった"),
        "facts.adjusted": _("補正した"),
    }


def _trace_row(row: facts.Trace, kinds: Mapping[str, str], addresses: Mapping[tuple[str, int], str]) -> TraceRow:
    entry = row.entry
    reason = str(entry.data.get("reason", "")) if entry.kind == "facts.adjusted" else ""
    return TraceRow(
        at=entry.happened_at,
        kind=colon().join(words for words in (kinds.get(entry.kind, entry.kind), reason) if words),
        subject=f"{entry.subject.type}:{entry.subject.id}",
        href=addresses.get((entry.subject.type, entry.subject.id), ""),
        is_others=entry.subject.type in SUBJECTS and (entry.subject.type, entry.subject.id) not in addresses,
        unit=_unit_words(entry.unit, entry.happened_at),
        numerator=row.numerator,
        denominator=row.denominator,
        is_late=row.is_late,
        digest=entry.digest.hex()[:16],
    )


def _unit_words(code: str, at: datetime) -> str:
    try:
        return org.unit(code, on=org.office_day(at)).full_name
    except org.UnknownUnit:
        return code
