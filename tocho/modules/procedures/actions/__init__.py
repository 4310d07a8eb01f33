"""Every write of the module, one verb each; split by whose act it is."""

from .applying import (
    AlreadySubmitted,
    FeeUnknown,
    Filing,
    expire_drafts,
    save_answers,
    send_link,
    start_application,
    submit_application,
    withdraw_application,
)
from .casework import NotComplete
from .checking import record_checks
from .claiming import AlreadyTaken, claim_applications, discard_draft
from .closing import cancel_booking, close_application, go_on_after_notice, go_on_without_notice, issue_notice
from .correcting import CorrectionOver, answer_correction, expire_correction, request_correction
from .cosigning import (
    ContentChanged,
    decline_signing,
    invite_cosigner,
    lapse_application,
    lapse_unsigned,
    remind_cosigner,
    remind_cosigners,
    send_signing_code,
    sign_application,
    withdraw_invitation,
)
from .documents import (
    DocumentsOpen,
    NoDocument,
    give_document,
    judge_document,
    remove_document,
    return_documents,
)
from .examining import (
    decide_automatically,
    draft_decision,
    free_places,
    mark_fee_collected,
    notice_draft,
    take_decision,
)
from .forwarding import MunicipalityWaits, begin_transit, forward_case
from .messaging import answer_applicant, ask_office, tell_of_message
from .moving import move_cases, request_move
from .opinions import ask_in_flow, ask_opinions
from .publishing import publish_version
from .reading import write_readings
from .recording import note_stumbles, record_export, record_look, reviewed, subject_of
from .rehearsing import Move, Rehearsal, Turn, rehearse
from .representing import tell_principals
from .retention import (
    HoldStands,
    end_of_retention,
    erase_application,
    erase_ended,
    erase_leftovers,
    hold_application,
    plan_retentions,
    release_application,
    tell_drafts,
    tell_ends,
)
from .rounds import begin_round, pass_on
from .wishes import choose_delivery

__all__ = [
    "AlreadySubmitted",
    "AlreadyTaken",
    "ContentChanged",
    "CorrectionOver",
    "DocumentsOpen",
    "FeeUnknown",
    "Filing",
    "HoldStands",
    "Move",
    "MunicipalityWaits",
    "NoDocument",
    "NotComplete",
    "Rehearsal",
    "Turn",
    "answer_applicant",
    "answer_correction",
    "ask_in_flow",
    "ask_office",
    "ask_opinions",
    "begin_round",
    "begin_transit",
    "cancel_booking",
    "choose_delivery",
    "claim_applications",
    "close_application",
    "decide_automatically",
    "decline_signing",
    "discard_draft",
    "draft_decision",
    "end_of_retention",
    "erase_application",
    "erase_ended",
    "erase_leftovers",
    "expire_correction",
    "expire_drafts",
    "forward_case",
    "free_places",
    "give_document",
    "go_on_after_notice",
    "go_on_without_notice",
    "hold_application",
    "invite_cosigner",
    "issue_notice",
    "judge_document",
    "lapse_application",
    "lapse_unsigned",
    "mark_fee_collected",
    "move_cases",
    "note_stumbles",
    "notice_draft",
    "pass_on",
    "plan_retentions",
    "publish_version",
    "record_checks",
    "record_export",
    "record_look",
    "rehearse",
    "release_application",
    "remind_cosigner",
    "remind_cosigners",
    "remove_document",
    "request_correction",
    "request_move",
    "return_documents",
    "reviewed",
    "save_answers",
    "send_link",
    "send_signing_code",
    "sign_application",
    "start_application",
    "subject_of",
    "submit_application",
    "take_decision",
    "tell_drafts",
    "tell_ends",
    "tell_of_message",
    "tell_principals",
    "withdraw_application",
    "withdraw_invitation",
    "write_readings",
]
