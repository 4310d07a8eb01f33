"""News for the modules above, sent inside the transaction of the act. Keywords: ``notice_id, subject, kind, at``."""

from django.dispatch import Signal

notice_sealed = Signal()  # it is signed (or needs no seal) and out: mailed, or ready to be handed over
notice_reached = Signal()  # the recipient opened it for the first time
notice_revoked = Signal()
