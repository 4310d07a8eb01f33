"""News for the modules above, sent inside the transaction of the act. Keywords: ``subject, message_id, at``."""

from django.dispatch import Signal

message_answered = Signal()  # the office has written to the applicant
