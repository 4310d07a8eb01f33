"""News for the modules above, sent inside the transaction."""

from django.dispatch import Signal

mandate_over = Signal()  # mandate_id, agent_id, at: revoked, or its last day is past
