"""News for the modules above, sent inside the transaction of the act.

Keywords of all: ``intent_id, subject, amount`` (yen)``, method, at``; ``payment_failed`` adds ``reason``,
``payment_refunded`` adds ``is_full`` (nothing of what was collected is left).
"""

from django.dispatch import Signal

payment_collected = Signal()  # the money is in; once for each intent
payment_failed = Signal()  # an attempt came to nothing; the intent is still due
payment_refunded = Signal()  # the provider has given back what was collected
