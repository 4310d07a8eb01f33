"""The door of the form engine: definitions as data, Django forms and API checks from the same definition."""

from tocho.engines.forms.compiler import compile_form
from tocho.engines.forms.definition import CleanResult, FormDefinition, Step, SummaryRow, SummaryStep
from tocho.engines.forms.live import NO_FIGURE, Figure
from tocho.engines.forms.prefill import Prefill, Suggestion
from tocho.engines.forms.questions import Question
from tocho.engines.forms.source import FormError, form_schema
from tocho.engines.forms.stepform import StepForm
from tocho.engines.forms.uploads import Store
from tocho.engines.forms.words import EASY, Text, say
from tocho.lib.postal import Address, lookup_postal_code

__all__ = [
    "EASY",
    "NO_FIGURE",
    "Address",
    "CleanResult",
    "Figure",
    "FormDefinition",
    "FormError",
    "Prefill",
    "Question",
    "Step",
    "StepForm",
    "Store",
    "Suggestion",
    "SummaryRow",
    "SummaryStep",
    "Text",
    "compile_form",
    "form_schema",
    "lookup_postal_code",
    "say",
]
