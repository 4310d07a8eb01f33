"""A sample register of residents: the made-up people of ``city/registers/residents.toml``, by account."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


class SampleResidents:
    """Only in the sample city (``DEMO``): everywhere else nobody is found."""

    def find(self, account: str) -> dict[str, Any] | None:
        found = _residents().get(account) if settings.DEMO else None
        return {key: found[key] for key in ("name", "birthday", "address")} if found else None


@cache
def _residents() -> dict[str, dict[str, Any]]:
    path = Path(settings.BASE_DIR) / "city" / "registers" / "residents.toml"
    return {row["account"]: row for row in tomllib.loads(path.read_text(encoding="utf-8"))["resident"]}
