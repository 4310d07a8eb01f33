"""Document numbers: the series they are counted in, and those taken before their draft exists."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tocho.lib.dates import era_year, fiscal_year_start


def written_number(symbol: str, fiscal_year: int, number: int) -> str:
    """A document number as it is written: 2主税徴第1042号 (fiscal year in the era's count)."""
    _era, year = era_year(fiscal_year_start(fiscal_year))
    return f"{year}{symbol}第{number}号"


class DocumentSymbol(models.Model):
    """The 文書記号 of an office: its own, so that its numbers are counted without gaps for it alone (文書管理規則).

    It stays from year to year; who alone takes over from a dissolved office takes over its symbol.
    """

    unit = models.CharField(max_length=40, unique=True)
    symbol = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return f"{self.symbol} {self.unit}"


class NumberSeries(models.Model):
    """The last number given out for one document symbol (文書記号) in one fiscal year; locked to count without gaps."""

    symbol = models.CharField(max_length=20)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["symbol", "fiscal_year"], name="one_series_per_symbol_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.fiscal_year}: {self.last}"


class NumberReservation(models.Model):
    """A document number taken before its draft exists (番号の予約), so that no number is ever unexplained.

    It is used by a draft of its own fiscal year, or given up with a reason; what the year's end finds reserved is given
    up then. Must not be deleted.
    """

    symbol = models.CharField(max_length=20)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    unit = models.CharField(max_length=40)
    purpose = models.CharField(max_length=200)
    reserved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reserved_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    given_up_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["symbol", "fiscal_year", "number"], name="one_reservation_per_number"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(given_up_at__isnull=True), name="used_or_given_up"
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | ~Q(given_up_why=""), name="given_up_with_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "id"],
                condition=Q(used_at__isnull=True, given_up_at__isnull=True),
                name="reservation_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.fiscal_year} {self.number}"

    @property
    def reference(self) -> str:
        """The number as it is written (``written_number``)."""
        return written_number(self.symbol, self.fiscal_year, self.number)
