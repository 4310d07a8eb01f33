from django.db import models
from django.db.models import Q

MONTH = Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$")


class CounterSum(models.Model):
    """How much one counter counted for one unit in one month: the sum of its fold over all sealed entries.

    Written by the projection only. Anybody can compute it again from the ledger (``manage.py facts verify``), so it
    must never be corrected here: a correction is a new entry (``adjust``).
    """

    counter = models.CharField(max_length=80)
    month = models.CharField(max_length=7)
    unit = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "facts_counter_sum"
        constraints = [
            models.UniqueConstraint(fields=["counter", "month", "unit"], name="facts_counter_sum_once"),
            models.CheckConstraint(condition=MONTH, name="facts_counter_sum_month"),
        ]


class CounterWatermark(models.Model):
    """Up to which block a counter has counted, with which version of its fold.

    Written in the transaction that writes the sums: that is why each entry counts exactly once, whatever is killed
    when.
    """

    counter = models.CharField(max_length=80, primary_key=True)
    version = models.IntegerField(default=1)
    height = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "facts_counter_watermark"


class CounterFault(models.Model):
    """An entry that a counter could not fold (its data lack what the fold reads); it counts nothing there until mended.

    Kept so that nothing is skipped in silence. A new version of the counter clears its faults and counts again.
    """

    counter = models.CharField(max_length=80)
    entry_id = models.BigIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        db_table = "facts_counter_fault"
        constraints = [models.UniqueConstraint(fields=["counter", "entry_id"], name="facts_counter_fault_once")]


class IndicatorVersion(models.Model):
    """What an indicator meant from some moment on: the whole definition, never changed (the database refuses)."""

    key = models.CharField(max_length=80)
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    definition = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "facts_indicator_version"
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="facts_indicator_version_number")]


class MonthlyReturn(models.Model):
    """What a certified person returned for a unit and a month, for what happens outside the platform (月次実績報告).

    Never changed: a correction is a row with the next revision and its reason. ``is_sample`` marks values made up for
    the sample city; they must not be shown without saying so.
    """

    version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    revision = models.IntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it differs from the revision before; not published
    is_sample = models.BooleanField(default=False)
    certified_by_id = models.BigIntegerField(null=True)
    certified_at = models.DateTimeField()

    class Meta:
        db_table = "facts_monthly_return"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "unit", "month", "revision"], name="facts_monthly_return_revision"
            ),
            models.CheckConstraint(condition=MONTH, name="facts_monthly_return_month"),
            models.CheckConstraint(
                condition=Q(numerator__gte=0) & (Q(denominator__isnull=True) | Q(denominator__gte=0)),
                name="facts_monthly_return_not_negative",
            ),
        ]


class Publication(models.Model):
    """One value as it was published, frozen: what an indicator said on a day about a unit and a month.

    Never changed. When the past is corrected, the next publication adds an edition, and pages show both.
    """

    version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=40, blank=True)
    month = models.CharField(max_length=7)
    source = models.CharField(max_length=10)
    edition = models.IntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    published_at = models.DateTimeField()

    class Meta:
        db_table = "facts_publication"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "unit", "month", "source", "edition"], name="facts_publication_edition"
            ),
            models.CheckConstraint(condition=Q(source__in=["measured", "returned"]), name="facts_publication_source"),
        ]


class Adjustment(models.Model):
    """A correction of a counted past (補正): so much more or less for a counter, unit and month, why, and who
    approved it.

    It counts through its ledger entry ``facts.adjusted``, not through this row, which is never changed.
    """

    counter = models.CharField(max_length=80)
    unit = models.CharField(max_length=40, blank=True)
    month = models.CharField(max_length=7)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    requested_by_id = models.BigIntegerField()
    approved_by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "facts_adjustment"
        constraints = [
            models.CheckConstraint(condition=MONTH, name="facts_adjustment_month"),
            models.CheckConstraint(condition=~Q(amount=0), name="facts_adjustment_not_nothing"),
            models.CheckConstraint(
                condition=~Q(requested_by_id=models.F("approved_by_id")), name="facts_adjustment_four_eyes"
            ),
        ]
