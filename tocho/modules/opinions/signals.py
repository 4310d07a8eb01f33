"""News for the modules above, sent inside the transaction of the act. Keywords: ``subject, opinion_id, at``."""

from django.dispatch import Signal

opinion_answered = Signal()  # an asked section has said what it thinks
