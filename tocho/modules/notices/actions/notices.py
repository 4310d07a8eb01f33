import io
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NotRequired, TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.calendar.api import office_day
from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject
from tocho.core.notify import api as notify
from tocho.engines.documents import api as documents
from tocho.lib.kept import kept
from tocho.lib.rows import insert, update
from tocho.lib.transactions import one_transaction
from tocho.modules.decisions import api as decisions
from tocho.modules.notices import rules
from tocho.modules.notices.models import IN_FORCE, NO_SEAL, UNSEALED, Ground, Notice, NoticeTemplate
from tocho.modules.notices.queries.clearance import Clearance, clearance_of
from tocho.modules.notices.rules import ALPHABET, BODY_LENGTH, ISSUERS
from tocho.modules.notices.signals import notice_reached, notice_revoked, notice_sealed

from .recording import NoticeRefused, record, subject_of
from .reviewing import ask_review, lapse, stands_authorised

PDF = frozenset({"application/pdf"})
DRAFT_MARK = '#set page(foreground: rotate(-24deg, text(size: 190pt, fill: rgb("#b0001018"))[案]))\n'
SEAL_FIELDS = ("file", "pdf_sha256", "signed_at", "signature_level", "problem", "provable_until", "renew_at")


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
    notice_id, is_cleared = compose_notice(order, at=at)
    if is_cleared:
        seal_soon(notice_id)
    return notice_id


def compose_notice(order: NewNotice, *, at: datetime) -> tuple[int, bool]:
    """Compose a notice and leave its sealing to the caller; one without seal is out, one that
    nobody has looked at waits for 公印審査. Its id, and whether it is new and may be sealed.
    """
    notice = Notice(**_fields(order, at=at))
    if not notice.is_sealed:
        _set_out(notice, at=at)
    if not insert(notice, or_pass=True):
        return _known(order), False
    about: dict[str, JSON] = {"profile": notice.profile, "decision": notice.decision_id}
    if wish := order.get("wish"):
        about["wish"] = wish
    record(notice, "composed", at=at, data=about)
    if not notice.is_sealed:
        _tell_out(notice, at=at)
    elif not notice.seal_ground:
        ask_review(notice, at=at)
    return notice.id, bool(notice.seal_ground)


def seal_soon(notice_id: int) -> None:
    """A job that seals a notice which may be sealed."""
    app.configure_task("notices.seal_notice").defer(notice_id=notice_id)


@transaction.atomic
def recompose_notice(order: NewNotice, *, notice_id: int, at: datetime) -> None:
    """Make a notice that is not out from other data; number of the row, code and token stay. One that is out stays."""
    notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    fresh = _fields(order, at=at)
    if notice.state not in UNSEALED or notice.data == fresh["data"]:
        return
    names = ("data", "issued_on", "number", "recipient_email", "recipient_user_id")
    for name in names:
        setattr(notice, name, fresh[name])
    notice.problem = ""
    notice.save(update_fields=["problem", *(name.removesuffix("_id") for name in names)])
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
    digest = sha256(order["source"].encode()).hexdigest()
    cleared = _clearance(order, digest, at=at)
    data = filled(order["data"], title=order["title"], profile=order["profile"], at=at)
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
        "number": data["number"],
        "issuer": data["issuer"],
        "issued_on": data["issued_on"],
        "template_id": cleared.template_id or _template_id(order["source"], digest),
        "seal_ground": cleared.ground,
        "authorisation_id": cleared.authorisation_id,
        "seal_reviewed_by_id": order.get("reviewed_by"),
        "drafted_by_id": order.get("drafted_by"),
        "data": data,
        "recipient_email": order["recipient_email"],
        "recipient_user_id": order["recipient_user_id"],
        "token": secrets.token_urlsafe(32),
        "code": rules.code_of("".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))),
        "composed_at": at,
    }


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


def seal_notice(*, notice_id: int, at: datetime) -> bool:
    """Render and sign a composed notice, keep the file and send it out; False when that is done already.

    The CPU work comes before the transaction, so nothing is locked meanwhile; a process killed at any point leaves
    either nothing or everything, and the job's second run does what is still to be done. A disposition is sealed only
    on the ground of a decision that was made and stands (公印は決定済みの文書に限る、東京都公印規程), and nothing
    without 公印審査 of this notice, of its list, or of all of its form; where that was taken back it waits.

    :raises NoticeRefused: for a disposition without such a decision; the notice keeps the reason.
    :raises RenderError: when the template and its data make no document; the notice keeps the reason.
    """
    notice = Notice.objects.select_related("template").filter(id=notice_id, state__in=UNSEALED).first()
    if notice is None or notice.seal_returned:
        return False
    if not notice.seal_ground:
        return lapse(notice_id=notice_id, at=at)
    if notice.profile == documents.DISPOSITION and not _is_decided(notice.decision_id):
        words = _("決定済みの事案がない処分の通知には、署名できません。")
        Notice.objects.filter(id=notice_id).update(problem=words)
        raise NoticeRefused(words)
    try:
        plain = document_of(notice)
    except documents.RenderError as error:
        Notice.objects.filter(id=notice_id).update(problem=rules.words_of_failure(error))
        raise
    signed = documents.sign(plain, profile=notice.profile, reason=notice.title, at=at)
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
        if notice.state not in UNSEALED or not notice.seal_ground:
            return False
        if notice.seal_ground == Ground.STANDING and not stands_authorised(notice, at=at):
            return lapse(notice_id=notice_id, at=at)
        replace_file(notice, signed.pdf, at=at)
        notice.signed_at, notice.signature_level, notice.problem = at, signed.level, ""
        notice.provable_until, notice.renew_at = signed.provable_until, at
        _set_out(notice, at=at)
        update(notice, "state", "released_at", *SEAL_FIELDS)
        seal: dict[str, JSON] = {"sha256": sha256(signed.pdf).hexdigest(), "level": signed.level}
        seal["ground"] = notice.seal_ground
        if notice.authorisation_id is not None:
            seal["authorisation"] = notice.authorisation_id
        _tell_out(notice, at=at, seal=seal)
        if documents.archives():  # a timestamp costs seven times a signature: the recipient does not wait for it
            app.configure_task("notices.archive_notice", priority=rules.LATER).defer(notice_id=notice.id)
    return True


def _is_decided(decision_id: int | None) -> bool:
    return decision_id is not None and decisions.stands(decision_id)


def document_of(notice: Notice, *, render: Callable[[str, dict[str, Any]], bytes] = documents.render) -> bytes:
    """The unsigned PDF of a notice: its template and data, with the place where it can be verified. Writes nothing.

    :param render: ``documents.render_apart`` where a web process asks.
    :raises RenderError: as ``documents.render``.
    """
    url = settings.SITE_URL + reverse("notices:verify_code", args=[notice.code])
    verify = {"url": url, "code": notice.code, "qr_svg": documents.qr_svg(url)}
    return render(notice.template.source, {**notice.data, "verify": verify})


@transaction.atomic
def keep_document(*, notice_id: int, at: datetime) -> int:
    """The file id of a notice's PDF; for one without seal it is made when first wanted (公印省略)."""
    notice = Notice.objects.select_for_update(of=("self",)).select_related("template").get(id=notice_id)
    if notice.file_id is None:
        if notice.is_sealed:
            raise NoticeRefused(_("この通知は署名の手続中です。数分後にもう一度お試しください。"))
        replace_file(notice, document_of(notice, render=documents.render_apart), at=at)
        notice.save(update_fields=["file", "pdf_sha256"])
    assert notice.file_id is not None
    return notice.file_id


def replace_file(notice: Notice, pdf: bytes, *, at: datetime) -> None:
    kept = files.store(io.BytesIO(pdf), name=notice.file_name, allowed=PDF, by=SYSTEM, at=at)
    notice.file_id, notice.pdf_sha256 = kept.id, sha256(pdf).digest()


def _set_out(notice: Notice, *, at: datetime) -> None:
    """It is out, or ready for the post where there is no electronic address; the caller writes the row."""
    electronic = bool(notice.recipient_email or notice.recipient_user_id)
    notice.state = Notice.State.RELEASED if electronic else Notice.State.SEALED
    notice.released_at = at if electronic else None


def _tell_out(notice: Notice, *, at: datetime, seal: Mapping[str, JSON] | None = None) -> None:
    """Tell of a notice that is out: by mail, in the ledger, to whom it matters; close what it supersedes.

    ``seal`` is what the ledger says about the signature that was just made.
    """
    electronic = notice.state == Notice.State.RELEASED
    if electronic:
        _send_mail(notice, at=at)
    if seal:
        record(notice, "sealed", at=at, data=seal)
    if electronic:
        record(notice, "released", at=at, data={"means": "electronic"})
    if notice.supersedes_id is not None:
        _supersede(notice.supersedes_id, by=notice, at=at)
    _tell(notice_sealed, notice, at=at)


def _send_mail(notice: Notice, *, at: datetime, what: str = "released") -> None:
    notify.send(
        key=f"notices.{what}:{notice.id}",
        template=f"notices/{what}",
        to_email=notice.recipient_email,
        to_user_id=notice.recipient_user_id,
        context={
            "title": notice.title,
            "issuer": notice.issuer,
            "office": notice.data.get("office", ""),
            "url": reverse("notices:notice_detail", args=[notice.token]),
            "code": notice.code,
            "corrects": notice.supersedes_id is not None,
            "cancels": notice.data.get("cancels", {}).get("title", ""),
        },
        language=str(notice.data.get("language", "ja")),
        at=at,
    )


def _supersede(notice_id: int, *, by: Notice, at: datetime) -> None:
    old = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if old.state in IN_FORCE:
        old.state, old.closed_at = Notice.State.SUPERSEDED, at
        old.save(update_fields=["state", "closed_at"])
        record(old, "superseded", at=at, data={"by": by.id})


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
    _tell(notice_reached, notice, at=at)


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
        _send_mail(notice, at=at, what="revoked")
    record(notice, "revoked", actor=actor, at=at, personal={"reason": reason.strip()})
    _tell(notice_revoked, notice, at=at)


def _tell(signal: Any, notice: Notice, *, at: datetime) -> None:
    signal.send(sender=Notice, notice_id=notice.id, subject=subject_of(notice), kind=notice.kind, at=at)


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
