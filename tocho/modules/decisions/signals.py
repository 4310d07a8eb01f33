"""News of decisions for the modules above; sent inside the transaction of the act.

Each carries ``decision_id: int``, ``subject: Subject``, ``outcome: str`` and ``at: datetime``; ``decision_returned``
and ``decision_withdrawn`` also ``reason: str``; ``decision_decided`` also ``cancels: int | None``, the earlier decision
that falls with it (取消し). ``decision_stopped`` is of the earlier one: nothing of it goes out (施行取消).
"""

from django.dispatch import Signal

decision_decided = Signal()
decision_returned = Signal()
decision_withdrawn = Signal()
decision_stopped = Signal()
