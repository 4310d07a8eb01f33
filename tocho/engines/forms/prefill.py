"""Suggestions: what somebody already gave the government, shown where it is asked again. The applicant may change it.

A definition names the source of a question (``"prefill": "registers.person.name"``); whoever knows the applicant gives
``{source: Suggestion}`` to ``Step.form(prefill=…)``. A source that nobody answers for is
left open.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from tocho.engines.forms.kinds.base import JSON, WrongShapeError
from tocho.engines.forms.questions import Answers, Question


class Suggestion(NamedTuple):
    """``value``: an answer as the question takes it (JSON). ``origin``: where it is from, in words."""

    value: JSON
    origin: str


Prefill = Mapping[str, Suggestion]  # by the name of the source


def suggested(questions: Iterable[Question], answers: Answers, prefill: Prefill) -> dict[str, Suggestion]:
    """The suggestions for questions that were not answered yet, by their key. What was emptied on purpose (``None``
    among the answers) stays empty; a value of a shape that the question does not take is left out.
    """
    found = {}
    for question in questions:
        suggestion = prefill.get(question.kind.spec.get("prefill", ""))
        if suggestion is not None and suggestion.value is not None and question.key not in answers:
            try:
                question.kind.split(suggestion.value)
            except WrongShapeError:
                continue
            found[question.key] = suggestion
    return found


def note_of(suggestion: Suggestion) -> str:
    """What stands at the question, in the reader's language."""
    return _("%(origin)sから入れてあります。違うときは直してください。") % {"origin": suggestion.origin}
