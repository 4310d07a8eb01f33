"""Loads the municipalities beside the sample city and their people. Running it again changes nothing."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.base import BaseCommand
from django.db import transaction

from tocho.core.accounts.models import User, UserKind
from tocho.core.org.management.people import MAIL_DOMAIN, read_demo
from tocho.core.org.models import Appointment, OrgUnit, Post, Rank, UnitKind, UnitVersion
from tocho.core.org.queries.structure import distrust

FOLDER = Path(settings.BASE_DIR) / "city" / "org"


class Command(BaseCommand):
    """``manage.py load_partners``: the 62 municipalities of Tokyo, each with a desk, and the sample people."""

    help = "Loads the municipalities and their sample people (idempotent)."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        source = tomllib.loads((FOLDER / "partners.toml").read_text(encoding="utf-8"))
        since = source["valid_from"]
        posts: dict[str, Post] = {}
        for position, (code, name) in enumerate(source["municipalities"], start=1):
            unit, made = OrgUnit.objects.get_or_create(code=code, defaults={"kind": UnitKind.MUNICIPALITY})
            if made:
                UnitVersion.objects.create(unit=unit, name=name, position=position, valid_from=since)
            posts[name], _made = Post.objects.get_or_create(
                unit=unit,
                title=source["office"],
                defaults={"rank": Rank.STAFF, "sole": False, "valid_from": since},
            )
        sample = {person["username"]: person for person in read_demo(FOLDER)}
        for person in source["person"]:
            about = sample[person["username"]]
            user, _made = User.objects.get_or_create(
                username=person["username"],
                defaults={
                    "kind": UserKind.EMPLOYEE,
                    "display_name": about["name"],
                    "display_name_kana": about["kana"],
                    "email": f"{person['username']}@{MAIL_DOMAIN}",
                    "password": UNUSABLE_PASSWORD_PREFIX,
                },
            )
            post = posts[person["municipality"]]
            Appointment.objects.get_or_create(user=user, post=post, defaults={"sole": False, "starts_on": since})
        distrust()
        self.stdout.write(f"区市町村 {len(posts)}")
