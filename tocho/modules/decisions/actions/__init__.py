"""Every write of the module, one verb each; split by who acts. All that moves a matter goes through
``moving.happen``."""

from .authority import Proposal, enact_authority, propose_authority, withdraw_authority
from .by_rule import decide_by_rule
from .deciding import (
    approve_step,
    approve_unopened,
    deputise_decision,
    hold_matter,
    object_to_matter,
    pull_up_step,
    reject_matter,
    resume_matter,
    return_draft,
    review_afterwards,
    settle_objection,
)
from .delegating import DelegationRefused, Terms, register_delegation, revoke_delegation
from .drafting import Draft, circulate_draft, create_draft, defer_stations, lock_open, redraft, revise_draft
from .filing import erase_content, file_decided
from .handing_up import hand_up_reviews
from .informing import inform_posts, read_matter
from .issuing import complete_matter, issue_decision, take_branch_number
from .numbering import close_numbers, give_up_number, reserve_number
from .offering import offer_waiting
from .paper import OnPaper, enter_paper_decision
from .refusals import Changed, DraftRefused, NotAbsent, NotYourStep, RuleChanged, StepGone
from .sheets import SheetMoved, accept_merge, begin_sheet, discard_sheet, merge_sheet, save_sheet, send_sheet
from .taking_back import abandon_draft, abandon_matter, ask_back, let_back, pull_back_draft
from .templates import end_template, forget_typed, keep_typed, save_template
from .together import MOST, begin_batch, end_batch, run_batch
from .trials import ask_trial, run_trial

__all__ = [
    "MOST",
    "Changed",
    "DelegationRefused",
    "Draft",
    "DraftRefused",
    "NotAbsent",
    "NotYourStep",
    "OnPaper",
    "Proposal",
    "RuleChanged",
    "SheetMoved",
    "StepGone",
    "Terms",
    "abandon_draft",
    "abandon_matter",
    "accept_merge",
    "approve_step",
    "approve_unopened",
    "ask_back",
    "ask_trial",
    "begin_batch",
    "begin_sheet",
    "circulate_draft",
    "close_numbers",
    "complete_matter",
    "create_draft",
    "decide_by_rule",
    "defer_stations",
    "deputise_decision",
    "discard_sheet",
    "enact_authority",
    "end_batch",
    "end_template",
    "enter_paper_decision",
    "erase_content",
    "file_decided",
    "forget_typed",
    "give_up_number",
    "hand_up_reviews",
    "hold_matter",
    "inform_posts",
    "issue_decision",
    "keep_typed",
    "let_back",
    "lock_open",
    "merge_sheet",
    "object_to_matter",
    "offer_waiting",
    "propose_authority",
    "pull_back_draft",
    "pull_up_step",
    "read_matter",
    "redraft",
    "register_delegation",
    "reject_matter",
    "reserve_number",
    "resume_matter",
    "return_draft",
    "review_afterwards",
    "revise_draft",
    "revoke_delegation",
    "run_batch",
    "run_trial",
    "save_sheet",
    "save_template",
    "send_sheet",
    "settle_objection",
    "take_branch_number",
    "withdraw_authority",
]
