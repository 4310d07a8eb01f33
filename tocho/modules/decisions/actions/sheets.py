"""A working copy of the authority table: begun from a version, changed press by press, sent as a proposal."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.engines.rules.api import write_grid
from tocho.lib.errors import Refused

from ..models import AuthorityChange, AuthoritySheet, AuthorityTable, SheetRevision
from ..queries.authority import merge_of
from .authority import Proposal, propose_authority, withdraw_authority


class SheetMoved(Refused):
    """Another window of the same person saved first; ``revision`` is the one that is there now."""

    def __init__(self, message: str, *, revision: int) -> None:
        self.revision = revision
        super().__init__(message)


@transaction.atomic
def begin_sheet(*, table_id: int, actor: Actor, at: datetime, corrects: int | None = None) -> AuthoritySheet:
    """Begin a working copy from a version of the table, or go on with the one that the person has of it.

    :param corrects: a proposal (改正案) that it is to take the place of: it begins with what that says.
    """
    table = AuthorityTable.objects.get(id=table_id)
    change = AuthorityChange.objects.get(id=corrects) if corrects else None
    start = change.xml if change else table.xml
    row, is_new = AuthoritySheet.objects.get_or_create(
        editor_id=actor.user_id, base=table, corrects=change, change=None, discarded_at=None,
        defaults={"xml": start, "begun_at": at, "changed_at": at},
    )  # fmt: skip
    if is_new:
        SheetRevision.objects.create(sheet=row, number=1, xml=start, at=at)
        _record(row, "authority.sheet_begun", actor, at, {"table": table.id, "corrects": corrects})
    return row


@transaction.atomic
def save_sheet(*, sheet_id: int, xml: str, revision: int, actor: Actor, at: datetime) -> AuthoritySheet:
    """Save what the table says now, faulty or not; the same again changes nothing.

    :param revision: the one that the person saw.
    :raises SheetMoved: another window saved since; nothing was written, the caller still has what was typed.
    :raises Refused: it is another's, was sent or thrown away.
    """
    row = _open(sheet_id, actor)
    if row.xml == xml:
        return row
    if row.revision != revision:
        words = _(
            "開いている間に、別の画面でこの表が保存されました。入力した内容は画面に残っています。"
            "もう一度保存すると上書きします。"
        )
        raise SheetMoved(words, revision=row.revision)
    row.xml, row.revision, row.changed_at = xml, row.revision + 1, at
    row.save(update_fields=["xml", "revision", "changed_at"])
    SheetRevision.objects.create(sheet=row, number=row.revision, xml=xml, at=at)
    _record(row, "authority.sheet_changed", actor, at, {"revision": row.revision})
    return row


@transaction.atomic
def merge_sheet(*, sheet_id: int, table_id: int, actor: Actor, at: datetime) -> AuthoritySheet:
    """Do what a working copy changes to a later version of the table, which is its base from then on. Where both had
    changed the same, the working copy stands and says so. From that version already: nothing happens.

    :raises Refused: it is another's, sent or thrown away; or the person has another one made from that version.
    """
    row, table = _open(sheet_id, actor), AuthorityTable.objects.get(id=table_id)
    if row.base_id == table.id:
        return row
    others = AuthoritySheet.objects.filter(editor_id=actor.user_id, base=table, corrects=row.corrects)
    if others.filter(change__isnull=True, discarded_at__isnull=True).exists():
        raise Refused(_("その表から始めた下書きが、すでにあります。版の一覧で確かめてください。"))
    found = merge_of(row.base.xml, table.xml, row.xml, on=calendar.office_day(at))
    row.base, row.xml, row.changed_at = table, write_grid(found.grid, table.xml), at
    row.revision += 1
    row.since, row.conflicts = row.revision, [*found.conflicts]
    row.save(update_fields=["base", "xml", "revision", "since", "conflicts", "changed_at"])
    SheetRevision.objects.create(sheet=row, number=row.revision, xml=row.xml, at=at)
    _record(row, "authority.sheet_merged", actor, at, {"table": table.id, "conflicts": len(row.conflicts)})
    return row


@transaction.atomic
def accept_merge(*, sheet_id: int, actor: Actor, at: datetime) -> AuthoritySheet:
    """The editor has looked at what both had changed. Nothing to look at: nothing happens.

    :raises Refused: it is another's, sent or thrown away.
    """
    row = _open(sheet_id, actor)
    if row.conflicts:
        row.conflicts = []
        row.save(update_fields=["conflicts"])
        _record(row, "authority.merge_accepted", actor, at, {})
    return row


@transaction.atomic
def send_sheet(
    *, sheet_id: int, effective_from: date, why: str, keeps_pending: bool | None = None, actor: Actor, at: datetime
) -> AuthorityChange:
    """Make a proposal (改正案) of a working copy, which is tried at once; a proposal that it corrects is withdrawn.
    Sent already: that proposal.

    :raises Refused: as ``propose_authority``; or it is another's, thrown away, or merged and not looked at.
    """
    row = AuthoritySheet.objects.select_for_update(of=("self",)).get(id=sheet_id)
    if row.change is not None and row.editor_id == actor.user_id:
        return row.change
    row = _open(sheet_id, actor)
    if row.conflicts:
        raise Refused(_("ほかの改正と重なった所があります。下書きの画面で確かめてから、改正案にしてください。"))
    if row.corrects is not None and row.corrects.is_open and row.corrects.drafted_by_id == actor.user_id:
        withdraw_authority(change_id=row.corrects.id, actor=actor, at=at)
    proposal = Proposal(row.xml, effective_from, why, row.base_id, bool(keeps_pending))
    row.change = propose_authority(proposal, actor=actor, at=at)
    row.save(update_fields=["change"])
    return row.change


@transaction.atomic
def discard_sheet(*, sheet_id: int, actor: Actor, at: datetime) -> None:
    """Throw a working copy away; its revisions stay. Again: nothing.

    :raises Refused: it is another's, or was sent.
    """
    row = AuthoritySheet.objects.select_for_update(of=("self",)).get(id=sheet_id)
    if row.discarded_at is not None and row.editor_id == actor.user_id:
        return
    row = _open(sheet_id, actor)
    row.discarded_at = at
    row.save(update_fields=["discarded_at"])
    _record(row, "authority.sheet_discarded", actor, at, {})


def _open(sheet_id: int, actor: Actor) -> AuthoritySheet:
    row = AuthoritySheet.objects.select_for_update(of=("self",)).select_related("corrects").get(id=sheet_id)
    if row.editor_id != actor.user_id:
        raise Refused(_("ほかの人の下書きは直せません。自分の下書きを始めてください。"))
    if not row.is_open:
        raise Refused(_("この下書きは、改正案にしたか、破棄しています。新しい下書きを始めてください。"))
    return row


def _record(row: AuthoritySheet, kind: str, actor: Actor, at: datetime, data: dict[str, JSON]) -> None:
    ledger.append(subject=Subject("authority_sheet", row.id), kind=kind, actor=actor, at=at, data=data)
