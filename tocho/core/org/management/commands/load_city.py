"""Loads the sample city's organisation and people. Running it again changes nothing."""

import time
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tocho.core.accounts.models import User, UserKind
from tocho.core.ledger import api as ledger
from tocho.core.org.management.people import MAIL_DOMAIN, Employee, employees, read_demo
from tocho.core.org.management.structure import City, read_city
from tocho.core.org.models import Appointment, AppointmentKind, OrgUnit, Post, Rank, UnitKind, UnitVersion
from tocho.core.org.queries.structure import distrust

FOLDER = Path(settings.BASE_DIR) / "city" / "org"
BATCH = 5000
PostKey = tuple[str, str]


class Command(BaseCommand):
    """``manage.py load_city``: bureaus, posts, about 20,000 employees and the people of the sample sign-ins."""

    help = "Loads the sample city's organisation and people (idempotent)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        started = time.monotonic()
        city = read_city(FOLDER)
        if OrgUnit.objects.filter(code=city.units[0].code).exists():
            self.stdout.write("組織と職員は読み込み済みです。")
            return
        with transaction.atomic():
            posts = self._load_structure(city)
            count = self._load_people(city, posts)
            data: dict[str, ledger.JSON] = {"units": len(city.units), "posts": len(posts), "people": count}
            ledger.append(
                subject=ledger.Subject("city", 1),
                kind="org.city_loaded",
                actor=ledger.SYSTEM,
                at=timezone.now(),
                data=data,
            )
        distrust()
        self.stdout.write(
            f"組織 {len(city.units)}、職 {len(posts)}、職員 {count:,} 人 （{time.monotonic() - started:.1f} 秒）"
        )

    def _load_structure(self, city: City) -> dict[PostKey, Post]:
        units = {spec.code: OrgUnit(code=spec.code, kind=spec.kind) for spec in city.units}
        OrgUnit.objects.bulk_create(units.values(), batch_size=BATCH)
        UnitVersion.objects.bulk_create(
            [
                UnitVersion(
                    unit=units[spec.code],
                    name=spec.name,
                    parent=units[spec.parent.code] if spec.parent else None,
                    position=spec.position,
                    valid_from=city.valid_from,
                )
                for spec in city.units
            ],
            batch_size=BATCH,
        )
        self.stdout.write(f"組織を読み込みました（{len(units):,}）。")
        posts = {
            (spec.code, post.title): Post(
                unit=units[spec.code],
                title=post.title,
                rank=post.rank,
                sole=post.sole,
                serves_as=post.serves_as,
                position=position,
                valid_from=city.valid_from,
            )
            for spec in city.units
            for position, post in enumerate(spec.posts)
        }
        Post.objects.bulk_create(posts.values(), batch_size=BATCH)
        self.stdout.write(f"職を読み込みました（{len(posts):,}）。")
        return posts

    def _load_people(self, city: City, posts: dict[PostKey, Post]) -> int:
        demo = self._load_demo(city, posts)
        staff = employees(city, FOLDER, taken=demo)
        users = [_user(person) for person in staff]
        User.objects.bulk_create(users, batch_size=BATCH)
        self.stdout.write(f"職員を読み込みました（{len(users):,}）。")
        appointments = [
            _appointment(user, posts[person.unit_code, person.title], person.starts_on)
            for user, person in zip(users, staff, strict=True)
        ]
        Appointment.objects.bulk_create(appointments, batch_size=BATCH)
        acting = _acting(city, posts, appointments, demo)
        Appointment.objects.bulk_create(acting)
        self.stdout.write(f"発令を読み込みました（{len(appointments) + len(demo):,}、事務取扱 {len(acting)}）。")
        return len(users) + len(read_demo(FOLDER))

    def _load_demo(self, city: City, posts: dict[PostKey, Post]) -> set[PostKey]:
        """Creates the people of the sample sign-ins; returns the posts (unit code, title) that they hold."""
        codes = {unit.full_name: unit.code for unit in city.units}
        held: set[PostKey] = set()
        for person in read_demo(FOLDER):
            user = User.objects.create(
                username=person["username"],
                email=person.get("email", f"{person['username']}@{MAIL_DOMAIN}"),
                kind=person.get("kind", UserKind.EMPLOYEE),
                display_name=person["name"],
                display_name_kana=person["kana"],
                password=UNUSABLE_PASSWORD_PREFIX,
                is_superuser=person.get("superuser", False),
                is_staff=person.get("superuser", False),
            )
            if "unit" in person:
                key = (codes[person["unit"]], person["title"])
                _appointment(user, posts[key], city.valid_from).save()
                held.add(key)
        return held


def _user(person: Employee) -> User:
    return User(
        username=person.number,
        email=person.email,
        kind=UserKind.EMPLOYEE,
        display_name=person.name.text,
        display_name_kana=person.name.kana,
        password=UNUSABLE_PASSWORD_PREFIX,
    )


def _appointment(user: User, post: Post, starts_on: date, kind: AppointmentKind = AppointmentKind.MAIN) -> Appointment:
    return Appointment(user=user, post=post, kind=kind, sole=post.sole, starts_on=starts_on)


def _acting(
    city: City, posts: dict[PostKey, Post], appointments: list[Appointment], demo: set[PostKey]
) -> list[Appointment]:
    """Where a section has no chief, the chief of its division acts (事務取扱)."""
    holder = {appointment.post_id: appointment.user for appointment in appointments}
    chiefs = {
        unit.code: posts[unit.code, post.title]
        for unit in city.units
        for post in unit.posts
        if post.rank in (Rank.SECTION_CHIEF, Rank.DIVISION_CHIEF, Rank.BUREAU_CHIEF)
    }
    found = []
    for unit in city.units:
        chief = chiefs.get(unit.code)
        if unit.kind != UnitKind.SECTION or unit.parent is None or chief is None:
            continue
        if chief.id not in holder and (unit.code, chief.title) not in demo:
            user = holder[chiefs[unit.parent.code].id]
            found.append(_appointment(user, chief, city.valid_from, AppointmentKind.ACTING))
    return found
