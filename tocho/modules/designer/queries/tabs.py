"""What the tabs of one design share: the tabs themselves, and the problems with the places they lead to."""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ..definitions import PLACE, Problem, fact_label, part_of, problems
from ..models import Design
from ..rules.difference import name_of

TABS = ("facts", "form", "tables", "process", "notices", "check", "tryout", "publish")
TAB_OF = {
    "facts": "facts",
    "form": "form",
    "parts": "form",
    "rules": "tables",
    "process": "process",
    "notices": "notices",
}


@dataclass(frozen=True)
class Tab:
    """One tab; ``count`` is how many errors wait behind it."""

    label: str
    href: str
    count: int
    current: bool


@dataclass(frozen=True)
class ProblemRow:
    """One problem for people: the tab, the place in words, the reason, where it can be mended."""

    tab: str
    place: str
    reason: str
    href: str
    is_error: bool


def tab_labels() -> dict[str, str]:
    return {
        "facts": _("事実"),
        "form": _("フォーム"),
        "tables": _("表"),
        "process": _("流れ"),
        "notices": _("通知"),
        "check": _("確認"),
        "tryout": _("試す"),
        "publish": _("公開"),
    }


def tabs_of(design: Design, found: list[Problem], *, current: str) -> list[Tab]:
    """The tabs in their order, each with the number of errors in it."""
    counts = Counter(TAB_OF[problem.folder] for problem in found if problem.is_error)
    counts["check"] = sum(counts.values())
    labels = tab_labels()
    return [Tab(labels[name], _address(design, name), counts[name], name == current) for name in TABS]


def _address(design: Design, tab: str, part: str = "form") -> str:
    return reverse(f"designer:{tab}", args=[design.id, part] if tab == "form" else [design.id])


def problem_rows(design: Design) -> list[ProblemRow]:
    """Everything that is wrong with a design, errors first, each with a link to where it is mended."""
    labels = tab_labels()
    return [
        ProblemRow(
            tab=labels[TAB_OF[one.folder]],
            place=_place(design, one),
            reason=one.reason,
            href=place_of(design, one),
            is_error=one.is_error,
        )
        for one in sorted(problems(design.source), key=lambda one: not one.is_error)
    ]


def _place(design: Design, problem: Problem) -> str:
    """``steps[0].fields[2].condition`` as people know it: ステップ「…」の質問「…」."""
    folder, _slash, name = problem.part.partition("/")
    if folder in ("form", "parts"):
        return _in_form(part_of(design.source, problem.part), problem.place)
    if name:
        return f"{name}　{problem.place}".strip()
    if problem.part == "process":
        return element_name(design.source["process"], problem.place)
    if problem.part == "facts":
        head, dot, rest = problem.place.partition(".")
        return f"{fact_label(head)}{dot and '　'}{rest}"
    return problem.place


def element_name(xml: str, element: str) -> str:
    """What an element of a process is called in its drawing; its id where it has no name."""
    found = re.search(rf'<[^<>]*\bid="{re.escape(element)}"[^<>]*>', xml) if element else None
    name = re.search(r'\bname="([^"]+)"', found[0]) if found else None
    return _("「%s」") % unescape(name[1]) if name else element


def _in_form(form: Any, place: str) -> str:
    """A place in a form, with what the form is called where it is not the application's own."""
    found = PLACE.match(place)
    try:
        step = form["steps"][int(found[1])] if found else None
        field = step["fields"][int(found[2])] if step and found and found[2] else None
    except (LookupError, TypeError):
        return place
    if step is None:
        return place
    title = _("ステップ「%s」") % name_of(step)
    return f"{title}　{_('質問「%s」') % name_of(field)}" if field else title


def tab_of(part: str) -> str:
    """The words of the tab that edits a part."""
    return str(tab_labels()[TAB_OF[part.partition("/")[0]]])


def place_of(design: Design, problem: Problem) -> str:
    """The address of the tab, at the place where it is known."""
    tab = TAB_OF[problem.folder]
    if tab == "form":
        address, place = _address(design, tab, problem.part), PLACE.match(problem.place)
        return f"{address}#step-{place[1]}" + (f"-{place[2]}" if place[2] else "") if place else address
    address = _address(design, tab)
    name = problem.part.partition("/")[2]
    if name:
        return f"{address}?name={name}"
    if problem.part == "facts" and problem.place:
        return f"{address}#fact-{problem.place.split('.')[0]}"
    return address
