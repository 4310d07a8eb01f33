"""What the module does when an account is closed or an application is erased: nobody is told of it any more."""

from typing import Any

from django.dispatch import receiver

from tocho.core.accounts.signals import account_closed
from tocho.core.ledger.api import Subject
from tocho.modules.procedures.signals import application_erased

from . import actions


@receiver(account_closed)
def unlink_closed_account(user_id: int, **news: Any) -> None:
    actions.unlink_account(user_id=user_id)


@receiver(application_erased)
def forget_erased_application(subject: Subject, **news: Any) -> None:
    actions.stop_following(application_id=subject.id)
