"""Every write, one verb each: tokens, answers, hooks, deliveries."""

from .answering import answer_once, forget_answers
from .delivering import deliver, read_ledger, resend, try_hook
from .hooks import HookRefused, end_hook, make_hook, put_away_hook, reopen_hook
from .tokens import TokenRefused, make_token, note_use, revoke_token

__all__ = [
    "HookRefused",
    "TokenRefused",
    "answer_once",
    "deliver",
    "end_hook",
    "forget_answers",
    "make_hook",
    "make_token",
    "note_use",
    "put_away_hook",
    "read_ledger",
    "reopen_hook",
    "resend",
    "revoke_token",
    "try_hook",
]
