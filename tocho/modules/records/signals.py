from django.dispatch import Signal

# A document's content must be erased where it stands: sent in the transaction that ends its file, with
# ``subject_type``, ``subject_id``, ``actor`` and ``at``. The module that owns the subject erases it.
document_ended = Signal()
