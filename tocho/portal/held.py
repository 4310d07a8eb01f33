"""「わたしの情報」: everything the government holds about a person here, who looked at it, and a copy to take away."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import orjson
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.core.notify import api as notify
from tocho.engines.rest import api as rest
from tocho.lib.errors import Refused
from tocho.modules.consultations import api as consultations
from tocho.modules.cosigning import api as cosigning
from tocho.modules.events import api as events
from tocho.modules.line import api as line
from tocho.modules.mandates import api as mandates
from tocho.modules.messages import api as messages
from tocho.modules.notices import api as notices
from tocho.modules.payments import api as payments
from tocho.modules.procedures import api as procedures
from tocho.modules.registers import api as registers

LOOKS = 50
IN_MEMORY = 8_000_000  # bytes; a larger copy is written to disk while it is made


@dataclass(frozen=True)
class LookRow:
    """A look of an office at one of the person's applications."""

    at: datetime
    office: str
    title: str
    href: str


@dataclass(frozen=True)
class HeldRow:
    """One application and until when its contents are kept; None while it runs."""

    title: str
    receipt_number: str
    state_label: str
    tone: str
    href: str
    kept_until: date | None


@dataclass(frozen=True)
class OtherRow:
    """Something else that is held: its kind, what, and since when."""

    kind: str
    what: str
    at: datetime


@dataclass(frozen=True)
class HeldPage:
    """The page 「わたしの情報」."""

    own: Sequence[tuple[str, str]]
    wish: str
    rows: Sequence[HeldRow]
    events: Sequence[events.HeldRegistration]
    consultations: Sequence[consultations.HeldConsultation]
    others: Sequence[OtherRow]
    looks: Sequence[LookRow]
    next: str

    @property
    def notice_by(self) -> str:
        """How notices are to come, in words."""
        return str(notices.Delivery(self.wish).label) if self.wish else _("申請のときに選びます。")

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        return ((_("マイページ"), reverse("portal:my_page")), (_("わたしの情報"), ""))


def held_page(user_id: int, *, before: int | None) -> HeldPage:
    """What is held about a person and who looked at it, newest first."""
    mine = procedures.own_of(user_id)
    looks = procedures.looks_at(mine, before=before, limit=LOOKS + 1)
    return HeldPage(
        own=registers.own_values(user_id),
        wish=notices.standing_wish(user_id),
        rows=[
            HeldRow(row.title, row.receipt_number, row.state_label, row.tone, row.href, row.kept_until)
            for row in mine.values()
        ],
        events=events.held_of(user_id),
        consultations=consultations.held_of(user_id),
        others=_others(user_id),
        looks=[
            LookRow(one.at, one.office, mine[one.application_id].title, mine[one.application_id].href)
            for one in looks[:LOOKS]
        ],
        next=str(looks[LOOKS - 1].id) if len(looks) > LOOKS else "",
    )


def _others(user_id: int) -> list[OtherRow]:
    """Mandates, signatures, programs and telephones of a person, the newest first."""
    sides = {"agent": _("%(name)sさんの代理"), "principal": _("%(name)sさんに代理を頼んだ")}
    kinds = {"token": _("プログラムの鍵"), "hook": _("プログラムへの知らせ先")}
    rows = [
        *(
            OtherRow(_("代理"), f"{sides[one.side] % {'name': one.other}}・{one.state}", one.made_at)
            for one in mandates.held_of(user_id)
        ),
        *(OtherRow(_("署名の依頼"), one.state, one.invited_at) for one in cosigning.held_of(user_id)),
        *(OtherRow(kinds[one.kind], one.name, one.made_at) for one in rest.held_of(user_id)),
        *(OtherRow(_("LINE との連携"), _("連携しています"), since) for since in line.linked_since(user_id)),
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def copy_of(user_id: int) -> dict[str, Any]:
    """Everything held about a person as plain JSON: account, own data, applications with answers, messages, documents,
    receipts and looks, registrations for events, consultations, mandates, signatures, programs, inbox."""
    user = User.objects.get(id=user_id)
    return {
        "account": {"name": str(user), "kana": user.display_name_kana, "email": user.email},
        "details": dict(registers.own_values(user_id)),
        "notice_by": notices.standing_wish(user_id),
        "applications": [_application(one) for one in procedures.held_of(user_id)],
        "events": [_registration(one) for one in events.held_of(user_id)],
        "consultations": [_consultation(one) for one in consultations.held_of(user_id)],
        "mandates": [vars(one) for one in mandates.held_of(user_id)],
        "signatures": [vars(one) for one in cosigning.held_of(user_id)],
        "programs": [vars(one) for one in rest.held_of(user_id)],
        "line_linked_at": line.linked_since(user_id),
        "inbox": [vars(one) for one in notify.inbox_of(user_id, limit=1000)],
    }


def _application(one: procedures.Held) -> dict[str, Any]:
    subject = Subject(procedures.SUBJECT, one.id)
    thread = messages.thread_of(subject, side=messages.APPLICANT)
    return {
        "title": one.title,
        "receipt_number": one.receipt_number,
        "state": one.state,
        "submitted_at": one.submitted_at,
        "closed_at": one.closed_at,
        "kept_until": one.kept_until,
        "fee": one.fee,
        "answers": [list(pair) for pair in one.answers],
        "messages": [{"from": said.who, "at": said.at, "text": said.text} for said in thread.messages],
        "documents": [
            {"title": notice.title, "number": notice.number, "issued_on": notice.issued_on}
            for notice in notices.notices_of(subject)
        ],
        "receipts": [
            {"number": row.number, "amount": row.amount, "issued_at": row.issued_at}
            for row in payments.receipts_about(procedures.SUBJECT, [one.id])
        ],
        "seen_by": [{"at": look.at, "office": look.office} for look in procedures.looks_at([one.id])],
    }


def _registration(one: events.HeldRegistration) -> dict[str, Any]:
    return {name: value for name, value in vars(one).items() if name != "href"}


def _consultation(one: consultations.HeldConsultation) -> dict[str, Any]:
    values = {name: value for name, value in vars(one).items() if name != "href"}
    return values | {"said": [{"from": said.who, "at": said.at, "text": said.text} for said in one.said]}


def copy_as_json(user_id: int) -> bytes:
    """The copy as one JSON document in UTF-8."""
    return orjson.dumps(copy_of(user_id), option=orjson.OPT_INDENT_2)


def copy_as_zip(user_id: int) -> IO[bytes]:
    """The copy with all files given: ``data.json`` and ``files/<receipt number>/<name>``; open at its start."""
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", copy_as_json(user_id))
        for name, file_id in _files(user_id):
            try:
                with files.open_file(file_id) as content:
                    archive.writestr(name, content.read())
            except FileNotFoundError:
                continue  # erased at the end of its retention
    out.seek(0)
    return out


def _files(user_id: int) -> Iterator[tuple[str, int]]:
    for one in procedures.held_of(user_id):
        thread = messages.thread_of(Subject(procedures.SUBJECT, one.id), side=messages.APPLICANT)
        ids = [*sorted(one.file_ids), *(file.id for said in thread.messages for file in said.files)]
        for view in files.views(ids):
            yield f"files/{one.receipt_number}/{view.id}-{view.name}", view.id
    for talk in consultations.held_of(user_id):
        for file in (file for said in talk.said for file in said.files):
            yield f"files/consultations/{file.id}-{file.name}", file.id


def reasons_to_stay(user_id: int) -> list[str]:
    """Why an account cannot be closed now; empty when it can."""
    running = [row for row in procedures.submitted_of(user_id, ()).values() if row.closed_at is None]
    return [
        _("%(title)s（%(number)s）が終わっていません。終わるのを待つか、取り下げてください。")
        % {"title": row.title, "number": row.receipt_number}
        for row in running
    ]


@transaction.atomic
def close_account(*, user_id: int, at: datetime) -> None:
    """Close an account: drafts, own data and past registrations for events go, sign-ins end. What was applied for stays
    until its retention is over.

    :raises Refused: an application still runs, or the account is an employee's.
    """
    if reasons := reasons_to_stay(user_id):
        raise Refused(reasons[0])
    procedures.discard_drafts(user_id=user_id, at=at)
    events.untie(user_id=user_id, at=at)
    consultations.untie(user_id=user_id, at=at)
    registers.forget(user_id=user_id, actor=Actor(user_id=user_id), at=at)
    accounts.close_account(user_id=user_id, at=at)
