"""Every write about documents. The caller holds the lock of the subject; each item is locked here all the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.lib.errors import Refused

from .models import Item, Sheet
from .rules import JUDGEABLE, may_give


class ItemMoved(Refused):
    """Somebody else was faster: the item is not as the person saw it."""


class GivenAlready(Refused):
    """A file that stands for another document already."""


class TooMany(Refused):
    """More files than the item takes."""


@dataclass(frozen=True)
class Place:
    """Which item is meant: of which subject, which document, whose; ``unit`` in whose name the acts count; ``seen`` the
    turn at which the person saw it (0: nothing was there)."""

    subject: Subject
    key: str
    party: str
    unit: str
    seen: int


def _locked(place: Place) -> Item:
    subject = place.subject
    name: Any = {"subject_type": subject.type, "subject_id": subject.id, "key": place.key, "party": place.party}
    Item.objects.get_or_create(**name)
    return Item.objects.select_for_update().get(**name)


def _record(place: Place, item: Item, kind: str, *, actor: Actor, at: datetime, **data: JSON) -> None:
    ledger.append(
        subject=place.subject,
        kind=kind,
        actor=actor,
        at=at,
        unit=place.unit,
        data={"document": item.key, "party": item.party.split(":")[0], "round": item.round, **data},
    )


@transaction.atomic
def give_files(*, place: Place, file_ids: Sequence[int], max_files: int, actor: Actor, at: datetime) -> Item:
    """Add stored files to an item; after a return they begin its next round. A single file replaces the one before.

    :raises ItemMoved: it was accepted or is just being returned; or another person gave the single file meanwhile.
    :raises GivenAlready: :raises TooMany: more than ``max_files`` in this round.
    """
    item = _locked(place)
    moved = item.turn != place.seen
    if not may_give(item.state) or (moved and item.state == Item.State.RETURNED):
        raise ItemMoved(_("この書類は、担当がいま確認しました。画面を開き直して、状態を確かめてください。"))
    here = item.sheets.filter(round=item.round, removed_at=None)
    if item.state == Item.State.RETURNED:
        item.round += 1
        here = here.none()
    if max_files == 1 and here and moved:
        raise ItemMoved(
            _("この書類には、ほかの人がいまファイルを出しました。画面を開き直して、差し替えるか決めてください。")
        )
    if max_files == 1:
        for sheet in here:
            _take_away(sheet, actor=actor, at=at)
        here = here.none()
    if len(here) + len(file_ids) > max_files:
        raise TooMany(
            _("この書類は%(n)dファイルまでです。まとめるか、不要なファイルを外してください。") % {"n": max_files}
        )
    sheets = [
        Sheet(item=item, round=item.round, file_id=one, given_at=at, given_by_id=actor.user_id) for one in file_ids
    ]
    try:
        with transaction.atomic():
            Sheet.objects.bulk_create(sheets)
    except IntegrityError as error:
        raise GivenAlready(_("このファイルは、もう書類として出されています。送り直してください。")) from error
    item.state, item.turn = Item.State.GIVEN, item.turn + 1
    item.save(update_fields=["state", "round", "turn"])
    _record(place, item, "dossier.given", actor=actor, at=at, files=len(file_ids))
    return item


@transaction.atomic
def remove_file(*, place: Place, file_id: int, actor: Actor, at: datetime) -> Item:
    """Take a file away that nobody has judged yet; its content is erased. Asked again it changes nothing.

    :raises ItemMoved: the office has judged the item meanwhile.
    """
    item = _locked(place)
    sheet = item.sheets.filter(file_id=file_id, round=item.round, removed_at=None).first()
    if sheet is None:
        return item
    if item.state != Item.State.GIVEN:
        raise ItemMoved(_("この書類は、担当がいま確認しました。外すには、担当に連絡してください。"))
    _take_away(sheet, actor=actor, at=at)
    if not item.sheets.filter(round=item.round, removed_at=None).exists():
        item.state = Item.State.RETURNED if item.reason else Item.State.MISSING
        item.round -= 1 if item.reason else 0
    item.turn += 1
    item.save(update_fields=["state", "round", "turn"])
    _record(place, item, "dossier.removed", actor=actor, at=at)
    return item


def _take_away(sheet: Sheet, *, actor: Actor, at: datetime) -> None:
    sheet.removed_at = at
    sheet.save(update_fields=["removed_at"])
    files.forget(sheet.file_id, by=actor, at=at)


@transaction.atomic
def accept_item(*, place: Place, actor: Actor, at: datetime) -> Item:
    """確認: the office takes the document as it is (also one that it has itself, without a file).

    :raises ItemMoved: a file came or went since the officer looked.
    """
    item = _judged(place, actor=actor, at=at)
    item.state, item.reason = Item.State.ACCEPTED, ""
    item.save(update_fields=["state", "reason", "turn", "judged_at", "judged_by"])
    _record(place, item, "dossier.accepted", actor=actor, at=at)
    return item


@transaction.atomic
def flag_item(*, place: Place, reason: str, actor: Actor, at: datetime) -> Item:
    """Note that a document goes back, and why; the party learns it when all are returned together.

    :raises Refused: no reason. :raises ItemMoved: a file came or went since the officer looked.
    """
    if not reason.strip():
        raise Refused(_("何を直せばよいかを書いてください。そのまま相手に届きます。"))
    item = _judged(place, actor=actor, at=at)
    item.state, item.reason = Item.State.FLAGGED, reason.strip()
    item.save(update_fields=["state", "reason", "turn", "judged_at", "judged_by"])
    _record(place, item, "dossier.flagged", actor=actor, at=at)
    return item


def _judged(place: Place, *, actor: Actor, at: datetime) -> Item:
    item = _locked(place)
    if item.turn != place.seen or item.state not in JUDGEABLE:
        raise ItemMoved(_("この書類は、いま変わりました。新しい内容を確かめてください。"))
    item.turn, item.judged_at, item.judged_by_id = item.turn + 1, at, actor.user_id
    return item


@transaction.atomic
def return_flagged(*, subject: Subject, unit: str, actor: Actor, at: datetime) -> list[Item]:
    """返却: tell the parties all at once; the items that go back, in their order. None is left flagged."""
    flagged = list(
        Item.objects.select_for_update()
        .filter(subject_type=subject.type, subject_id=subject.id, state=Item.State.FLAGGED)
        .order_by("id")
    )
    for item in flagged:
        item.state, item.turn = Item.State.RETURNED, item.turn + 1
        item.save(update_fields=["state", "turn"])
        _record(Place(subject, item.key, item.party, unit, item.turn), item, "dossier.returned", actor=actor, at=at)
    return flagged


@transaction.atomic
def erase_files(*, subject: Subject, actor: Actor, at: datetime) -> int:
    """Erase the contents of all files of a subject at the end of their retention; how many there were."""
    sheets = list(Sheet.objects.filter(item__subject_type=subject.type, item__subject_id=subject.id, removed_at=None))
    for sheet in sheets:
        _take_away(sheet, actor=actor, at=at)
    return len(sheets)
