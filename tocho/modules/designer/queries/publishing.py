"""The page 公開: where a design stands, what it changes, who wrote what, and what the reader may do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.modules.procedures import api as procedures
from tocho.ui.moments import Moment

from ..definitions import Source, fact_label, is_publishable
from ..models import Design, Revision
from ..permissions import can_review, owner_units, wrote_in
from ..rules.difference import Change, differences, name_of
from .tabs import TAB_OF, tab_labels

REVISIONS = 30


@dataclass(frozen=True)
class ChangeGroup:
    """What changed in one part."""

    title: str
    changes: list[Change]


@dataclass(frozen=True)
class RevisionRow:
    """One revision: who saved which part when."""

    number: int
    editor: str
    at: datetime
    part: str
    is_present: bool


@dataclass(frozen=True)
class PublishPage:
    """Everything the page shows; the flags say which acts stand open to this reader now."""

    stages: list[Moment]
    groups: list[ChangeGroup]
    compared: str
    revisions: list[RevisionRow]
    names: dict[int, str]
    is_owner: bool
    may_review: bool
    is_own_request: bool
    publishable: bool


def publish_page(design: Design, *, user_id: int, compare: int | None, at: datetime) -> PublishPage:
    """The page for one reader; ``compare`` is the revision to compare with, else the version in use."""
    rows = list(Revision.objects.filter(design=design).defer("source")[:REVISIONS])
    before, compared = _compared_with(design, compare)
    names = _names(design, rows)
    return PublishPage(
        stages=_stages(design, names),
        groups=list(_groups(before, design.source)) if before is not None else [],
        compared=compared,
        revisions=[_revision(row, design, names) for row in rows],
        names=names,
        is_owner=design.unit in owner_units(user_id, at=at),
        may_review=can_review(user_id, design, at=at),
        is_own_request=design.state == Design.State.IN_REVIEW
        and (design.requested_by_id == user_id or wrote_in(user_id, design)),
        publishable=is_publishable(design.source),
    )


def _compared_with(design: Design, compare: int | None) -> tuple[Source | None, str]:
    if compare is not None:
        found = Revision.objects.filter(design=design, number=compare).values_list("source", flat=True).first()
        if found is not None:
            return found, _("改訂%s") % compare
    if design.base_number is not None:
        return procedures.source_of(design.key, design.base_number), _("第%s版") % design.base_number
    return None, ""


def _groups(before: Source, after: Source) -> Iterator[ChangeGroup]:
    labels = tab_labels()
    found = differences(before, after, facts_label=fact_label)
    for title, changes in groupby(found, key=lambda change: _group(labels, change.part, after, before)):
        yield ChangeGroup(title, list(changes))


def _group(labels: dict[str, str], part: str, *sources: Source) -> str:
    """The tab that edits a part; a form of its own is named too."""
    folder, _slash, name = part.partition("/")
    forms = [one["parts"][name] for one in sources if folder == "parts" and name in one.get("parts", {})]
    title = labels[TAB_OF[folder]]
    return _("%(tab)s（%(form)s）") % {"tab": title, "form": name_of(forms[0])} if forms else title


def _revision(row: Revision, design: Design, names: dict[int, str]) -> RevisionRow:
    labels = tab_labels()
    folder, _slash, name = row.part.partition("/")
    whole = _("作成") if row.number == 1 else _("いくつかの部分")
    part = f"{labels[TAB_OF[folder]]} {name}".strip() if folder else whole
    if row.back_to:
        part = _("改訂%sへ戻した") % row.back_to
    return RevisionRow(row.number, names.get(row.editor_id or 0, ""), row.at, part, row.number == design.revision)


def _names(design: Design, rows: list[Revision]) -> dict[int, str]:
    ids = {row.editor_id for row in rows} | {design.author_id, design.requested_by_id, design.reviewer_id}
    return accounts.names_of(ids)


def _stages(design: Design, names: dict[int, str]) -> list[Moment]:
    state = design.state
    done = [Moment(_("作成"), design.created_at, names.get(design.author_id or 0, ""))]
    if state in (Design.State.DRAFT, Design.State.RETURNED):
        words = _("差戻し：%s") % design.remark if state == Design.State.RETURNED and design.remark else ""
        done[0] = Moment(_("作成"), design.changed_at, words, "now")
    asked = Moment(_("確認の依頼"), None, state="next")
    if design.requested_at and state not in Design.EDITABLE:
        is_now = state == Design.State.IN_REVIEW
        who = names.get(design.requested_by_id or 0, "")
        asked = Moment(_("確認の依頼"), design.requested_at, who, "now" if is_now else "done")
    approved = Moment(_("承認（別の人）"), None, state="next")
    if state in (Design.State.APPROVED, Design.State.PUBLISHED):
        now = "now" if state == Design.State.APPROVED else "done"
        words = "　".join(filter(None, [names.get(design.reviewer_id or 0, ""), design.remark]))
        approved = Moment(_("承認（別の人）"), design.reviewed_at, words, now)
    out = Moment(_("公開"), design.publish_at, _("予定") if design.publish_at else "", "next")
    if state == Design.State.PUBLISHED:
        out = Moment(_("公開"), design.published_at, _("第%s版") % design.published_number)
    return [*done, asked, approved, out]
