"""Every write of the module, one verb each; split by whose act it is."""

from .applying import (
    AlreadySubmitted,
    NotComplete,
    expire_drafts,
    save_answers,
    send_link,
    start_application,
    submit_application,
    withdraw_application,
)
from .closing import close_application, issue_notice
from .correcting import answer_correction, expire_correction, request_correction
from .examining import decide_automatically, draft_decision, mark_fee_collected, record_checks, take_decision
from .publishing import publish_version
from .recording import record_look, subject_of

__all__ = [
    "AlreadySubmitted",
    "NotComplete",
    "answer_correction",
    "close_application",
    "decide_automatically",
    "draft_decision",
    "expire_correction",
    "expire_drafts",
    "issue_notice",
    "mark_fee_collected",
    "publish_version",
    "record_checks",
    "record_look",
    "request_correction",
    "save_answers",
    "send_link",
    "start_application",
    "subject_of",
    "submit_application",
    "take_decision",
    "withdraw_application",
]
