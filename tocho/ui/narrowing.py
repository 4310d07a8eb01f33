"""What a list is narrowed to, as it stands in the address of its page."""

from dataclasses import dataclass, fields
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

LONGEST = 200  # characters of one value


@dataclass(frozen=True)
class Narrowing:
    """Base of a list's own: each field is a text under its name in the address; its default where the address has
    none."""

    @classmethod
    def of(cls, given: QueryDict) -> Self:
        """What an address, or a form that carries it along, asks for; without NUL, which no database holds."""
        names = [one.name for one in fields(cls) if one.name in given]
        return cls(**{name: str(given[name]).replace("\0", "").strip()[:LONGEST] for name in names})

    def query(self, **other: str) -> str:
        """As the query of an address, parts of it changed; what is empty is left out."""
        values = {one.name: getattr(self, one.name) for one in fields(self)} | other
        return urlencode({name: value for name, value in values.items() if value})
