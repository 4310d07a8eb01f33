from allauth.account.models import EmailAddress

from tocho.core.accounts.models import User, UserKind

PASSWORD = "みどりの坂を上る電車"


def make_resident(email: str = "hanako@example.jp", *, password: str = PASSWORD, name: str = "山田 花子") -> User:
    """A resident who has confirmed the mail address and knows a password."""
    user = User(username=f"u-{email}", email=email, kind=UserKind.RESIDENT, display_name=name)
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_employee(username: str = "sato", *, password: str | None = PASSWORD) -> User:
    user = User(username=username, email=f"{username}@tocho.example", kind=UserKind.EMPLOYEE, display_name="佐藤 恵子")
    user.set_password(password)
    user.save()
    return user
