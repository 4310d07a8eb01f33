"""The door of the form engine: definitions as data, Django forms and API checks from the same definition."""

from tocho.engines.forms.compiler import compile_form
from tocho.engines.forms.definition import CleanResult, FormDefinition, Step, SummaryRow, SummaryStep
from tocho.engines.forms.questions import Question
from tocho.engines.forms.source import FormError
from tocho.engines.forms.stepform import StepForm
from tocho.engines.forms.uploads import Store
from tocho.lib.postal import Address, lookup_postal_code

__all__ = [
    "Address",
    "CleanResult",
    "FormDefinition",
    "FormError",
    "Question",
    "Step",
    "StepForm",
    "Store",
    "SummaryRow",
    "SummaryStep",
    "compile_form",
    "lookup_postal_code",
]
