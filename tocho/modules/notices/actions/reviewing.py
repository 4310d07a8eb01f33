"""May this notice carry the seal? By a standing authorisation of its form, or by 公印審査 of this one."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.lib.rows import update

from .. import rules
from ..models import UNSEALED, Ground, Notice
from ..queries.clearance import bureau_code
from .recording import record, subject_of_review

TASK = "notices.review_seal"


_STANDS = """
    SELECT 1 FROM notice_seal_authorisation
     WHERE id = %s AND revoked_at IS NULL AND %s BETWEEN starts_on AND ends_on FOR KEY SHARE"""


def stands_authorised(notice: Notice, *, at: datetime) -> bool:
    """Whether the authorisation of a notice stands until this transaction ends: who takes it back waits for it, and
    what begins later finds it taken back. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [notice.authorisation_id, calendar.office_day(at)])
        return cursor.fetchone() is not None


@transaction.atomic
def lapse(*, notice_id: int, at: datetime) -> bool:
    """A notice that has no ground for its seal, or has it no more, waits for 公印審査. False: nothing was sealed."""
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    standing = notice.seal_ground == Ground.STANDING
    if notice.state not in UNSEALED or notice.seal_returned or (notice.seal_ground and not standing):
        return False
    notice.seal_ground, notice.authorisation_id = "", None
    update(notice, "seal_ground", "authorisation")
    ask_review(notice, at=at)
    return False


def ask_review(notice: Notice, *, at: datetime) -> None:
    """Put a notice into the inbox of who keeps the seal of its bureau (文書審査 of the bureau); twice is once. Where no
    such post is, the notice says so and stands still.
    """
    day = calendar.office_day(at)
    keeper = _keeper(notice.unit, on=day)
    if keeper is None:
        notice.problem = _("この局には公印審査をする職がありません。組織の担当に知らせてください。")
        update(notice, "problem")
        return
    notice.problem = ""
    notice.seal_task_id = process.open_task(
        kind=TASK,
        subject=subject_of_review(notice),
        title=_("公印審査：%(title)s %(number)s") % {"title": notice.title, "number": notice.number or notice.code},
        address=f"post:{keeper.id}",
        due_on=calendar.add_business_days(day, rules.REVIEW_DAYS),
        at=at,
    )
    update(notice, "seal_task", "problem")
    record(notice, "seal_asked", at=at)


def _keeper(unit: str, *, on: date) -> org.PostView | None:
    try:
        return org.reviewer_post(bureau_code(unit, on=on), duty=rules.SEAL_REVIEW, on=on)
    except org.UnknownUnit:
        return None
