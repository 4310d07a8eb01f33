"""The door to the improvement cycle: reviews of procedures, where people err, trials, and what was changed."""

from datetime import datetime

from tocho.core.ledger.api import Subject

from . import actions
from .actions import (
    Entered,
    NewTrial,
    Reviewed,
    close_trial,
    enter_trial,
    give_review,
    note_stumbles,
    open_trial,
    review_trial,
)
from .forms import ReviewForm
from .queries import PublicRating, TrialPage, has_review, public_rating, trial_of_design

__all__ = [
    "Entered",
    "NewTrial",
    "PublicRating",
    "ReviewForm",
    "Reviewed",
    "TrialPage",
    "close_trial",
    "enter_trial",
    "erase",
    "give_review",
    "has_review",
    "note_stumbles",
    "open_trial",
    "public_rating",
    "review_trial",
    "trial_of_design",
]


def erase(*, subject: Subject, at: datetime) -> int:
    """End of a subject's retention: the words of its review go, the level stays; how many. Idempotent."""
    return actions.erase_words(subject=subject, at=at)
