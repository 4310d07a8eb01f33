from .applying import (
    application_review,
    application_save,
    application_start,
    application_step,
    application_submit,
)
from .case_bulk import case_bulk
from .case_documents import case_document_judge, case_documents, case_documents_return
from .case_opinions import case_opinions
from .case_work import case_work
from .cases import (
    case_annex,
    case_correct,
    case_detail,
    case_diagram,
    case_draft,
    case_export,
    case_file,
    case_list,
    procedure_times,
)
from .catalogue import eligibility_check, procedure_detail, procedure_list
from .claiming import application_claim, draft_discard
from .counter import counter_start
from .documents import application_documents, document_give, document_remove, documents_send
from .following import (
    application_correct,
    application_delivery,
    application_file,
    application_find,
    application_open,
    application_print,
    application_status,
    application_withdraw,
    booking_cancel,
)
from .forwarding import transit_detail, transit_file, transit_give, transit_list, transit_remove
from .messages import (
    application_message_file,
    application_messages,
    case_message_file,
    case_message_settle,
    case_messages,
)
from .moving import procedure_move
from .rating import application_rate, procedure_funnel
from .retention import case_retention
from .rounds import case_pass_on
from .signing import application_signers, signer_act, signing_decline, signing_detail, signing_open

__all__ = [
    "application_claim",
    "application_correct",
    "application_delivery",
    "application_documents",
    "application_file",
    "application_find",
    "application_message_file",
    "application_messages",
    "application_open",
    "application_print",
    "application_rate",
    "application_review",
    "application_save",
    "application_signers",
    "application_start",
    "application_status",
    "application_step",
    "application_submit",
    "application_withdraw",
    "booking_cancel",
    "case_annex",
    "case_bulk",
    "case_correct",
    "case_detail",
    "case_diagram",
    "case_document_judge",
    "case_documents",
    "case_documents_return",
    "case_draft",
    "case_export",
    "case_file",
    "case_list",
    "case_message_file",
    "case_message_settle",
    "case_messages",
    "case_opinions",
    "case_pass_on",
    "case_retention",
    "case_work",
    "counter_start",
    "document_give",
    "document_remove",
    "documents_send",
    "draft_discard",
    "eligibility_check",
    "procedure_detail",
    "procedure_funnel",
    "procedure_list",
    "procedure_move",
    "procedure_times",
    "signer_act",
    "signing_decline",
    "signing_detail",
    "signing_open",
    "transit_detail",
    "transit_file",
    "transit_give",
    "transit_list",
    "transit_remove",
]
