"""Notices: what the government tells somebody, sealed and verifiable. The only door for other modules.

issue(subject=…, kind=…, decision_id=…, title=…, source=…, data=…, profile=…, recipient_email=…,
      recipient_user_id=…, unit=…, supersedes_id=None, at=…) -> int
"""

from tocho.modules.notices.actions import (
    AuthorisationRefused,
    NewNotice,
    NoticeRefused,
    Period,
    authorise,
    hand_over,
    mark_undelivered,
    readdress,
    retry_notice,
)
from tocho.modules.notices.actions import drop_notice as drop
from tocho.modules.notices.actions import erase_notices as erase
from tocho.modules.notices.actions import issue_notice as issue
from tocho.modules.notices.actions import preview_notice as preview
from tocho.modules.notices.actions import revoke_notice as revoke
from tocho.modules.notices.forms import WishForm
from tocho.modules.notices.models import NO_SEAL, Delivery
from tocho.modules.notices.queries import NoticeView, notice, notices_about, notices_of, standing_wish
from tocho.modules.notices.queries.clearance import is_authorised
from tocho.modules.notices.queries.trouble import TroubleView, trouble, trouble_count_in, troubles
from tocho.modules.notices.rules import Form

__all__ = [
    "NO_SEAL",
    "AuthorisationRefused",
    "Delivery",
    "Form",
    "NewNotice",
    "NoticeRefused",
    "NoticeView",
    "Period",
    "TroubleView",
    "WishForm",
    "authorise",
    "drop",
    "erase",
    "hand_over",
    "is_authorised",
    "issue",
    "mark_undelivered",
    "notice",
    "notices_about",
    "notices_of",
    "preview",
    "readdress",
    "retry_notice",
    "revoke",
    "standing_wish",
    "trouble",
    "trouble_count_in",
    "troubles",
]
