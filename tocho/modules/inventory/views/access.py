from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from tocho.core.org import api as org
from tocho.engines.facts.api import EVERYTHING
from tocho.ui.forms import show_problems as put_problems

from .. import actions
from ..definitions import codebook
from ..models import ProcedureEntry
from ..permissions import bureaus_edited_by, can_edit, entries_visible_to


def fetch_entry(request: HttpRequest, entry_id: int, *, at: datetime, to_edit: bool = False) -> ProcedureEntry:
    """One entry within reach: 404 for those who may not see the inventory, 403 where only others may change it."""
    entry = entries_visible_to(request.user, at=at).filter(id=entry_id).first()
    if entry is None:
        raise Http404
    if to_edit and not can_edit(request.user, entry, at=at):
        raise PermissionDenied
    return entry


def post_label(request: HttpRequest, *, at: datetime) -> str:
    """``主税局 徴収課長``: who certifies."""
    posts = org.posts_of(request.user.pk or 0, at=at)
    return posts[0].label if posts else str(request.user)


def bureau_choices(user: Any, *, at: datetime) -> list[tuple[str, str]]:
    """The bureaus whose entries a person may change."""
    edited = bureaus_edited_by(user, at=at)
    views = org.bureaus(on=org.office_day(at))
    return [(view.code, view.name) for view in views if EVERYTHING in edited or view.code in edited]


def unit_choices(user: Any, bureaus: set[str], *, at: datetime) -> list[tuple[str, str]]:
    """The offices that may be made an owner: those of some bureaus, and the bureaus that a person may change."""
    day = org.office_day(at)
    found = dict(bureau_choices(user, at=at))
    for code in sorted(bureaus):
        found |= {view.code: view.full_name or view.name for view in org.units_below(code, on=day)} if code else {}
    return sorted(found.items())


def language_of(request: HttpRequest) -> str:
    """The reader's language."""
    return get_language() or "ja"


def show_problems(form: forms.Form, refused: actions.EntryRefused) -> None:
    """Put each problem on its field; those of other columns stand above, with the column's name."""
    put_problems(form, refused, names={key: column.ja for key, column in codebook().by_key.items()})
