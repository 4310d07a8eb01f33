from typing import ClassVar

from django.db import models


class OwnRecord(models.Model):
    """What one account has registered of itself (登録情報): given once, seen, corrected and deleted by its owner.

    ``values`` are answers of the form engine by the names of ``definitions.py``; ``origins`` says for each name from
    which register it was taken, if the owner did not type it. Personal. It must not be used to decide a case: an
    application holds what was declared in it, this only suggests.
    """

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    values = models.JSONField(default=dict)
    origins = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"own data of {self.user_id}"


class Corporation(models.Model):
    """A corporation as the register of corporate numbers (国税庁法人番号公表サイト) told us, kept so as to ask rarely.

    Public data. ``fetched_at`` says how old it is; ``found`` is False where the register knows no such number.
    """

    number = models.CharField(max_length=13, primary_key=True)
    found = models.BooleanField()
    name = models.CharField(max_length=200, blank=True)
    kana = models.CharField(max_length=500, blank=True)
    postal_code = models.CharField(max_length=7, blank=True)
    prefecture = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=400, blank=True)
    closed_on = models.DateField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
