"""Reads of the module, split by who looks: the catalogue, the applicant, the office, and the engines."""

from .case import CasePage, case_page, decision_content, notice_data
from .case_list import CaseFilter, CaseListPage, case_columns, case_list, case_table
from .catalogue import ProcedureCard, current_version, definition, offered, offered_by, popular
from .context import form_sources, given_to_registers, rule_context, suggestions
from .cosigning import SignersBrief, SigningPage, content_digest, is_signed_file, signers_of, signing_page
from .documents import (
    DocumentRow,
    DocumentsBrief,
    DocumentsPage,
    document_name,
    documents_of,
    documents_page,
    file_field,
)
from .forwarding import (
    TransitPage,
    forward_task,
    municipality_of,
    seen_by_municipality,
    transit_days,
    transit_list,
    transit_of,
    transit_page,
)
from .funnel import FunnelPage, funnel_page
from .held import Held, Look, held, looks_at
from .mine import Ask, MyApplication, MyListPage, my_applications, my_asks, my_drafts, my_list, my_submitted
from .news import ApplicationNews, news_by_token, news_of, news_of_user
from .representing import acting_label, acting_options, representation_of
from .retention import RetentionPage, retention_page
from .status import StatusPage, status_page
from .stepping import (
    ProcedurePage,
    StepPage,
    correction_form,
    fee_now,
    file_ids,
    is_given,
    procedure_page,
    step_page,
)
from .times import TimesPage, WorkRow, times_page, work_rows

__all__ = [
    "ApplicationNews",
    "Ask",
    "CaseFilter",
    "CaseListPage",
    "CasePage",
    "DocumentRow",
    "DocumentsBrief",
    "DocumentsPage",
    "FunnelPage",
    "Held",
    "Look",
    "MyApplication",
    "MyListPage",
    "ProcedureCard",
    "ProcedurePage",
    "RetentionPage",
    "SignersBrief",
    "SigningPage",
    "StatusPage",
    "StepPage",
    "TimesPage",
    "TransitPage",
    "WorkRow",
    "acting_label",
    "acting_options",
    "case_columns",
    "case_list",
    "case_page",
    "case_table",
    "content_digest",
    "correction_form",
    "current_version",
    "decision_content",
    "definition",
    "document_name",
    "documents_of",
    "documents_page",
    "fee_now",
    "file_field",
    "file_ids",
    "form_sources",
    "forward_task",
    "funnel_page",
    "given_to_registers",
    "held",
    "is_given",
    "is_signed_file",
    "looks_at",
    "municipality_of",
    "my_applications",
    "my_asks",
    "my_drafts",
    "my_list",
    "my_submitted",
    "news_by_token",
    "news_of",
    "news_of_user",
    "notice_data",
    "offered",
    "offered_by",
    "popular",
    "procedure_page",
    "representation_of",
    "retention_page",
    "rule_context",
    "seen_by_municipality",
    "signers_of",
    "signing_page",
    "status_page",
    "step_page",
    "suggestions",
    "times_page",
    "transit_days",
    "transit_list",
    "transit_of",
    "transit_page",
    "work_rows",
]
