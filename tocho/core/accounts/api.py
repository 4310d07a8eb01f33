"""The door to accounts: what other parts may ask about the person behind one."""

from allauth.account.models import EmailAddress

from tocho.core.accounts.actions import close_account, record_export
from tocho.core.accounts.models import User
from tocho.core.accounts.sessions import remember

__all__ = ["close_account", "has_address", "record_export", "remember"]


def has_address(user_id: int, email: str) -> bool:
    """Whether a mail address is a person's own: confirmed by them, or the one that an account was made with by us."""
    mine = EmailAddress.objects.filter(user_id=user_id)
    if mine.exists():
        return bool(mine.filter(email__iexact=email, verified=True).exists())
    return bool(email) and User.objects.filter(id=user_id, email__iexact=email).exists()
