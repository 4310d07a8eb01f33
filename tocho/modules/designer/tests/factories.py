"""A design with everything in it: made from the procedures of the sample city and from the small one of procedures."""

from datetime import UTC, datetime
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.org.models import OrgUnit
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.modules.designer import actions
from tocho.modules.designer.models import Design
from tocho.modules.procedures.tests.factories import source
from tocho.ui.testing import Page

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
__all__ = ["AT", "by", "colleague_of", "make_design", "sent", "source"]


def by(user: User) -> Actor:
    return Actor(user_id=user.id)


def make_design(author: User, *, unit: str, at: datetime = AT, **values: Any) -> Design:
    made = source(**values)
    made["facts"]["office"] = unit
    return actions.start_design(source=made, unit=unit, actor=by(author), at=at)


def colleague_of(unit: str, username: str = "onaji") -> User:
    """Another employee of the same office."""
    return make_officer(username, make_post(OrgUnit.objects.get(code=unit), "主任"))


def sent(page: Page) -> dict[str, Any]:
    """Everything that a browser sends of a page on which nothing was changed: boxes, areas and choices too."""
    values: dict[str, Any] = page.fields
    for box in page.tree.iter("input"):
        if box.get("type") == "checkbox" and "checked" in box.attrib:
            others = values.get(box.get("name", ""))
            value = box.get("value", "on")
            values[box.get("name", "")] = [*others, value] if isinstance(others, list) else [value]
    for area in page.tree.iter("textarea"):
        values[area.get("name", "")] = (area.text or "").removeprefix("\n")
    for choice in page.tree.iter("select"):
        options = list(choice.iter("option"))
        chosen = [one for one in options if "selected" in one.attrib] or options[:1]
        values |= {choice.get("name", ""): one.get("value", "") for one in chosen}
    return {name: value for name, value in values.items() if name}
