"""The people of the sample sign-ins."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from tocho.core.accounts.models import User

SAMPLES = Path(settings.BASE_DIR) / "city" / "org" / "demo.toml"


@dataclass(frozen=True)
class Sample:
    """Somebody whom a visitor of the sample city may be with one click."""

    username: str
    name: str
    role_ja: str
    role_en: str
    is_employee: bool

    @property
    def role(self) -> str:
        return self.role_en if get_language() == "en" else self.role_ja


@cache
def samples() -> dict[str, Sample]:
    """The sample people of ``city/org/demo.toml`` in their order, by user name."""
    people = tomllib.loads(SAMPLES.read_text(encoding="utf-8"))["person"]
    return {
        person["username"]: Sample(
            person["username"], person["name"], person["role"], person["role_en"], person.get("kind") is None
        )
        for person in people
    }


def sample_user(username: str) -> User | None:
    """The account of a sample person; None for everybody else, so no other account can be entered this way."""
    if not settings.DEMO or username not in samples():
        return None
    return User.objects.filter(username=username, is_active=True).first()
