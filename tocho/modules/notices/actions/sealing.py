"""How notices go out, one or a piece of a list: rendered, signed, filed, mailed, told of."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.jobs.api import app
from tocho.core.ledger.api import JSON, SYSTEM, append_all
from tocho.core.notify import api as notify
from tocho.engines.documents import api as documents
from tocho.lib.kept import kept
from tocho.lib.rows import update_many
from tocho.modules.decisions import api as decisions

from .. import rules
from ..models import IN_FORCE, UNSEALED, Ground, Notice
from ..signals import notice_sealed
from .recording import NoticeRefused, act_of, announce, record
from .reviewing import lapse, stands_authorised

SEAL_FIELDS = ("file", "pdf_sha256", "signed_at", "signature_level", "problem", "provable_until", "renew_at")
Seals = Mapping[int, dict[str, JSON]]
NO_SEALS: Seals = MappingProxyType({})


@dataclass(frozen=True)
class Sealing:
    """What became of notices that were to be sealed: the ids of those that are out now, and why others could not be.
    Those in neither were out already, or wait for 公印審査."""

    sealed: frozenset[int]
    refused: Mapping[int, documents.RenderError | NoticeRefused]


def seal_soon(notice_id: int) -> None:
    """A job that seals a notice which may be sealed."""
    app.configure_task("notices.seal_notice").defer(notice_id=notice_id)


def seal_notice(*, notice_id: int, at: datetime) -> bool:
    """Seal one notice; see ``seal_notices``. False when it waits for 公印審査, or is out already: then it is told of
    again, for a worker may have died before it told.

    :raises NoticeRefused, RenderError: why it cannot be sealed; the notice keeps the reason.
    """
    done = seal_notices(notice_ids=[notice_id], at=at)
    for error in done.refused.values():
        raise error
    if notice_id not in done.sealed:
        tell_again(notice_id, at=at)
    return notice_id in done.sealed


def tell_again(notice_id: int, *, at: datetime) -> None:
    """Tell of a notice that is out, as of a new one."""
    out = Notice.objects.filter(id=notice_id).exclude(state__in=UNSEALED).first()
    if out is not None:
        announce(notice_sealed, out, at=at)


def seal_notices(*, notice_ids: Sequence[int], at: datetime) -> Sealing:
    """Render and sign composed notices of one decision, keep their files and send them out; the decision is 施行済.

    The CPU work comes before the transaction, so nothing is locked meanwhile (a list holds the rows of its piece); a
    process killed at any point leaves either nothing or everything, and the job's second run does what is still to be
    done. A disposition is sealed only
    on the ground of a decision that was made and stands (公印は決定済みの文書に限る、東京都公印規程), and nothing
    without 公印審査 of this notice, of its list, or of all of its form; where that was taken back it waits.
    One that cannot be sealed keeps the reason, and holds up no other.
    """
    made: dict[int, documents.Signed] = {}
    refused: dict[int, documents.RenderError | NoticeRefused] = {}
    waiting = _unsealed(list(notice_ids))
    for notice in waiting:
        if not notice.seal_ground:
            lapse(notice_id=notice.id, at=at)
            continue
        try:
            made[notice.id] = documents.sign(document_of(notice), profile=notice.profile, reason=notice.title, at=at)
        except documents.RenderError as error:
            refused[notice.id] = error
    with transaction.atomic():
        standing = issue_decisions(waiting, at=at)  # the decision first, as who cancels it locks
        locked = _locked_unsealed(list(made))
        ready = [notice for notice in locked if _may_be_sealed(notice, standing, at=at)]
        _set_seals(ready, made, at=at)
        if not ready:
            transaction.set_rollback(True)  # nothing is issued then
    sealed = frozenset(notice.id for notice in ready)
    for notice in locked:
        if notice.id in sealed:
            announce(notice_sealed, notice, at=at)
        elif _rests_on(notice, standing):
            lapse(notice_id=notice.id, at=at)
        else:
            refused[notice.id] = NoticeRefused(_("決定済みの事案がない処分の通知には、署名できません。"))
    for notice_id, why in refused.items():
        Notice.objects.filter(id=notice_id).update(problem=rules.words_of_failure(why))
    return Sealing(sealed, refused)


def issue_decisions(notices: Sequence[Notice], *, at: datetime) -> set[int]:
    """施行 of the decisions that notices tell of; those that stand."""
    causes = {notice.decision_id for notice in notices} - {None}
    return {cause for cause in causes if cause is not None and decisions.issue(decision_id=cause, at=at)}


@kept
def _unsealed(ids: list[int]) -> QuerySet[Notice]:
    waiting = Notice.objects.filter(id__any=ids, state__in=UNSEALED, seal_returned="")
    return waiting.select_related("template").order_by("id")


@kept
def _locked_unsealed(ids: list[int]) -> QuerySet[Notice]:
    waiting = Notice.objects.select_for_update(of=("self",)).filter(id__any=ids, state__in=UNSEALED, seal_returned="")
    return waiting.exclude(seal_ground="").order_by("id")


def _may_be_sealed(notice: Notice, standing: Collection[int], *, at: datetime) -> bool:
    """Whether it has a ground for its seal until the transaction ends."""
    if not _rests_on(notice, standing):
        return False
    return notice.seal_ground != Ground.STANDING or stands_authorised(notice, at=at)


def _rests_on(notice: Notice, standing: Collection[int]) -> bool:
    """Whether the decision under it is one of those that stand; only what is no disposition may have none."""
    return notice.profile != documents.DISPOSITION if notice.decision_id is None else notice.decision_id in standing


def _set_seals(notices: Sequence[Notice], made: Mapping[int, documents.Signed], *, at: datetime) -> None:
    keep_files(notices, [made[notice.id].pdf for notice in notices], at=at)
    seals: dict[int, dict[str, JSON]] = {}
    for notice in notices:
        signed = made[notice.id]
        notice.signed_at, notice.signature_level, notice.problem = at, signed.level, ""
        notice.provable_until, notice.renew_at = signed.provable_until, at
        set_out(notice, at=at)
        seals[notice.id] = {
            "sha256": bytes(notice.pdf_sha256 or b"").hex(),
            "level": signed.level,
            "ground": notice.seal_ground,
        }
        if notice.authorisation_id is not None:
            seals[notice.id]["authorisation"] = notice.authorisation_id
    update_many(notices, "state", "released_at", *SEAL_FIELDS)
    tell_out(notices, seals=seals, at=at)
    if notices and documents.archives():  # a timestamp costs seven times a signature: the recipient does not wait
        jobs: list[dict[str, Any]] = [{"notice_id": notice.id} for notice in notices]
        app.configure_task("notices.archive_notice", priority=rules.LATER).batch_defer(*jobs)


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
        keep_files([notice], [document_of(notice, render=documents.render_apart)], at=at)
        notice.save(update_fields=["file", "pdf_sha256"])
    assert notice.file_id is not None
    return notice.file_id


def keep_files(notices: Sequence[Notice], pdfs: Sequence[bytes], *, at: datetime) -> None:
    """Keep the document of each notice and name it in the notice; the caller writes the row."""
    named = [(notice.file_name, pdf) for notice, pdf in zip(notices, pdfs, strict=True)]
    stored = files.keep_contents(named, content_type="application/pdf", by=SYSTEM, at=at)
    for notice, file in zip(notices, stored, strict=True):
        notice.file_id, notice.pdf_sha256 = file.id, bytes.fromhex(file.digest_hex)


def set_out(notice: Notice, *, at: datetime) -> None:
    """It is out, or ready for the post where there is no electronic address; the caller writes the row."""
    electronic = bool(notice.recipient_email or notice.recipient_user_id)
    notice.state = Notice.State.RELEASED if electronic else Notice.State.SEALED
    notice.released_at = at if electronic else None


def tell_out(notices: Sequence[Notice], *, at: datetime, seals: Seals = NO_SEALS) -> None:
    """Tell of notices that are out, by mail and in the ledger; close what they supersede.

    ``seals`` is what the ledger says about the signatures that were just made.
    """
    electronic = [notice for notice in notices if notice.state == Notice.State.RELEASED]
    notify.send_all(map(mail_of, electronic), at=at)
    acts = []
    for notice in notices:
        if seal := seals.get(notice.id):
            acts.append(act_of(notice, "sealed", at=at, data=seal))
        if notice.state == Notice.State.RELEASED:
            acts.append(act_of(notice, "released", at=at, data={"means": "electronic"}))
    append_all(acts)
    for notice in notices:
        if notice.supersedes_id is not None:
            _supersede(notice.supersedes_id, by=notice, at=at)


def mail_of(notice: Notice, what: str = "released") -> notify.News:
    """The mail that tells somebody of a notice; ``what``: released, revoked."""
    return notify.News(
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
    )


def _supersede(notice_id: int, *, by: Notice, at: datetime) -> None:
    old = Notice.objects.select_for_update(of=("self",)).get(id=notice_id)
    if old.state in IN_FORCE:
        old.state, old.closed_at = Notice.State.SUPERSEDED, at
        old.save(update_fields=["state", "closed_at"])
        record(old, "superseded", at=at, data={"by": by.id})
