"""The ledger: every act, recorded once, in order, for ever. The only door for other parts."""

from tocho.core.ledger.actions import append, append_all, erase_personal, read_new, seal
from tocho.core.ledger.queries.entries import (
    anchor,
    entries_about,
    entries_between,
    entries_by_id,
    entries_of,
    personal_of,
    sealed_entries,
    sealed_height,
)
from tocho.core.ledger.queries.verification import Problem, Verdict, verify
from tocho.core.ledger.rules import ERASED, JSON, SYSTEM, Act, Actor, Entry, Subject

__all__ = [
    "ERASED",
    "JSON",
    "SYSTEM",
    "Act",
    "Actor",
    "Entry",
    "Problem",
    "Subject",
    "Verdict",
    "anchor",
    "append",
    "append_all",
    "entries_about",
    "entries_between",
    "entries_by_id",
    "entries_of",
    "erase_personal",
    "personal_of",
    "read_new",
    "seal",
    "sealed_entries",
    "sealed_height",
    "verify",
]
