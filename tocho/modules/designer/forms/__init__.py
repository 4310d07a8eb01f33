"""Input shapes of the designer's pages."""

from .questions import GeneralForm, QuestionForm, StepForm
from .texts import TextsField

__all__ = ["GeneralForm", "QuestionForm", "StepForm", "TextsField"]
