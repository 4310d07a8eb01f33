"""Why an event may not happen. The words that people read stand in ``actions/refusals.py``."""

from enum import StrEnum


class Why(StrEnum):
    """One reason each."""

    GONE = "gone"
    ON_HOLD = "on_hold"
    NOT_YOURS = "not_yours"
    OWN_DRAFT = "own_draft"
    OWN_ACT = "own_act"
    NOT_DRAFTER = "not_drafter"
    NOT_DECIDER = "not_decider"
    NOT_CIRCULABLE = "not_circulable"
    NOT_PULLABLE = "not_pullable"
    ALREADY_ANSWERED = "already_answered"
    NOT_DEFERRABLE = "not_deferrable"
    NEEDS_REASON = "needs_reason"
    NEEDS_URGENCY = "needs_urgency"
    ONLY_CONSULTED_OBJECT = "only_consulted_object"
    NOTHING_TO_PULL_UP = "nothing_to_pull_up"
    CHECK_CANNOT_BE_PASSED = "check_cannot_be_passed"
    COMMON_SUPERIOR_DECIDES = "common_superior_decides"
    OBJECTION_NEEDS_REASON = "objection_needs_reason"
    ONLY_DECISION_DEPUTISED = "only_decision_deputised"
    YOU_ARE_THE_DECIDER = "you_are_the_decider"
    DECIDER_IS_THERE = "decider_is_there"
    NOT_IN_THE_ORDER = "not_in_the_order"
    ANOTHER_DEPUTY_FIRST = "another_deputy_first"
    WEIGHTY_NEEDS_INSTRUCTION = "weighty_needs_instruction"
    NOT_AN_EARLIER_STATION = "not_an_earlier_station"
    POST_REVIEW_LEFT = "post_review_left"
    ALREADY_ISSUED = "already_issued"
    CHANGED = "changed"
    DELEGATION_ENDED = "delegation_ended"
    NOT_ON_THE_ROUTE = "not_on_the_route"


class Illegal(Exception):
    """The event may not happen: the matter stays as it is."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why
