import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.core.files import api as files
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject, append_all
from tocho.core.notify import api as notify
from tocho.engines.documents import api as documents
from tocho.lib.kept import kept
from tocho.lib.rows import insert, insert_many
from tocho.lib.transactions import one_transaction
from tocho.modules.notices import rules
from tocho.modules.notices.models import IN_FORCE, NO_SEAL, UNSEALED, Ground, Notice, NoticeTemplate
from tocho.modules.notices.queries.clearance import Clearance, clearance_of
from tocho.modules.notices.rules import ALPHABET, BODY_LENGTH, ISSUERS
from tocho.modules.notices.signals import notice_reached, notice_revoked, notice_sealed

from .recording import NoticeRefused, act_of, announce, record
from .reviewing import ask_review
from .sealing import issue_decisions, mail_of, seal_soon, set_out, tell_again, tell_out

DRAFT_MARK = '#set page(foreground: rotate(-24deg, text(size: 190pt, fill: rgb("#b0001018"))[案]))\n'


class NewNotice(TypedDict):
    """What a notice is made from.

    ``data`` goes to the template; where it lacks ``number``, ``issued_on`` or ``issuer``, they are filled in.
    """

    subject: Subject
    kind: str  # one notice for each (subject, kind, decision_id, supersedes_id)
    decision_id: int | None
    title: str
    source: str  # Typst
    data: Mapping[str, JSON]
    profile: str  # "disposition", "organisation" or "none"
    recipient_email: str
    recipient_user_id: int | None
    unit: str
    supersedes_id: NotRequired[int | None]
    drafted_by: NotRequired[int | None]  # whose words it has: such a one always waits for 公印審査
    reviewed_by: NotRequired[int | None]  # 公印審査 of the list that it is a row of
    wish: NotRequired[str]  # where the wish for electronic delivery is recorded: "application", "list"


@one_transaction
def issue_notice(*, at: datetime, **order: Unpack[NewNotice]) -> int:
    """Compose a notice and send it on its way: to be sealed by a job where its form has a standing authorisation, to
    公印審査 where it has none; out at once when its profile needs no seal.

    Returns the notice's id; asked again for the same (subject, kind, decision, superseded notice) it returns the first.

    :raises ValueError: for an unknown profile.
    """
    if order["profile"] not in ISSUERS:
        raise ValueError(f"unknown profile {order['profile']!r}")
    composed = compose_notice(order, at=at)
    if composed.may_be_sealed:
        seal_soon(composed.id)
    elif not composed.is_new:
        tell_again(composed.id, at=at)
    return composed.id


class Composed(NamedTuple):
    """A notice that stands composed; not ``is_new``: it did before."""

    id: int
    is_new: bool
    may_be_sealed: bool


def compose_notice(order: NewNotice, *, at: datetime) -> Composed:
    """Compose a notice and leave its sealing to the caller; one without seal is out, one that nobody has looked at
    waits for 公印審査.
    """
    notice = _new(order, _cleared(order, at=at), at=at)
    if not insert(notice, or_pass=True):
        return Composed(_known(order), is_new=False, may_be_sealed=False)
    _tell_composed([notice], [order], at=at)
    if notice.is_sealed and not notice.seal_ground:
        ask_review(notice, at=at)
    return Composed(notice.id, is_new=True, may_be_sealed=bool(notice.seal_ground))


def compose_notices(orders: Sequence[NewNotice], *, at: datetime) -> list[Notice]:
    """Compose the notices of one form (a piece of a list that was reviewed), none of which was composed before; leave
    their sealing to the caller. One without seal is out.
    """
    if not orders:
        return []
    cleared = _cleared(orders[0], at=at)
    notices = [_new(order, cleared, at=at) for order in orders]
    insert_many(notices)
    _tell_composed(notices, orders, at=at)
    return notices


def _new(order: NewNotice, cleared: Clearance, *, at: datetime) -> Notice:
    notice = Notice(**_fields(order, at=at), **_marks(order, cleared, at=at))
    if not notice.is_sealed:
        set_out(notice, at=at)
    return notice


def _tell_composed(notices: Sequence[Notice], orders: Sequence[NewNotice], *, at: datetime) -> None:
    acts = []
    for notice, order in zip(notices, orders, strict=True):
        about: dict[str, JSON] = {"profile": notice.profile, "decision": notice.decision_id}
        if wish := order.get("wish"):
            about["wish"] = wish
        acts.append(act_of(notice, "composed", at=at, data=about))
    append_all(acts)
    unsealed = [notice for notice in notices if not notice.is_sealed]
    issue_decisions(unsealed, at=at)
    tell_out(unsealed, at=at)
    for notice in unsealed:
        announce(notice_sealed, notice, at=at)


@transaction.atomic
def recompose_notice(order: NewNotice, *, notice_id: int, at: datetime) -> None:
    """Make a notice that is not out from other data; number of the row, code and token stay. One that is out stays."""
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    fresh = _fields(order, at=at)
    if notice.state not in UNSEALED or notice.data == fresh["data"]:
        return
    for name, value in fresh.items():
        setattr(notice, name, value)
    notice.problem = ""
    notice.save(update_fields=["problem", *(name.removesuffix("_id") for name in fresh)])
    record(notice, "recomposed", at=at)


@kept
def _notices_of_kind(
    subject_type: str, subject_id: int, kind: str
) -> QuerySet[Notice, tuple[int, int | None, int | None]]:
    about = Notice.objects.filter(subject_type=subject_type, subject_id=subject_id, kind=kind)
    return about.values_list("id", "decision_id", "supersedes_id")


def _known(order: NewNotice) -> int:
    """The notice that was composed for this order before. :raises StopIteration: there is none."""
    rows = _notices_of_kind(order["subject"].type, order["subject"].id, order["kind"])
    cause = (order["decision_id"], order.get("supersedes_id"))
    return int(next(notice_id for notice_id, *about in rows if tuple(about) == cause))


def preview_notice(*, title: str, source: str, data: Mapping[str, JSON], profile: str, at: datetime) -> bytes:
    """別紙（案）: the PDF as it would go out, unsigned, without a code and marked 案 across the page. Writes nothing.

    :raises RenderError: as ``documents.render``.
    """
    return documents.render_apart(DRAFT_MARK + source, filled(data, title=title, profile=profile, at=at))


def filled(data: Mapping[str, JSON], *, title: str, profile: str, at: datetime) -> dict[str, Any]:
    """The data of a template with what every notice has: number, day, issuer, title, profile."""
    decision = data.get("decision")
    number = decision.get("number", "") if isinstance(decision, dict) else ""
    common = {"number": number, "issued_on": office_day(at).isoformat(), "issuer": ISSUERS[profile]}
    return {**common, **data, "title": title, "profile": profile}


def _fields(order: NewNotice, *, at: datetime) -> dict[str, Any]:
    """What a notice says, and to whom; it can be said anew until it is out."""
    data = filled(order["data"], title=order["title"], profile=order["profile"], at=at)
    return {
        "data": data,
        "number": data["number"],
        "issued_on": data["issued_on"],
        "recipient_email": order["recipient_email"],
        "recipient_user_id": order["recipient_user_id"],
    }


def _marks(order: NewNotice, cleared: Clearance, *, at: datetime) -> dict[str, Any]:
    """What a notice is for good."""
    return {
        "subject_type": order["subject"].type,
        "subject_id": order["subject"].id,
        "kind": order["kind"],
        "decision_id": order["decision_id"],
        "supersedes_id": order.get("supersedes_id"),
        "state": Notice.State.APPROVED if order["decision_id"] else Notice.State.COMPOSED,
        "profile": order["profile"],
        "unit": order["unit"],
        "title": order["title"],
        "issuer": order["data"].get("issuer", ISSUERS[order["profile"]]),
        "template_id": cleared.template_id,
        "seal_ground": cleared.ground,
        "authorisation_id": cleared.authorisation_id,
        "seal_reviewed_by_id": order.get("reviewed_by"),
        "drafted_by_id": order.get("drafted_by"),
        "token": secrets.token_urlsafe(32),
        "code": rules.code_of("".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))),
        "composed_at": at,
    }


def _cleared(order: NewNotice, *, at: datetime) -> Clearance:
    """On what ground a notice of this form may be sealed, and the row of its template."""
    digest = sha256(order["source"].encode()).hexdigest()
    found = _clearance(order, digest, at=at)
    return found if found.template_id else replace(found, template_id=_template_id(order["source"], digest))


def _clearance(order: NewNotice, digest: str, *, at: datetime) -> Clearance:
    if order.get("reviewed_by") is not None:
        return Clearance(Ground.LIST)
    if order["profile"] == NO_SEAL or order.get("drafted_by") is not None:
        return Clearance()
    return clearance_of(kind=order["kind"], digest=digest, profile=order["profile"], unit=order["unit"], at=at)


@kept
def _template_by_digest(digest: str) -> QuerySet[NoticeTemplate, int]:
    return NoticeTemplate.objects.filter(sha256=digest).values_list("id", flat=True)


def template_of(source: str) -> int:
    """The row of a template's text."""
    return _template_id(source, sha256(source.encode()).hexdigest())


def _template_id(source: str, digest: str) -> int:
    """The row of a template's text, written when it is first used."""
    known = _template_by_digest.first(digest)
    return known or NoticeTemplate.objects.get_or_create(sha256=digest, defaults={"source": source})[0].id


@transaction.atomic
def record_arrival(*, notice_id: int, means: str, at: datetime) -> bool:
    """到達: the recipient opened ("opened") or downloaded the notice for the first time; False when it was before.

    The moment counts for the periods of appeal (行政不服審査法18条, デジタル手続法7条3項).
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if not rules.can_be_reached(notice.state):
        return False
    tell_reached(notice, means=means, reached_at=at, at=at)
    return True


def tell_reached(notice: Notice, *, means: str, reached_at: datetime, at: datetime) -> None:
    """Note the arrival of a locked notice; ``means``: opened, downloaded, or served (公示送達)."""
    notice.state, notice.reached_at = Notice.State.REACHED, reached_at
    notice.save(update_fields=["state", "reached_at"])
    record(notice, "reached", at=at, data={"means": means})
    announce(notice_reached, notice, at=at)


@transaction.atomic
def revoke_notice(*, notice_id: int, reason: str, actor: Actor, at: datetime, tell: bool = True) -> None:
    """取消し: the notice counts no more, and the public check says so. The reason is kept, erasable, not shown.

    Whoever got it electronically is told, unless ``tell`` is false (the recipient revoked it, or is told otherwise).

    :raises NoticeRefused: without a reason, or for a notice that is not in force.
    """
    if not reason.strip():
        raise NoticeRefused(_("取消しの理由を入力してください。"))
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if notice.state not in IN_FORCE:
        raise NoticeRefused(_("有効な通知だけを取り消せます。"))
    notice.state, notice.closed_at = Notice.State.REVOKED, at
    notice.save(update_fields=["state", "closed_at"])
    if tell and notice.released_at and (notice.recipient_email or notice.recipient_user_id):
        notify.send_all([mail_of(notice, what="revoked")], at=at)
    record(notice, "revoked", actor=actor, at=at, personal={"reason": reason.strip()})
    announce(notice_revoked, notice, at=at)


@transaction.atomic
def erase_notices(*, subject: Subject, at: datetime) -> int:
    """End of the retention: data, addresses and files of a subject's notices go; how many. Idempotent.

    Code, title, issuer, day and digest stay: whoever holds the document can still have it verified.
    """
    rows = list(Notice.objects.select_for_update().filter(subject_type=subject.type, subject_id=subject.id))
    for row in rows:
        if row.file_id is not None:
            files.forget(row.file_id, by=SYSTEM, at=at)
        row.data, row.recipient_email, row.recipient_user, row.renew_at = {}, "", None, None
        row.save(update_fields=["data", "recipient_email", "recipient_user", "renew_at"])
    return len(rows)
