"""The page 確認: the problems with their places, and the guideline's checklist with what was explained."""

from dataclasses import dataclass

from ..definitions import Problem
from ..models import Design
from ..rules.guideline import Check, guideline
from .tabs import place_of, tab_of


@dataclass(frozen=True)
class FindingRow:
    """One finding with the page that mends it."""

    tab: str
    text: str
    href: str


@dataclass(frozen=True)
class CheckRow:
    """One item: ``state`` is ok, mend or explained."""

    check: Check
    state: str
    reason: str
    findings: list[FindingRow]


def checklist(design: Design) -> list[CheckRow]:
    """The guideline over a design, what is to be mended first."""
    rows = [_row(design, check) for check in guideline(design.source)]
    return sorted(rows, key=lambda row: ("mend", "explained", "ok").index(row.state))


def _row(design: Design, check: Check) -> CheckRow:
    reason = design.exceptions.get(check.key, {}).get("reason", "")
    state = "ok" if check.ok else "explained" if reason else "mend"
    findings = [
        FindingRow(tab_of(one.part), one.text, place_of(design, Problem(one.part, one.place, one.text)))
        for one in check.findings
    ]
    return CheckRow(check, state, reason, findings)
