"""Housekeeping of what has expired."""

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.accounts.models import SharedValue
from tocho.core.jobs.api import periodic


@periodic(name="accounts.forget_expired", title=_("期限の切れたログインの記録を消す"), cron="17 * * * *")
def forget_expired(timestamp: int) -> None:
    """Expired counters and sessions leave the database; asking for them found nothing already."""
    now = timezone.now()
    SharedValue.objects.filter(expires_at__lte=now).delete()
    Session.objects.filter(expire_date__lte=now).delete()
