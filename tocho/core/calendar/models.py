from django.db import models
from django.utils.translation import gettext_lazy as _


class ClosedDay(models.Model):
    """One day on which the offices are closed although no law says so (閉庁日: a typhoon, a move, an anniversary).

    Must not hold weekends, national holidays (国民の祝日) or the year-end closing (12/29 to 1/3): those are rules.
    """

    day = models.DateField(_("閉庁日"), unique=True)
    name = models.CharField(_("名称"), max_length=100)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
