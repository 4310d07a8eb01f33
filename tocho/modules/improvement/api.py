"""The door to the improvement cycle: reviews of procedures, where people err, trials, and what was changed."""

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
from .forms import EventReviewForm, ReviewForm
from .queries import PublicRating, Ratings, TrialPage, has_review, public_rating, ratings_of, trial_of_design

__all__ = [
    "Entered",
    "EventReviewForm",
    "NewTrial",
    "PublicRating",
    "Ratings",
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
    "ratings_of",
    "review_trial",
    "trial_of_design",
]


def erase(*, subject: Subject) -> int:
    """End of a subject's retention: the words of its review go, the level stays; how many. Idempotent."""
    return actions.erase_words(subject=subject)
