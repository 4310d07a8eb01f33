"""Input shapes of the designer's pages."""

from .facts import FactsForm
from .questions import GeneralForm, QuestionForm, StepForm
from .reviewing import PlanForm, RemarkForm, TrialForm
from .starting import KEY, ImportForm, NewForm
from .texts import TextsField

__all__ = [
    "KEY",
    "FactsForm",
    "GeneralForm",
    "ImportForm",
    "NewForm",
    "PlanForm",
    "QuestionForm",
    "RemarkForm",
    "StepForm",
    "TextsField",
    "TrialForm",
]
