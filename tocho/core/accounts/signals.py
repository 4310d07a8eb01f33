"""News for the parts above, sent inside the transaction of the act. Keywords: ``user_id, at``."""

from django.dispatch import Signal

account_closed = Signal()  # a person has closed the account: what is kept by it elsewhere goes, too
