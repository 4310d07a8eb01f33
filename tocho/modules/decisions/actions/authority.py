import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.engines.rules.api import TableError, compile_table, read_grid
from tocho.lib.errors import Refused

from ..models import AuthorityChange, AuthorityTable
from ..queries.asking import table_on, trial_state
from ..queries.routes import lacking_on
from ..rules.authority import faults_in_authority
from .trials import ask_trial


@dataclass(frozen=True)
class Proposal:
    """A change of the authority table: the whole table as DMN, the first day it is to be in force, and why.

    ``keeps_pending``: what circulates on that day keeps its route (経過措置). ``base_id``: the version that it was made
    from; None where nobody knows: then the one that it takes the place of.
    """

    xml: str
    effective_from: date
    why: str
    base_id: int | None = None
    keeps_pending: bool = False


@transaction.atomic
def propose_authority(proposal: Proposal, *, actor: Actor, at: datetime) -> AuthorityChange:
    """Draft a change of the 事案決定規程 別表 and have it tried; nothing is in force by it. Again: the same row.

    :raises Refused: no reason, a past day, a table with faults, nothing that changes, or made from another version
        than the one that it would take the place of.
    """
    _serialise()
    if not proposal.why.strip():
        raise Refused(_("改正の理由を入力してください。"))
    _check_day(proposal.effective_from, at=at)
    name = _checked(proposal.xml, on=proposal.effective_from)
    digest = hashlib.sha256(proposal.xml.encode()).hexdigest()
    before = table_on(proposal.effective_from)
    _check_base(before, proposal.base_id)
    if before is not None and read_grid(before.xml) == read_grid(proposal.xml):
        raise Refused(_("その日に有効な表と同じ内容です。変わる所はありません。"))
    row, is_new = AuthorityChange.objects.get_or_create(
        digest=digest, effective_from=proposal.effective_from, keeps_pending=proposal.keeps_pending, table=None,
        withdrawn_at=None,
        drafted_by_id=actor.user_id,
        defaults={
            "name": name, "xml": proposal.xml, "base": before, "why": proposal.why.strip()[:300], "drafted_at": at,
        },
    )  # fmt: skip
    if is_new:
        _record(row, "authority.proposed", actor, at)
        ask_trial(change_id=row.id, actor=actor, at=at)
    return row


@transaction.atomic
def enact_authority(*, change_id: int, actor: Actor, at: datetime) -> AuthorityTable:
    """Put a proposed table in force from its day on, by another person than who drafted it (四眼原則). One's own
    second click changes nothing. A trial that goes on or is out of date does not forbid it (a day of law does not
    wait for a job); the page says so before, the ledger afterwards.

    :raises Refused: one's own draft, withdrawn, somebody else was first, its day is past, the organisation changed so
        that no route can follow it, or another table has come between it and the one that it was made from.
    """
    _serialise()
    row = AuthorityChange.objects.select_for_update(of=("self",)).get(id=change_id)
    if row.table is not None:
        if row.enacted_by_id != actor.user_id:
            raise Refused(_("この改正案は、ほかの人が先に施行を決めました。版の一覧で確かめてください。"))
        return row.table
    if row.withdrawn_at is not None:
        raise Refused(_("この改正案は取り下げられています。"))
    if row.drafted_by_id == actor.user_id:
        raise Refused(_("自分が作った改正案は施行できません。ほかの文書担当の確認を受けてください。"))
    _check_day(row.effective_from, at=at)
    _check_base(table_on(row.effective_from), row.base_id)
    _checked(row.xml, on=row.effective_from)
    values = {"digest": row.digest, "effective_from": row.effective_from}
    if AuthorityTable.objects.filter(**values).exists():
        raise Refused(_("同じ日から有効な同じ表が、すでにあります。"))
    row.table = AuthorityTable.objects.create(name=row.name, xml=row.xml, keeps_pending=row.keeps_pending, **values)
    row.enacted_by_id = actor.user_id
    row.save(update_fields=["table", "enacted_by"])
    _record(row, "authority.enacted", actor, at, trial=trial_state(row))
    return row.table


@transaction.atomic
def withdraw_authority(*, change_id: int, actor: Actor, at: datetime) -> AuthorityChange:
    """Take a proposed change back before it is put in force; withdrawn already: nothing happens.

    :raises Refused: it has been put in force.
    """
    row = AuthorityChange.objects.select_for_update(of=("self",)).get(id=change_id)
    if row.table_id is not None:
        raise Refused(_("施行が決まった表は取り下げられません。新しい改正案を作ってください。"))
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        _record(row, "authority.withdrawn", actor, at)
    return row


def _serialise() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('decisions.authority'))")


def _check_day(day: date, *, at: datetime) -> None:
    if day < calendar.office_day(at):
        raise Refused(_("施行日が過ぎています。きょう以降の日にしてください。"))


def _check_base(before: AuthorityTable | None, base_id: int | None) -> None:
    """What another has changed meanwhile must not be lost by a whole table that does not know of it."""
    if base_id is not None and before is not None and before.id != base_id:
        words = _(
            "施行日に有効な表（%(name)s、%(day)s施行）は、この案のもとにした表と違います。"
            "その表に合わせて作り直してください。そのまま施行すると、その表の改正が失われます。"
        )
        raise Refused(words % {"name": before.name, "day": date_format(before.effective_from)})


def _checked(xml: str, *, on: date) -> str:
    """The table's name. :raises Refused: it cannot be read, or says what no route of that day can follow."""
    try:
        compile_table(xml)
        grid = read_grid(xml)
    except TableError as error:
        raise Refused(error.message) from error
    for fault in faults_in_authority(grid, lacks=lacking_on(on)):
        raise Refused(fault.message)
    return grid.name[:200]


def _record(row: AuthorityChange, kind: str, actor: Actor, at: datetime, **more: JSON) -> None:
    data = {"effective_from": row.effective_from.isoformat(), "digest": row.digest, "table": row.table_id, **more}
    ledger.append(subject=Subject("authority_change", row.id), kind=kind, actor=actor, at=at, data=data)
