"""Reads ``city/org/bureaus.toml`` into units and posts, without touching the database."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tocho.core.org.models import Duty, Rank, UnitKind

PEOPLE_A_SECTION = 18  # about so many; a division has as many sections as its share of the staff needs
SHARE_OF_DEPUTIES = 0.2
DUTIES = {  # special duties of all posts of a section
    "戦略政策情報推進本部 ICT推進部 構造改革推進課": Duty.REFORM,  # may follow every figure (engines.facts)
    "総務局 公文書館 管理課": Duty.ARCHIVES,  # takes over what is historical (records)
    "戦略政策情報推進本部 ICT推進部 情報基盤課": Duty.OPERATIONS,  # tends what stands still (portal.permissions)
}
FIELDS = ("庶務", "企画", "調整", "管理", "審査", "指導", "推進", "計画", "相談", "情報")


@dataclass
class PostSpec:
    """A post to be, and how many people shall hold it."""

    title: str
    rank: Rank
    seats: int = 1
    serves_as: str = ""

    @property
    def sole(self) -> bool:
        return self.rank >= Rank.DEPUTY_SECTION_CHIEF


@dataclass
class UnitSpec:
    """A unit to be, with its posts."""

    code: str
    name: str
    kind: UnitKind
    parent: "UnitSpec | None"
    position: int
    posts: list[PostSpec] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        above = self.parent.full_name if self.parent else ""
        return (
            f"{above} {self.name}" if above and self.parent and self.parent.kind != UnitKind.GOVERNMENT else self.name
        )


@dataclass
class City:
    """The whole organisation: parents before their children."""

    valid_from: date
    units: list[UnitSpec]


def read_city(folder: Path) -> City:
    """The organisation of the sample city, the same at every reading.

    :raises KeyError: when a bureau lacks its name or staff.
    """
    source = tomllib.loads((folder / "bureaus.toml").read_text(encoding="utf-8"))
    root = _government(source["government"])
    units = [root]
    for number, bureau in enumerate(source["bureau"], start=1):
        units += _bureau(bureau, number, None if bureau.get("independent") else root, source["patterns"])
    return City(source["valid_from"], units)


def _government(source: dict[str, Any]) -> UnitSpec:
    root = UnitSpec(source["code"], source["name"], UnitKind.GOVERNMENT, None, 0)
    root.posts.append(PostSpec("知事", Rank.GOVERNOR))
    root.posts += [PostSpec(f"副知事（{field_}）", Rank.VICE_GOVERNOR) for field_ in source["vice_governors"]]
    return root


def _bureau(
    source: dict[str, Any], number: int, parent: UnitSpec | None, patterns: dict[str, list[str]]
) -> Iterator[UnitSpec]:
    bureau = UnitSpec(f"R02-{number:02d}00", source["name"], UnitKind.BUREAU, parent, number)
    bureau.posts.append(PostSpec(source.get("chief", "局長"), Rank.BUREAU_CHIEF))
    yield bureau
    divisions = source.get("divisions", [])
    if not divisions:
        yield from _sections(bureau, source["sections"], staff=source["staff"] - 1, first_in_bureau=True)
        return
    share = (source["staff"] - 1) // len(divisions)
    for index, division_source in enumerate(divisions, start=1):
        name = division_source["name"]
        division = UnitSpec(f"{bureau.code}-{index:02d}", name, UnitKind.DIVISION, bureau, index)
        division.posts.append(PostSpec(_division_chief(name), Rank.DIVISION_CHIEF))
        yield division
        sections = division_source.get("sections") or _pattern(name, patterns, share)
        yield from _sections(division, sections, staff=share - 1, first_in_bureau=index == 1)


def _division_chief(name: str) -> str:
    for ending in ("部", "所", "館", "支庁", "本部", "場"):
        if name.endswith(ending):
            return {"支庁": "支庁長", "本部": "本部長", "場": "場長"}.get(ending, ending + "長")
    return "所長" if name.endswith("センター") else "院長" if name.endswith("病院") else "部長"


def _pattern(name: str, patterns: dict[str, list[str]], staff: int) -> list[str]:
    wanted = max(2, round(staff / PEOPLE_A_SECTION))
    endings = [ending for ending in patterns if ending != "default" and name.endswith(ending)]
    names = patterns[max(endings, key=len, default="default")]
    return names[: max(wanted, 3)]


def _sections(parent: UnitSpec, names: list[str], *, staff: int, first_in_bureau: bool) -> Iterator[UnitSpec]:
    for index, name in enumerate(names, start=1):
        section = UnitSpec(f"{parent.code}-{index:02d}", name, UnitKind.SECTION, parent, index)
        people = staff // len(names) + (1 if index <= staff % len(names) else 0)
        section.posts = _section_posts(section, people, reviews=first_in_bureau and index == 1)
        yield section


def _section_posts(section: UnitSpec, people: int, *, reviews: bool) -> list[PostSpec]:
    """Chief, deputies for each field of work, and about as many 主任 as 主事 (Tokyo: 35, 37, 20 and 6 in a hundred)."""
    posts = [PostSpec("科長" if section.name.endswith("科") else "課長", Rank.SECTION_CHIEF)]
    deputies = max(1, round(people * SHARE_OF_DEPUTIES))
    fields = ["納税証明", *FIELDS] if section.full_name == "主税局 徴収部 徴収課" else list(FIELDS)
    if reviews:
        posts.append(PostSpec("課長代理（文書担当）", Rank.DEPUTY_SECTION_CHIEF, serves_as=Duty.LEGAL_REVIEW))
        posts.append(PostSpec("課長代理（人事担当）", Rank.DEPUTY_SECTION_CHIEF, serves_as=Duty.PERSONNEL))
        deputies -= 2
    for index in range(deputies):
        name = fields[index % len(fields)] + ("" if index < len(fields) else f"第{index // len(fields) + 1}")
        posts.append(PostSpec(f"課長代理（{name}担当）", Rank.DEPUTY_SECTION_CHIEF))
    rest = max(people - len(posts), 2)
    posts += [
        PostSpec("主任", Rank.SENIOR, seats=rest // 2),
        PostSpec("主事", Rank.STAFF, seats=rest - rest // 2),
    ]
    duty = DUTIES.get(section.full_name)
    return [replace(post, serves_as=duty) for post in posts] if duty else posts
