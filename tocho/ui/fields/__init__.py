"""Django form fields for Japanese input: full and half width, kana, eras, postal codes and corporate numbers are
forgiven, and every message names its field and says what to do.

A field works in any Django form; ``{{ form }}`` renders it. Widgets are Django's own with ``type``, ``inputmode`` and
``autocomplete``; options explain themselves through ``choice_helps`` (value → help). ``clean`` returns plain values:
``str``, ``int``, ``Decimal``, ``bool``, ``datetime.date``, lists of them, or uploaded files.
"""

from tocho.ui.fields.choices import ChoiceField, DeclarationField, MultiChoiceField, YesNoField
from tocho.ui.fields.contact import EmailField, PhoneField, PostalCodeField, PrefectureField
from tocho.ui.fields.files import FILE_TYPES, FilesField, FileType
from tocho.ui.fields.numbers import CorporateNumberField, DecimalJField, EraDateField, IntegerJField, MoneyField
from tocho.ui.fields.text import (
    AsWrittenField,
    DigitsField,
    FullWidthField,
    HalfWidthField,
    HiraganaField,
    HolderField,
    KanaField,
    LineField,
    NamePartField,
    ParagraphsField,
    PatternField,
)

__all__ = [
    "FILE_TYPES",
    "AsWrittenField",
    "ChoiceField",
    "CorporateNumberField",
    "DecimalJField",
    "DeclarationField",
    "DigitsField",
    "EmailField",
    "EraDateField",
    "FileType",
    "FilesField",
    "FullWidthField",
    "HalfWidthField",
    "HiraganaField",
    "HolderField",
    "IntegerJField",
    "KanaField",
    "LineField",
    "MoneyField",
    "MultiChoiceField",
    "NamePartField",
    "ParagraphsField",
    "PatternField",
    "PhoneField",
    "PostalCodeField",
    "PrefectureField",
    "YesNoField",
]
