"""What the pages of the notices show, and the sample data that a template is tried with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from tocho.core.calendar.api import office_day
from tocho.engines.documents.api import Sketch, qr_svg, sketch
from tocho.modules.procedures.api import in_language

from ..definitions import tolerant_form
from ..definitions.names import names_of
from ..models import Design
from ..rules.letters import KINDS, WRITTEN, Block, Letter, lacking, read_letter
from ..rules.samples import sample_answers, sample_data

OUTCOMES = ("approve", "reject")


def rounds_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rounds of a procedure whose facts may be faulty, as (key, title)."""
    found = facts.get("rounds")
    rows = [one for one in found if isinstance(one, dict) and one.get("key")] if isinstance(found, list) else []
    return [(str(one["key"]), in_language(one.get("title") or str(one["key"]), "ja")) for one in rows]


def outcomes_of(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """All under which a notice may go out: of the procedure, and of each of its rounds."""
    return (*OUTCOMES, *(f"{key}_{outcome}" for key, _title in rounds_of(facts) for outcome in OUTCOMES))


ISSUERS = {"disposition": "東京都知事", "organisation": "東京都", "none": "東京都"}


@dataclass(frozen=True)
class Mapped:
    """What ``facts.notices`` says of a template: title, who signs, the rows, and the outcomes that use it. ``agent``:
    whether it names who acted for the applicant."""

    outcomes: tuple[str, ...]
    title: str
    title_en: str
    profile: str
    rows: tuple[tuple[str, str], ...]
    title_easy: str = ""
    agent: str = "by_profile"


@dataclass(frozen=True)
class NoticeRow:
    """One notice in the list."""

    name: str
    title: str
    outcomes: tuple[str, ...]
    is_letter: bool


@dataclass(frozen=True)
class BlockView:
    """A block as it is edited."""

    at: int
    kind: str
    label: Promise
    note: Promise
    text: str
    is_written: bool


@dataclass(frozen=True)
class RowView:
    """A row of the notice: its label, and the field or expression that fills it."""

    at: int
    label: str
    source: str
    is_known: bool


@dataclass(frozen=True)
class NoticePage:
    """One notice: its place in the procedure, its blocks or its source."""

    name: str
    mapped: Mapped
    blocks: tuple[BlockView, ...] | None
    rows: tuple[RowView, ...]
    sources: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, Promise], ...]
    lacking: tuple[Promise, ...]


def notice_rows(design: Design) -> list[NoticeRow]:
    """The notices of a design, with the outcomes that send them."""
    found = []
    for name, source in design.source["notices"].items():
        mapped = mapped_of(design.source, name)
        found.append(NoticeRow(name, mapped.title or name, mapped.outcomes, read_letter(source) is not None))
    return found


def mapped_of(source: Mapping[str, Any], name: str) -> Mapped:
    """What the facts say of a template; empty where nothing names it."""
    raw = source["facts"].get("notices")
    specs = {key: spec for key, spec in raw.items() if isinstance(spec, dict)} if isinstance(raw, dict) else {}
    using = {outcome: spec for outcome, spec in specs.items() if spec.get("template") == name}
    spec = next(iter(using.values()), {})
    title = spec.get("title", "")
    rows = spec.get("rows")
    return Mapped(
        outcomes=tuple(outcome for outcome in using if outcome != name),
        title=in_language(title, "ja") if isinstance(title, str | dict) else "",
        title_en=in_language(title, "en") if isinstance(title, dict) else "",
        profile=str(spec.get("profile", "none")),
        rows=tuple((str(label), str(text)) for label, text in rows.items()) if isinstance(rows, dict) else (),
        title_easy=str(title.get("easy", "")) if isinstance(title, dict) else "",
        agent=str(spec.get("agent", "by_profile")),
    )


def row_sources(source: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What may fill a row: each question of the form as people read its answer."""
    return tuple((f"display.{name.key}", name.label) for name in names_of(source) if name.origin == "form")


def notice_page(design: Design, name: str, letter: Letter | None, mapped: Mapped) -> NoticePage:
    """The page of one notice as it stands or as it was typed; ``letter`` None shows the source."""
    sources = row_sources(design.source)
    known = {key for key, _label in sources}
    outcome = "reject" if any(one.endswith("reject") for one in mapped.outcomes) else "approve"
    return NoticePage(
        name=name,
        mapped=mapped,
        blocks=None if letter is None else tuple(_block(at, block) for at, block in enumerate(letter)),
        rows=tuple(RowView(at, label, text, text in known) for at, (label, text) in enumerate(mapped.rows)),
        sources=sources,
        kinds=tuple((kind, label) for kind, (label, _note) in KINDS.items()),
        lacking=() if letter is None else tuple(lacking(letter, outcome=outcome)),
    )


def _block(at: int, block: Block) -> BlockView:
    label, note = KINDS[block.kind]
    return BlockView(at, block.kind, label, note, block.text, block.kind in WRITTEN)


def notice_sketch(design: Design, source: str, mapped: Mapped, *, at: datetime) -> Sketch:
    """A template with sample data of the design's form: pages, PDF, or what is wrong with it."""
    on = office_day(at)
    form, _problems = tolerant_form(design.source["form"])
    data = sample_data(form, sample_answers(design.source["form"], on=on), dict(mapped.rows), on=on)
    data |= {
        "title": mapped.title or design.title or "（題名）",
        "profile": mapped.profile,
        "issuer": ISSUERS.get(mapped.profile, "東京都"),
        "remedy": in_language(design.source["facts"].get("remedy") or "", "ja"),
    }
    data["verify"]["qr_svg"] = qr_svg(data["verify"]["url"])
    return sketch(source, data)
