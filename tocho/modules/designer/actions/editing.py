from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.lib.errors import Refused

from ..definitions import JSON, PART, changed_parts, is_storable, part_of, title_of, with_part
from ..models import Design, Revision
from .recording import locked, record


class NotEditable(Refused):
    """The design is under review, approved, published or given up."""


class Stale(Refused):
    """Somebody else changed the same part since the person opened it; ``revision`` is the one that is there now."""

    def __init__(self, message: str, *, revision: int) -> None:
        self.revision = revision
        super().__init__(message)


class UnderWay(Refused):
    """There is an open design of this procedure already; ``design_id`` is it."""

    def __init__(self, message: str, *, design_id: int) -> None:
        self.design_id = design_id
        super().__init__(message)


@transaction.atomic
def start_design(
    *, source: Mapping[str, Any], unit: str, base_number: int | None = None, actor: Actor, at: datetime
) -> Design:
    """Begin a draft from a source (a shape, a copy, a folder, the current version); it may be faulty.

    :param unit: code of the office that will own it.
    :param base_number: the version that the draft is to follow; None for a new procedure.
    :raises UnderWay: a draft of a procedure of this key is open already.
    """
    key = str(source["facts"].get("key", ""))
    design = Design(
        key=key,
        unit=unit,
        title=title_of(source)[:200],
        source=source,
        base_number=base_number,
        author_id=actor.user_id,
        created_at=at,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            design.save(force_insert=True)
    except IntegrityError:
        known = Design.objects.filter(key=key, state__in=Design.OPEN).first()
        if known is None:
            raise
        raise UnderWay(
            _("手続「%(key)s」の草案は、すでに作られています。そちらを開いて続けてください。") % {"key": key},
            design_id=known.id,
        ) from None
    _keep(design, part="", actor=actor, at=at)
    record(design, "design.started", actor=actor, at=at, base=base_number)
    return design


@transaction.atomic
def save_part(*, design_id: int, part: str, value: JSON, revision: int, actor: Actor, at: datetime) -> Design:
    """Save one part of a design: ``facts``, ``form``, ``process``, ``rules/<name>`` or ``notices/<name>``.

    :param value: JSON of the facts or the form, text of BPMN, DMN or Typst; None takes a table or a notice out.
    :param revision: the one that the person edited. Another part may have changed since; this one must not have.
    :raises Stale: this part was changed meanwhile. Nothing was written; the caller still has what was typed.
    :raises NotEditable: the design is with its reviewer, approved or published.
    :raises ValueError: there is no such part, or its value is of another type.
    :raises Refused: it holds what cannot be stored (NUL, a nesting too deep).
    """
    return save_parts(design_id=design_id, values={part: value}, revision=revision, actor=actor, at=at)


@transaction.atomic
def save_parts(*, design_id: int, values: Mapping[str, JSON], revision: int, actor: Actor, at: datetime) -> Design:
    """Save several parts that belong together as one revision: all of them or none. Parts that stay as they are do not
    count. Values, refusals and errors as in ``save_part``."""
    for part, value in values.items():
        _check_value(part, value)
    design = locked(design_id)
    _expect_editable(design)
    changed = {part: value for part, value in values.items() if part_of(design.source, part) != value}
    if not changed:
        return design
    source: dict[str, Any] = dict(design.source)
    for part, value in changed.items():
        if revision != design.revision:
            _expect_unchanged(design, part, revision)
        source = with_part(source, part, value)
    return _change(design, source, part=next(iter(changed)) if len(changed) == 1 else "", actor=actor, at=at)


@transaction.atomic
def bring_back(*, design_id: int, number: int, revision: int, actor: Actor, at: datetime) -> Design:
    """Make an earlier revision the present one (undo). Nothing is lost: what was there stays in the history.

    :raises Stale: the design was changed since the person looked.
    :raises NotEditable: as ``save_part``.
    """
    design = locked(design_id)
    _expect_editable(design)
    earlier = Revision.objects.get(design=design, number=number)
    if design.revision != revision:
        raise Stale(_("ほかの変更が先に保存されました。画面を開き直してください。"), revision=design.revision)
    if not changed_parts(design.source, earlier.source):
        return design
    return _change(design, earlier.source, part="", actor=actor, at=at, back_to=number)


@transaction.atomic
def explain_exception(*, design_id: int, check: str, reason: str, actor: Actor, at: datetime) -> Design:
    """Record why a check of the guideline does not hold for this procedure; an empty reason takes that back."""
    design = locked(design_id)
    _expect_editable(design)
    reason = reason.strip()
    if design.exceptions.get(check, {}).get("reason", "") == reason:
        return design
    kept = {key: value for key, value in design.exceptions.items() if key != check}
    if reason:
        kept[check] = {"reason": reason[:1000], "by": actor.user_id, "at": at.isoformat()}
    design.exceptions, design.changed_at = kept, at
    design.save(update_fields=["exceptions", "changed_at"])
    record(
        design,
        "design.exception_explained" if reason else "design.exception_withdrawn",
        actor=actor,
        at=at,
        check=check,
    )
    return design


@transaction.atomic
def discard_design(*, design_id: int, actor: Actor, at: datetime) -> Design:
    """Give a draft up; its history stays. Twice is the same as once. :raises NotEditable: as ``save_part``"""
    design = locked(design_id)
    if design.state == Design.State.DISCARDED:
        return design
    _expect_editable(design)
    design.state, design.changed_at = Design.State.DISCARDED, at
    design.save(update_fields=["state", "changed_at"])
    record(design, "design.discarded", actor=actor, at=at)
    return design


def _expect_editable(design: Design) -> None:
    if not design.is_editable:
        raise NotEditable(
            _("この草案はいま「%(state)s」のため、直せません。直すときは、「公開」の画面で作成中に戻してください。")
            % {"state": design.get_state_display()}
        )


def _expect_unchanged(design: Design, part: str, revision: int) -> None:
    known = Revision.objects.filter(design=design, number=revision).first()
    if known is None or part_of(known.source, part) != part_of(design.source, part):
        raise Stale(
            _(
                "開いている間に、ほかの人（または別の画面）がここを変更しました。入力した内容は画面に残っています。"
                "いまの内容を確かめてから、もう一度保存すると上書きします。"
            ),
            revision=design.revision,
        )


def _check_value(part: str, value: JSON) -> None:
    """:raises ValueError: no such part, or a value of another type."""
    if not PART.fullmatch(part):
        raise ValueError(f"a design has no part {part!r}")
    allowed: tuple[type, ...] = (str, type(None))
    if part in ("facts", "form"):
        allowed = (dict,)
    elif part.startswith("parts/"):
        allowed = (dict, type(None))
    elif part == "process":
        allowed = (str,)
    if not isinstance(value, allowed):
        raise ValueError(f"{part} cannot be {type(value).__name__}")
    if not is_storable(value):
        raise Refused(_("保存できない文字（制御文字など）か、深すぎる入れ子があります。取り除いて保存してください。"))


def _change(
    design: Design, source: dict[str, Any], *, part: str, actor: Actor, at: datetime, back_to: int | None = None
) -> Design:
    """Write a new revision of the source. The key stays: it is the procedure's address."""
    source["facts"] = {**source["facts"], "key": design.key}
    design.source, design.title = source, title_of(source)[:200]
    design.revision, design.changed_at = design.revision + 1, at
    design.save(update_fields=["source", "title", "revision", "changed_at"])
    _keep(design, part=part, actor=actor, at=at, back_to=back_to)
    record(design, "design.changed", actor=actor, at=at, part=part)
    return design


def _keep(design: Design, *, part: str, actor: Actor, at: datetime, back_to: int | None = None) -> None:
    Revision.objects.create(
        design=design,
        number=design.revision,
        part=part,
        source=design.source,
        editor_id=actor.user_id,
        at=at,
        back_to=back_to,
    )
