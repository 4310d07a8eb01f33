"""Input shapes of the designer's pages."""

from .facts import FactsForm
from .questions import GeneralForm, QuestionForm, StepForm
from .texts import TextsField

__all__ = ["FactsForm", "GeneralForm", "QuestionForm", "StepForm", "TextsField"]
