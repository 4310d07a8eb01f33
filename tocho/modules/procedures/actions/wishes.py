"""How the applicant wishes to get the notice (デジタル手続法7条1項ただし書)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.lib.errors import Refused
from tocho.lib.rows import update
from tocho.modules.notices import api as notices

from ..models import Application
from ..queries import way_of
from .casework import locked_application
from .recording import record, subject_of
from .representing import acting


def settle_wish(application: Application, said: str) -> str:
    """Put the wish on an application that arrives; where it was said: "application", "account", or "" (not at all).

    The caller writes the row.
    """
    standing = "" if said or application.filed_by_id else notices.standing_wish(application.user_id)
    application.notice_by = said or standing
    application.notice_by = way_of(application)
    return "application" if said else "account" if standing else ""


@transaction.atomic
def choose_delivery(*, application_id: int, notice_by: str, by: int | None = None, at: datetime) -> Application:
    """Change how the notice is to come, until it is out. The same again changes nothing.

    :raises Refused: the notice is out, the case is over, or there is no address to send it to.
    """
    actor = acting(Application.objects.get(id=application_id), by=by, at=at)
    application = locked_application.get(application_id)
    if application.submitted_at is None or application.closed_at is not None:
        raise Refused(_("この申請では、受け取り方を変えられません。"))
    if application.notice_by == notice_by:
        return application
    application.notice_by = notice_by
    if notice_by not in notices.Delivery.values or way_of(application) != notice_by:
        raise Refused(_("メールアドレスがないので、電子では届けられません。"))
    electronic = notice_by == notices.Delivery.ELECTRONIC
    in_time = notices.readdress(
        subject=subject_of(application),
        email=application.applicant_email if electronic else "",
        user_id=application.user_id if electronic else None,
        actor=actor,
        at=at,
    )
    if not in_time:
        raise Refused(_("通知はすでに出ています。受け取り方は変えられません。"))
    update(application, "notice_by")
    record(application, "application.delivery_chosen", actor=actor, at=at, notice_by=notice_by)
    return application
