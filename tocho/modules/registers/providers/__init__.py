"""Base registries: one file for each, chosen here."""

from .base import CorporateRegister, CorporationEntry, RegisterUnavailableError, ResidentRegister
from .houjin_bangou import HoujinBangou
from .sample_residents import SampleResidents

__all__ = ["CorporationEntry", "RegisterUnavailableError", "corporate_register", "resident_register"]

CORPORATE: dict[str, type[CorporateRegister]] = {"houjin_bangou": HoujinBangou}
RESIDENTS: dict[str, type[ResidentRegister]] = {"sample": SampleResidents}


def corporate_register() -> CorporateRegister:
    """The register of corporate numbers."""
    return CORPORATE["houjin_bangou"]()


def resident_register() -> ResidentRegister:
    """The register of residents."""
    return RESIDENTS["sample"]()
