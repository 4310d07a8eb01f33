"""The offices that a design may name as the one that examines."""

from datetime import date

from tocho.core.org import api as org


def office_choices(unit_code: str, *, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The sections of the bureau of a unit, grouped by division, as (group, [(code, name), …]) for a select."""
    try:
        bureau = org.bureau_of(unit_code, on=on)
    except org.UnknownUnit:
        return []
    groups = [(bureau.name, [(bureau.code, bureau.name)])]
    for division in org.children_of(bureau.code, on=on):
        sections = [(one.code, one.full_name) for one in org.children_of(division.code, on=on)]
        groups.append((division.name, [(division.code, division.full_name), *sections]))
    return groups
