"""What the module asks of base registries (ベース・レジストリ), whoever keeps them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


class RegisterUnavailableError(Exception):
    """The register did not answer in time, or not what it promises: nobody knows, ask again later."""


@dataclass(frozen=True)
class CorporationEntry:
    """A corporation (法人番号, 商号又は名称, 本店又は主たる事務所の所在地); ``closed_on``: its register was closed."""

    number: str
    name: str
    kana: str
    postal_code: str
    prefecture: str
    city: str
    street: str
    closed_on: date | None


class CorporateRegister(Protocol):
    """The register of corporate numbers."""

    def find(self, number: str) -> CorporationEntry | None:
        """The corporation with this number, None where there is none. :raises RegisterUnavailableError:"""


class ResidentRegister(Protocol):
    """The register of residents (住民基本台帳); a real one is asked with the person's card or number."""

    def find(self, account: str) -> dict[str, Any] | None:
        """``name``, ``birthday`` and ``address`` of the person of an account, as answers of the form engine.

        :raises RegisterUnavailableError:
        """
