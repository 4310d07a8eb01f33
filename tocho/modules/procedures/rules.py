"""Pure rules of applications: numbers, states, what a person may still do (行政手続法 5–8 条, デジタル手続法 6 条)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tocho.engines.rules.api import DecisionTable

DRAFT_DAYS = 30  # a draft is kept so long after its last change, then it expires (data minimisation)
ERASURE = 1  # what an erasure empties; one more whenever it learns of a further place, so that old ones are done again
TELL_DAYS = 30  # so long before the end of the retention the applicant is told
TELL_DRAFT_DAYS = 5  # and so long before a draft expires
RETENTION_YEARS = {"certificate": 1, "course": 1, "facility_use": 1, "permit": 5, "subsidy": 5}  # by category
RETENTION_DEFAULT = 3  # where neither the procedure nor its category says otherwise
CORRECTION_BUSINESS_DAYS = 10  # proposed deadline of a correction


def way_of_notice(said: str, *, online: bool, reachable: bool) -> str:
    """How the notice goes out: as said; unsaid electronically to who applied online, by post to others; always by post
    where there is no address to send it to (デジタル手続法7条1項ただし書: electronically only to who has said so).

    Whoever applies online has read on the last page that the notice comes there, and could choose otherwise.
    """
    if not reachable:
        return "post"
    return said or ("electronic" if online else "post")


def receipt_number(*, fiscal_year: int, sequence: int) -> str:
    """受付番号: fiscal year, running number and a check digit (weights 3 and 1, as in EAN), easy to read aloud.

    ``receipt_number(fiscal_year=2020, sequence=123)`` is ``"2020-0000123-4"``.
    """
    digits = f"{fiscal_year:04d}{sequence:07d}"
    check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits), start=1)) % 10
    return f"{fiscal_year:04d}-{sequence:07d}-{check}"


def is_receipt_number(text: str) -> bool:
    """Whether a typed receipt number is well formed and its check digit right."""
    parts = text.strip().split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return False
    return text.strip() == receipt_number(fiscal_year=int(parts[0]), sequence=int(parts[1]))


def may_withdraw(state: str) -> bool:
    """取下げ: by the applicant, from arrival until the decision is made."""
    return state in {"signing", "fee_due", "examining", "correction", "waiting_list", "forwarding", "decision_pending"}


def run_checks(table: DecisionTable | None, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The automatic examination: each fired rule of the table ``checks`` as {title, ok, detail, citation}.

    A table of hit policy COLLECT with outputs ``title``, ``ok`` and ``detail``.
    """
    if table is None:
        return []
    answer = table.decide(context)
    rows = answer.outputs if isinstance(answer.outputs, list) else [answer.outputs]
    return [
        {
            "title": str(row.get("title", "")),
            "ok": bool(row.get("ok")),
            "detail": str(row.get("detail") or ""),
            "citation": fired.citation or "",
        }
        for row, fired in zip(rows, answer.fired, strict=False)
    ]


def within_standard(*, closed_on: date, due_on: date) -> bool:
    """Whether the case ended within the 標準処理期間 (行政手続法6条); ``due_on`` has the standing clock added."""
    return closed_on <= due_on


def retention_years(declared: int | None, category: str) -> int:
    """保存年数: what the procedure declares, otherwise by its category."""
    return RETENTION_YEARS.get(category, RETENTION_DEFAULT) if declared is None else declared


def kept_until(closed_on: date, *, years: int) -> date:
    """The last day on which what the applicant gave is kept: the years count from 1 April after the case has ended.

    ``kept_until(date(2020, 11, 20), years=1)`` is 31 March 2022 (起算日は完結した年度の翌年度の初日; 地方自治法208条).
    """
    fiscal_year = closed_on.year - (closed_on.month < 4)
    return date(fiscal_year + 1 + years, 3, 31)


def may_erase(*, until: date, today: date, told_on: date | None, reachable: bool) -> bool:
    """Whether the end has come: the day is past, and whoever can be told was told ``TELL_DAYS`` days before."""
    if today <= until:
        return False
    return not reachable or (told_on is not None and (today - told_on).days >= TELL_DAYS)
