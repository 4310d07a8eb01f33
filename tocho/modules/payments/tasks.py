import logging

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job, periodic

from . import actions, queries
from .providers.base import ProviderUnavailableError

logger = logging.getLogger(__name__)


@job(
    name="payments.check_attempt", title=_("納付の結果を決済事業者に確かめる"), retry=False
)  # the periodic check is the retry
def check_attempt(*, attempt_id: int) -> None:
    _check(attempt_id)


@job(name="payments.send_refund", title=_("還付を決済事業者に頼む"))
def send_refund(*, refund_id: int) -> None:
    actions.send_refund(refund_id=refund_id, at=timezone.now())


@periodic(name="payments.check_open_attempts", title=_("終わっていない納付を確かめる"), cron="* * * * * */30")
def check_open_attempts(timestamp: int) -> None:
    for attempt_id in queries.attempts_to_check(at=timezone.now()):
        if not _check(attempt_id):
            return


def _check(attempt_id: int) -> bool:
    """False when the provider is out of reach: the others would wait for nothing as well."""
    try:
        actions.check_attempt(attempt_id=attempt_id, at=timezone.now())
    except ProviderUnavailableError as error:
        logger.warning("the payment provider is out of reach: %s", error)
        return False
    except actions.AmountMismatchError:
        logger.warning("attempt %s was set aside", attempt_id)
    return True
