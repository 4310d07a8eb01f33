from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _


class JobFailure(models.Model):
    """Why a job of procrastinate's table failed for good: for people a cause, for engineers where in the program.

    Holds no word of the error itself, which may name a person. Goes when the job is tried again or deleted.
    """

    class Cause(models.TextChoices):
        CONNECTION = "connection", _("外部のシステムかネットワークにつながりませんでした")
        DATABASE = "database", _("データベースが応じませんでした")
        GONE = "gone", _("処理する相手のデータが、もうありません")
        REFUSED = "refused", _("業務の決まりに合わず、受け付けられませんでした")
        UNKNOWN_JOB = "unknown_job", _("いま動いている版のプログラムが知らない仕事です")
        WORKER_LOST = "worker_lost", _("処理していた機械が、途中で何度も止まりました")
        PROGRAM = "program", _("プログラムが予想していないことが起きました")

    job_id = models.BigIntegerField()
    cause = models.CharField(max_length=20, choices=Cause)
    place = models.CharField(max_length=200, blank=True)  # "OSError at tocho/modules/x/actions.py:88"

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["job_id"], name="one_failure_per_job")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.cause} {self.place}"
