"""Pure rules of records: what follows on what, how long something is kept, what keeps it from being destroyed.

公文書等の管理に関する条例（東京都）, 東京都文書管理規則: the period begins on 1 April of the fiscal year after the
closing.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tocho.lib.dates import fiscal_year, fiscal_year_start

from .models import RecordFile, Retention

YEARS = {"under_1": 0, "y1": 1, "y3": 3, "y5": 5, "y10": 10, "y30": 30, "long": 30}  # 長期 is looked at again after 30

MOVES: dict[str, tuple[str, ...]] = {
    "current": ("closed",),
    "closed": ("retained", "current"),
    "retained": ("due",),
    "due": ("extended", "disposal_review"),
    "extended": ("due",),
    "disposal_review": ("due", "extended", "transfer_candidate", "disposed"),
    "transfer_candidate": ("transferred",),
    "transferred": (),
    "disposed": (),
}
LIST_MOVES: dict[str, tuple[str, ...]] = {
    "drafting": ("proposed", "withdrawn"),
    "proposed": ("agreed", "withdrawn"),
    "agreed": ("done",),
    "done": (),
    "withdrawn": (),
}
REQUEST_MOVES: dict[str, tuple[str, ...]] = {
    "open": ("decided", "withdrawn"),
    "decided": ("closed",),
    "closed": (),
    "withdrawn": (),
}
RECEIVED_MOVES = {"received": ("registered",), "registered": ("assigned",), "assigned": ("handled",), "handled": ()}
# 東京都情報公開条例12条1項, 2項: from the day of the request, which is not counted (民法140条). The State has 30 days
# and 30 more (情報公開法10条).
DECIDE_DAYS, LONGEST_DAYS = 14, 60
BARE = frozenset({"refused", "rejected"})  # decided without looking at documents
MOST_ITEMS = 2_000  # documents of one request
WITHHELD = frozenset({"partial", "withhold"})
LONGER = 10  # years by which what is kept long (長期) is proposed to be kept on
ENDED = frozenset({"transferred", "disposed"})
HELD_BACK = frozenset({"disposal_review", "transfer_candidate", "transferred", "disposed"})  # what a hold prevents


def period(retention: str, closed_on: date) -> tuple[date, date]:
    """First and last day of the period of what was closed on a day.

    It begins on 1 April of the next fiscal year; what is kept under a year ends with the fiscal year it was closed in.
    """
    begins = fiscal_year_start(fiscal_year(closed_on) + 1)
    years = YEARS[Retention(retention)]
    if not years:
        return closed_on, date(begins.year, 3, 31)
    return begins, date(begins.year + years, 3, 31)


def closing_day(fiscal_year_opened: int, on: date) -> date | None:
    """The day on which an automatic file of a fiscal year is closed without anybody's doing; None before its time.

    From 1 June on, when the accounts of the year are closed (出納閉鎖 5月31日, 地方自治法235条の5), as of the
    year's last day.
    """
    end = date(fiscal_year_opened + 1, 3, 31)
    return end if on >= date(end.year, 6, 1) else None


def proposed_end(retention: str, *, is_historical: bool, ends_on: date, on: date) -> tuple[str, date | None]:
    """What is proposed for a file whose period is over: the outcome, and until when it is kept on, if it is."""
    if is_historical:
        return "transfer", None
    if retention == Retention.LONG:
        return "extend", date(fiscal_year(max(ends_on, on)) + 1 + LONGER, 3, 31)
    return "dispose", None


def state_on(state: str, *, starts_on: date, ends_on: date, on: date) -> str:
    """The state that time alone brings: closed → retained when its period begins, kept → due when it is over."""
    if state == "closed" and on >= starts_on:
        state = "retained"
    return "due" if state in ("retained", "extended") and on > ends_on else state


def due_day(requested_on: date, *, correction_days: int = 0) -> date:
    """Until when a request for disclosure is decided: the fourteenth day after it; the days that it took to put the
    request right (補正) do not count (条例12条1項ただし書)."""
    return requested_on + timedelta(days=DECIDE_DAYS + correction_days)


def refusal_to_extend(requested_on: date, due_on: date, until: date) -> str:
    """Why the time of a request may not be extended to a day; empty when it may (条例12条2項: 60 days at most)."""
    if until <= due_on:
        return _("いまの期限より後の日にしてください。")
    if until > requested_on + timedelta(days=LONGEST_DAYS):
        return _("延ばせるのは、請求の日から%(days)s日までです。") % {"days": LONGEST_DAYS}
    return ""


def outcome_of(verdicts: Sequence[str]) -> str:
    """What was decided, from what becomes of the documents: full, partial, none; absent where no document is meant."""
    meant = {verdict for verdict in verdicts if verdict != "apart"}
    if not meant:
        return "absent"
    if meant == {"disclose"}:
        return "full"
    return "none" if meant == {"withhold"} else "partial"


def refusal_to_move(state: str, to: str, *, holds: int) -> str:
    """Why a file may not move to a state; empty when it may. A standing hold keeps it from all that ends in its end."""
    if to not in MOVES[state]:
        words = {"now": RecordFile.State(state).label, "to": RecordFile.State(to).label}
        return _("「%(now)s」から「%(to)s」へは進めません。") % words
    if holds and to in HELD_BACK:
        return _("廃棄が止められているファイルです。開示請求、訴訟、監査のための停止を解いてから進めてください。")
    return ""
