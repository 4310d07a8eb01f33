from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from tocho.core.org import api as org
from tocho.engines.facts.api import EVERYTHING
from tocho.ui.forms import show_problems as put_problems

from ..actions import SealRefused
from ..definitions import BY_KEY
from ..models import SealRequirement, SealRule
from ..permissions import bureaus_answered_by, can_change, can_see_seals, requirements_visible_to, rules_visible_to


def need_sight(request: HttpRequest, *, at: datetime) -> None:
    """403 for those who may not see the survey."""
    if not can_see_seals(request.user, at=at):
        raise PermissionDenied


def fetch_requirement(
    request: HttpRequest, requirement_id: int, *, at: datetime, to_change: bool = False
) -> SealRequirement:
    """One requirement within reach: 404 for those who may not see it, 403 where only others may change it."""
    rows = requirements_visible_to(request.user, at=at).select_related("rule")
    found = rows.filter(id=requirement_id).first()
    if found is None:
        raise Http404
    if to_change and not can_change(request.user, found.unit, at=at):
        raise PermissionDenied
    return found


def fetch_rule(request: HttpRequest, rule_id: int, *, at: datetime, to_change: bool = False) -> SealRule:
    """One rule within reach, as above."""
    found = rules_visible_to(request.user, at=at).filter(id=rule_id).first()
    if found is None:
        raise Http404
    if to_change and not can_change(request.user, found.unit, at=at):
        raise PermissionDenied
    return found


def bureau_choices(user: Any, *, at: datetime) -> list[tuple[str, str]]:
    """The bureaus for which a person may answer."""
    mine = bureaus_answered_by(user, at=at)
    views = org.bureaus(on=org.office_day(at))
    return [(view.code, view.name) for view in views if EVERYTHING in mine or view.code in mine]


def home_bureau(user: Any, *, at: datetime) -> str:
    """Code of the bureau of a person's main post."""
    posts = org.posts_of(user.pk or 0, at=at)
    return org.bureau_of(posts[0].unit_code, on=org.office_day(at)).code if posts else ""


def unit_choices(user: Any, *extra: str, at: datetime) -> list[tuple[str, str]]:
    """The offices that may be named: bureaus that a person answers for, all offices of the own and of ``extra``."""
    day = org.office_day(at)
    found = dict(bureau_choices(user, at=at))
    for code in {home_bureau(user, at=at), *(org.bureau_of(unit, on=day).code for unit in extra)} & set(found):
        found |= {view.code: view.full_name or view.name for view in org.units_below(code, on=day)}
    return sorted(found.items())


def show_problems(form: forms.Form, refused: SealRefused) -> None:
    """Put each problem on its field; those of other columns stand above, with the column's name."""
    put_problems(form, refused, names={key: column.ja for key, column in BY_KEY.items()})
