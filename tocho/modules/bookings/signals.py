"""``seat_promoted`` (subject: Subject, reservation_id: int, at: datetime): a waiting reservation was confirmed.

Sent inside the transaction that freed the seat.
"""

from django.dispatch import Signal

seat_promoted = Signal()
