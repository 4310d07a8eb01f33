"""News for the modules above, sent inside the transaction of the act. Keywords: ``subject, at``."""

from django.dispatch import Signal

application_erased = Signal()  # its retention is over: what is kept of the applicant elsewhere goes, too
