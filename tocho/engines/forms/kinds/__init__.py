"""The kinds of questions, by the ``type`` that a definition gives."""

from collections.abc import Mapping
from typing import Any

from tocho.engines.forms.kinds.banks import BankAccountKind
from tocho.engines.forms.kinds.base import Cleaned, Given, Kind, SlotSource
from tocho.engines.forms.kinds.choices import ChoiceKind, DeclarationKind, MultiChoiceKind, SlotKind, YesNoKind
from tocho.engines.forms.kinds.files import FileKind
from tocho.engines.forms.kinds.groups import GroupKind
from tocho.engines.forms.kinds.numbers import DateKind, MoneyKind, NumberKind
from tocho.engines.forms.kinds.people import AddressKind, NameKind
from tocho.engines.forms.kinds.places import MapPointKind
from tocho.engines.forms.kinds.words import (
    CorporateNumberKind,
    EmailKind,
    KanaKind,
    NoteKind,
    ParagraphsKind,
    PhoneKind,
    TextKind,
)

__all__ = [
    "KINDS",
    "Cleaned",
    "FileKind",
    "Given",
    "GroupKind",
    "Kind",
    "NoteKind",
    "SlotKind",
    "SlotSource",
    "make_kind",
]

KINDS: dict[str, type[Kind]] = {
    "text": TextKind,
    "multiline": ParagraphsKind,
    "kana": KanaKind,
    "name": NameKind,
    "email": EmailKind,
    "phone": PhoneKind,
    "postal_address": AddressKind,
    "date": DateKind,
    "number": NumberKind,
    "money": MoneyKind,
    "choice": ChoiceKind,
    "multichoice": MultiChoiceKind,
    "yes_no": YesNoKind,
    "corporate_number": CorporateNumberKind,
    "bank_account": BankAccountKind,
    "map_point": MapPointKind,
    "file": FileKind,
    "declaration": DeclarationKind,
    "note": NoteKind,
    "slot": SlotKind,
}


def make_kind(spec: Mapping[str, Any]) -> Kind:
    """The kind of one question of a definition that follows the schema."""
    return GroupKind(spec, make_kind) if spec["type"] == "group" else KINDS[spec["type"]](spec)
