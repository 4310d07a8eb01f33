"""News for the modules above. Keywords: ``notice_id, subject, kind, at``.

``notice_sealed`` of a notice with a seal is sent when its sealing is committed, at least once: who is told takes a
transaction of its own, and is told again where a worker died between the two. All others are sent inside the
transaction of the act.
"""

from django.dispatch import Signal

notice_sealed = Signal()  # it is signed (or needs no seal) and out: mailed, or ready to be handed over
notice_reached = Signal()  # the recipient opened it for the first time
notice_dropped = Signal()  # it waited, and goes out no more: what it was made from was cancelled
notice_revoked = Signal()
