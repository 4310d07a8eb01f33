"""Makes up the employees of the sample city: the same names, numbers and posts at every run."""

import csv
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tocho.core.org.management.structure import City, PostSpec, UnitSpec
from tocho.core.org.models import Rank

SEED = 2020_11_20
MAIL_DOMAIN = "tocho.example"
ONE_IN_VACANT = 60  # one section chief's post in so many is vacant, and the division chief acts for it (事務取扱)


@dataclass(frozen=True)
class Name:
    """Family and given name, a blank between, and the same in katakana."""

    text: str
    kana: str


@dataclass(frozen=True)
class Employee:
    """A made-up employee in a post (of a unit, by its title) since a day."""

    number: str
    name: Name
    unit_code: str
    title: str
    starts_on: date

    @property
    def email(self) -> str:
        return f"{self.number}@{MAIL_DOMAIN}"


class Names:
    """Draws names as often as they occur."""

    def __init__(self, folder: Path, source: random.Random) -> None:
        families = _rows(folder / "family_names.csv")
        self.families = [(row["name"], row["kana"]) for row in families]
        self.weights = [int(row["weight"]) for row in families]
        self.given = [(row["name"], row["kana"]) for row in _rows(folder / "given_names.csv")]
        self.source = source

    def draw(self, count: int) -> Iterator[Name]:
        families = self.source.choices(self.families, weights=self.weights, k=count)
        for (family, family_kana), (given, given_kana) in zip(
            families, self.source.choices(self.given, k=count), strict=True
        ):
            yield Name(f"{family} {given}", f"{family_kana} {given_kana}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_demo(folder: Path) -> list[dict[str, Any]]:
    """The people of the sample sign-ins."""
    people: list[dict[str, Any]] = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))["person"]
    return people


def employees(city: City, folder: Path, *, taken: set[tuple[str, str]]) -> list[Employee]:
    """Everybody but the people of the sample sign-ins, who hold the ``taken`` posts (unit code, title) already."""
    source = random.Random(SEED)  # noqa: S311  a sample, not a secret
    seats = [
        (unit, post)
        for unit in city.units
        for post in unit.posts
        for _seat in range(post.seats)
        if not (post.sole and (unit.code, post.title) in taken) and not _vacant(unit, post, source)
    ]
    names = Names(folder, source).draw(len(seats))
    return [
        Employee(f"{number:08d}", name, unit.code, post.title, _since(city.valid_from, source))
        for number, ((unit, post), name) in enumerate(zip(seats, names, strict=True), start=10_000_001)
    ]


def _vacant(unit: UnitSpec, post: PostSpec, source: random.Random) -> bool:
    return post.rank == Rank.SECTION_CHIEF and source.randrange(ONE_IN_VACANT) == 0


def _since(valid_from: date, source: random.Random) -> date:
    """Most were moved on 1 April, some on 1 July or 1 October (定期異動, 期中異動)."""
    month = source.choices((4, 7, 10), weights=(88, 8, 4))[0]
    return valid_from.replace(month=month)
