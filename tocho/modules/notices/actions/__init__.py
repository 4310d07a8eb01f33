from .batches import (
    PRIORITY as BATCH_PRIORITY,
)
from .batches import (
    SOURCE as BATCH_SOURCE,
)
from .batches import (
    BatchRefused,
    NewBatch,
    ask_seal,
    cancel_batch,
    data_of,
    make_batch,
    make_rows,
    next_piece,
    order_of,
    pause_batch,
    resume_batch,
    retry_failed,
    start_batch,
)
from .corrections import (
    Correction,
    correct_notice,
    data_of_correction,
    withdraw_correction,
)
from .delivery import (
    Letter,
    hand_over,
    mark_overdue,
    mark_undelivered,
    note_return,
    post_notices,
    serve_publicly,
    served_notices_arrive,
)
from .mending import confirm_mended, mend_rows
from .notices import (
    DRAFT_MARK,
    NewNotice,
    erase_notices,
    filled,
    issue_notice,
    preview_notice,
    record_arrival,
    revoke_notice,
)
from .recording import NoticeRefused
from .reviewing import ask_review
from .revoking import revoke_by_office, revoke_cancelled
from .sealing import document_of, keep_document, seal_notice
from .seals import Reviewed, ask_seal_again, drop_notice, drop_waiting, return_seal, review_seal, review_seals
from .standing import AuthorisationRefused, Period, authorise, revoke_authorisation
from .timestamps import archive_notice, continue_renewal, due_for_timestamp, renew_timestamps, retry_notice
from .wishes import readdress, state_wish

__all__ = [
    "BATCH_PRIORITY",
    "BATCH_SOURCE",
    "DRAFT_MARK",
    "AuthorisationRefused",
    "BatchRefused",
    "Correction",
    "Letter",
    "NewBatch",
    "NewNotice",
    "NoticeRefused",
    "Period",
    "Reviewed",
    "archive_notice",
    "ask_review",
    "ask_seal",
    "ask_seal_again",
    "authorise",
    "cancel_batch",
    "confirm_mended",
    "continue_renewal",
    "correct_notice",
    "data_of",
    "data_of_correction",
    "document_of",
    "drop_notice",
    "drop_waiting",
    "due_for_timestamp",
    "erase_notices",
    "filled",
    "hand_over",
    "issue_notice",
    "keep_document",
    "make_batch",
    "make_rows",
    "mark_overdue",
    "mark_undelivered",
    "mend_rows",
    "next_piece",
    "note_return",
    "order_of",
    "pause_batch",
    "post_notices",
    "preview_notice",
    "readdress",
    "record_arrival",
    "renew_timestamps",
    "resume_batch",
    "retry_failed",
    "retry_notice",
    "return_seal",
    "review_seal",
    "review_seals",
    "revoke_authorisation",
    "revoke_by_office",
    "revoke_cancelled",
    "revoke_notice",
    "seal_notice",
    "serve_publicly",
    "served_notices_arrive",
    "start_batch",
    "state_wish",
    "withdraw_correction",
]
