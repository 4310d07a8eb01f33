from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Least


class LedgerEntry(models.Model):
    """One act of the government, as it was recorded.

    Never change or delete a row (the database refuses) and write none except through ``append``: the chain would break.
    Do not read a module's state from here; this is what happened, not what is.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=60)
    user_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    acting_for_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    unit = models.CharField(max_length=40, blank=True)
    data = models.TextField()  # canonical JSON, byte for byte what was hashed; jsonb would rewrite 1e16 and -0.0
    personal_digest = models.BinaryField(null=True)
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="ledger_entry_one_chain"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="ledger_entry_seq_from_one"),
        ]
        indexes = [
            # The way from a figure back to its entries: a unit's acts of a month, by Entry.happened_at.
            models.Index(F("unit"), Least("at", "recorded_at"), name="ledger_entry_unit_month"),
        ]


class LedgerChain(models.Model):
    """The head of one subject's chain: locked by each append, so that two acts on one subject get two numbers.

    Only a lock and a memory of the last digest; the truth are the entries, and verification compares the two.
    """

    pk = models.CompositePrimaryKey("subject_type", "subject_id")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    seq = models.IntegerField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "ledger_chain"


class LedgerPersonal(models.Model):
    """The personal part of one entry and the salt of its digest, apart so that an erasure leaves the chain whole.

    Written by ``append``, deleted by ``erase_personal`` only; must not be copied into an entry's data.
    """

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    salt = models.BinaryField()
    data = models.TextField()

    class Meta:
        db_table = "ledger_personal"


class LedgerUnsealed(models.Model):
    """An entry that waits for the sealer; written with the entry, taken away by the transaction that seals it."""

    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )

    class Meta:
        db_table = "ledger_unsealed"


class LedgerReader(models.Model):
    """How far a part that follows the ledger (webhooks, a channel) has read: the height of its last block.

    Written in the transaction of whatever the reading leads to, so that each entry is read exactly once.
    """

    name = models.CharField(max_length=40, primary_key=True)
    height = models.BigIntegerField()

    class Meta:
        db_table = "ledger_reader"


class LedgerBlock(models.Model):
    """Entries sealed together, in their final order. Height and place in ``entry_ids`` are the total order of all acts.

    Never change a row (the database refuses). The digests repeat those of the entries, so that an
    entry rewritten together with its whole chain is still named.
    """

    height = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    previous = models.BinaryField()
    root = models.BinaryField()
    digest = models.BinaryField()
    entry_ids = ArrayField(models.BigIntegerField())
    digests = ArrayField(models.BinaryField())

    class Meta:
        db_table = "ledger_block"
        constraints = [models.CheckConstraint(condition=Q(height__gte=1), name="ledger_block_height_from_one")]
