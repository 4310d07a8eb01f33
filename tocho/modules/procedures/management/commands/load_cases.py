"""Sample cases on their way: filed, taken, asked for a correction, drafted, withdrawn."""

import io
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.calendar import api as calendar
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import current_version

FOLDER = Path(settings.BASE_DIR, "city", "cases")
GUEST = "guest"
LATER = timedelta(hours=2)  # from one act to the next
CORRECTED_IN = timedelta(days=14)


class Command(BaseCommand):
    help = "Load the sample city's cases, once."

    @transaction.atomic  # one mistake in the file files nothing
    def handle(self, *args: object, **options: object) -> None:
        city = tomllib.loads((FOLDER / "samples.toml").read_text(encoding="utf-8"))
        if Application.objects.filter(user__username__in=city["people"]).exists():
            self.stdout.write("見本の案件はあります")
            return
        morning = timezone.localtime().replace(hour=9, minute=40, second=0)
        for told in city["case"]:
            Case(city, told, at=morning - timedelta(days=told["days_ago"])).tell()
        self.stdout.write(f"見本の案件 {len(city['case'])} 件")


class Case:
    """One case while its story is told, and the hour that the story has come to."""

    def __init__(self, city: dict[str, Any], told: dict[str, Any], *, at: datetime) -> None:
        self.told, self.at = told, at
        self.person = User.objects.filter(username=told.get("person", "")).first()
        about = city["people"][told.get("person") or told.get("about") or GUEST]
        self.answers = {**about, **city["answers"].get(told.get("answers", ""), {}), **told.get("changes", {})}

    def tell(self) -> None:
        """File it, and go on as far as its story goes."""
        case = self._filed()
        if self.told["story"] == "withdrawn":
            actions.withdraw_application(application_id=case.id, reason="車を手放したため", at=self._later())
        elif self.told["story"] != "filed":
            self._examined(case, User.objects.get(username=self.told["officer"]))

    def _filed(self) -> Application:
        application = actions.start_application(
            version=current_version(self.told["procedure"]),
            user_id=self.person.id if self.person else None, language="ja", at=self.at,
        )  # fmt: skip
        answers = {key: self._value(value) for key, value in self.answers.items()}
        actions.save_answers(application_id=application.id, answers=answers, at=self.at)
        giver = Actor(user_id=self.person.id if self.person else None)
        for key in self.told.get("documents", ()):
            actions.give_document(
                application_id=application.id, key=key, party="applicant", file_ids=[self._file()["id"]], seen=0,
                actor=giver, at=self.at,
            )  # fmt: skip
        return actions.submit_application(application_id=application.id, at=self.at)

    def _examined(self, case: Application, officer: User) -> None:
        actor = org.actor_of(officer.id, at=self.at)
        task = next(one for one in process.tasks_of(actions.subject_of(case)) if one.kind == "procedures.examine")
        process.claim(task.id, user_id=officer.id, at=self._later())
        words, story = self.told.get("words", ""), self.told["story"]
        if story == "correcting":
            actions.request_correction(
                application_id=case.id, message=words, fields=self.told["asked"],
                deadline_on=calendar.office_day(self.at + CORRECTED_IN), actor=actor, at=self._later(),
            )  # fmt: skip
        elif story in ("drafted", "refusal"):
            outcome = "approve" if story == "drafted" else "reject"
            actions.draft_decision(
                application_id=case.id, outcome=outcome, reasons=words, body="", actor=actor, at=self._later()
            )

    def _later(self) -> datetime:
        self.at += LATER
        return self.at

    def _value(self, value: Any) -> Any:
        """An answer; "@year", "@file" and "@90" stand for what is known only when the case is filed."""
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        today = calendar.office_day(self.at)
        if value == "@year":
            return str(calendar.fiscal_year(today))
        return [self._file()] if value == "@file" else (today + timedelta(days=int(value[1:]))).isoformat()

    def _file(self) -> dict[str, Any]:
        paper = io.BytesIO((FOLDER / "paper.png").read_bytes())
        giver = Actor(user_id=self.person.id if self.person else None)
        kept = files.store(paper, name="書類の見本.png", by=giver, at=self.at)
        return {"id": kept.id, "name": kept.name, "size": kept.size}
