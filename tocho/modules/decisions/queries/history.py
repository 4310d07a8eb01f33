"""What became of a matter: its time line (who, when, in which capacity), and what each revision changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tocho.core.org import api as org
from tocho.ui.moments import Moment

from ..models import Attachment, Decision, Revision, Step
from ..rules.wording import changes


def timeline(decision: Decision, steps: Sequence[Step], revisions: Iterable[Revision]) -> tuple[Moment, ...]:
    """Everything that happened, in its order. No query but what is passed in."""
    found = [Moment(_("起案"), revision.made_at, _who(revision)) for revision in revisions if revision.number == 1]
    found += [
        Moment(
            _("改訂%(n)d") % {"n": one.number},
            one.made_at,
            "　".join(filter(None, (_who(one), _("重要な変更") if one.is_major else _("軽微な修正"), one.why))),
        )
        for one in revisions
        if one.number > 1
    ]
    found += [_moment(step) for step in steps if step.acted_at and step.capacity != Step.Capacity.COLLAPSED]
    for words, at in (
        (_("回付"), decision.circulated_at),
        (_("施行"), decision.issued_at),
        (_("完結"), decision.completed_at),
    ):
        if at is not None:
            found.append(Moment(words, at))
    placed = sorted((one for one in found if one.at), key=lambda one: (one.at is None, one.at))
    waiting = [step for step in steps if step.state == Step.State.ACTIVE and step.circuit == decision.circuit]
    now = [
        Moment(step.get_kind_display(), None, _("%(post)sを待っています") % {"post": _label(step.post_id)}, "now")
        for step in waiting
    ]
    return (*placed, *now)


def _who(revision: Revision) -> str:
    return revision.made_by.display_name if revision.made_by else ""


def _label(post_id: int | None, on: datetime | None = None) -> str:
    return org.address_label(f"post:{post_id}", on=org.office_day(on) if on else None)


BAD = (Step.State.OBJECTED, Step.State.RETURNED, Step.State.REJECTED)


def _moment(step: Step) -> Moment:
    """One answer: what for and what it was; who, under which post, in which capacity; and what was said."""
    person = step.acted_by.display_name if step.acted_by else ""
    words = [_("%(post)s　%(person)s") % {"post": _label(step.acted_post_id, step.acted_at), "person": person}]
    words.append(capacity_words(step))
    if step.evidence.get("urgency"):
        words.append(_("急ぐ理由：%(urgency)s") % {"urgency": step.evidence["urgency"]})
    words.append(step.opinion)
    titles = {"kind": step.get_kind_display(), "state": step.get_state_display()}
    title = titles["kind"] if step.state == Step.State.APPROVED else _("%(kind)s（%(state)s）") % titles
    return Moment(title, step.acted_at, "　".join(filter(None, words)), "bad" if step.state in BAD else "done")


def capacity_words(step: Step) -> str:
    """The capacity where it is not the ordinary one, with the basis of an appointment; how a decider decided."""
    if step.capacity == Step.Capacity.DEPUTY:
        return _("%(post)sの代決") % {"post": _label(step.post_id, step.acted_at)}
    if step.capacity not in ("", Step.Capacity.HOLDER):
        return "　".join(filter(None, (step.get_capacity_display(), str(step.evidence.get("basis", "")))))
    if step.kind == Step.Kind.DECIDE and step.acted_at:
        return step.decision.get_power_display()
    return ""


@dataclass(frozen=True)
class Compared:
    """One part of the content in two revisions: its name and the pieces of its text."""

    label: str
    pieces: tuple[tuple[str, str], ...]

    @property
    def is_changed(self) -> bool:
        return any(kind != "same" for kind, _text in self.pieces)


@dataclass(frozen=True)
class ComparePage:
    """Two revisions beside each other."""

    revisions: tuple[Revision, ...]
    left: Revision
    right: Revision
    parts: tuple[Compared, ...]
    added: tuple[str, ...]  # names of attachments
    removed: tuple[str, ...]
    approved: tuple[tuple[int, tuple[Step, ...]], ...]  # who answered which revision


def compare_page(decision: Decision, *, left: int | None, right: int | None) -> ComparePage | None:
    """What the revision ``right`` (the newest) changed in ``left`` (the one before it); None where there is no such
    pair. Three queries."""
    revisions = tuple(decision.revisions.select_related("made_by").order_by("number"))
    by_number = {one.number: one for one in revisions}
    new = by_number.get(right or decision.revision)
    old = by_number.get(left or (new.number - 1 if new else 0))
    if new is None or old is None:
        return None
    files: dict[int, dict[int, str]] = {}
    for row in Attachment.objects.filter(decision=decision, revision__in=(old.number, new.number)):
        files.setdefault(row.revision, {})[row.file_id] = row.name
    before, after = files.get(old.number, {}), files.get(new.number, {})
    answered = decision.steps.filter(acted_at__isnull=False).select_related("acted_by", "acted_post", "post")
    by_revision: dict[int, list[Step]] = {}
    for step in answered.order_by("acted_at"):
        by_revision.setdefault(step.revision, []).append(step)
    return ComparePage(
        revisions=revisions,
        left=old,
        right=new,
        parts=tuple(_parts(old, new)),
        added=tuple(name for key, name in after.items() if key not in before),
        removed=tuple(name for key, name in before.items() if key not in after),
        approved=tuple((one.number, tuple(by_revision.get(one.number, ()))) for one in revisions),
    )


def _parts(old: Revision, new: Revision) -> Iterable[Compared]:
    for label, before, after in (
        (_("件名"), old.title, new.title),
        (_("起案文"), old.body, new.body),
        (_("承認しない理由"), old.reasons, new.reasons),
        (_("内容"), _brief(old), _brief(new)),
    ):
        if before or after:
            yield Compared(label, changes(before, after))


def _brief(revision: Revision) -> str:
    return "\n".join(f"{label}　{value}" for label, value in revision.brief)
