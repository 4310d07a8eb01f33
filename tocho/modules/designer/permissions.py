"""Who may open, edit and approve a design: the office that owns it, and for approval also those above it."""

from datetime import datetime

from django.db.models import QuerySet

from tocho.core.org import api as org

from .models import Design, Revision


def owner_units(user_id: int, *, at: datetime) -> frozenset[str]:
    """The offices for which a person may make procedures: those whose posts they hold now."""
    return org.unit_codes_of(user_id, at=at)


def designs_editable_by(user_id: int, *, at: datetime) -> QuerySet[Design]:
    """The designs of a person's own offices. Whether one can be edited now is its state's matter (``is_editable``)."""
    return Design.objects.filter(unit__in=owner_units(user_id, at=at))


def design_editable_by(user_id: int, design_id: int, *, at: datetime) -> Design | None:
    """One of ``designs_editable_by``; None for any other."""
    return designs_editable_by(user_id, at=at).filter(id=design_id).first()


def designs_visible_to(user_id: int, *, at: datetime) -> QuerySet[Design]:
    """The designs of a person's own offices and of those below them: what they may read and approve."""
    return Design.objects.filter(unit__in=_with_those_below(owner_units(user_id, at=at), at=at))


def _with_those_below(codes: frozenset[str], *, at: datetime) -> set[str]:
    day = org.office_day(at)
    found: set[str] = set()
    todo = list(codes)
    while todo:
        code = todo.pop()
        if code in found:
            continue
        found.add(code)
        try:
            todo += [child.code for child in org.children_of(code, on=day)]
        except org.UnknownUnit:  # an office of the past that this one took over
            continue
    return found


def can_edit(user_id: int, design: Design, *, at: datetime) -> bool:
    """Whether a person may change a design as it stands now."""
    return design.is_editable and design.unit in owner_units(user_id, at=at)


def can_review(user_id: int, design: Design, *, at: datetime) -> bool:
    """Whether a person may approve or return: in reach, neither the one who asked for it nor one who wrote in it."""
    if design.state != Design.State.IN_REVIEW or user_id == design.requested_by_id:
        return False
    is_reached = designs_visible_to(user_id, at=at).filter(id=design.id).exists()
    return is_reached and not wrote_in(user_id, design)


def wrote_in(user_id: int, design: Design) -> bool:
    """Whether a person saved any revision of a design."""
    return Revision.objects.filter(design=design, editor_id=user_id).exists()
