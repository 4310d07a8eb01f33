"""News for the modules above, sent inside the transaction of the act. Keywords:
``subject, opinion_id, unit, verdict, at``; the verdict is "withdrawn" where the question was taken back."""

from django.dispatch import Signal

opinion_answered = Signal()  # an asked section has said what it thinks
