"""A small procedure made from data only, with the sample city's processes, and people to go through it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail

from tocho.core.ledger.api import SYSTEM
from tocho.core.org.models import OrgUnit, UnitKind
from tocho.core.org.tests.factories import make_unit
from tocho.modules.bookings.models import Resource, Slot
from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.notices.models import NO_SEAL
from tocho.modules.notices.tests import factories as notice_factories
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application, ProcedureVersion
from tocho.modules.procedures.queries import definition

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
# as city/procedures/*/procedure.toml name them
FOREST, FOREST_COUNCIL, NONPROFIT = "R02-1100-04-05", "R02-1400-05-02", "R02-0700-03-02"
CITY = Path(settings.BASE_DIR) / "city" / "procedures"
ANSWERS = {
    "kind": "general",
    "copies": 2,
    "applicant_name": {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
    "applicant_email": "hanako@example.jp",
}
FORM = {
    "schema_version": 1,
    "title": "見本の申請",
    "steps": [
        {
            "key": "what",
            "title": "何が必要ですか",
            "fields": [
                {
                    "key": "kind",
                    "type": "choice",
                    "label": "種類",
                    "required": True,
                    "choices": [{"value": "general", "label": "一般"}, {"value": "free", "label": "無料"}],
                },
                {"key": "copies", "type": "number", "label": "通数", "required": True, "min": 1, "max": 10},
            ],
        },
        {
            "key": "who",
            "title": "あなたのこと",
            "fields": [
                {"key": "applicant_name", "type": "name", "label": "氏名", "required": True},
                {"key": "applicant_email", "type": "email", "label": "メールアドレス", "required": True},
            ],
        },
    ],
    "computed": [{"key": "fee", "expression": 'if kind = "free" then 0 else 400 * copies'}],
}
SLOT_STEP = {
    "key": "slot",
    "title": "枠を選ぶ",
    "fields": [{"key": "slot", "type": "slot", "label": "枠", "required": True, "choices_from": "course_sessions"}],
}
FACTS: dict[str, Any] = {
    "key": "mihon",
    "title": {"ja": "見本の申請", "en": "Sample application"},
    "summary": "見本です。",
    "who": "どなたでも",
    "office": UNIT,
    "duration": "3日",
    "fee": "400円",
    "law": ["見本条例第1条"],
    "category": "certificate",
    "standard_days": 3,
    "remedy": "3か月以内に審査請求ができます。",
    "draft_body": {"approve": "交付してよろしいか。", "reject": "交付しないこととしてよろしいか。"},
    "notices": {},
}


def dmn(name: str, key: str = "nozei-shomei") -> str:
    return (CITY / key / "rules" / f"{name}.dmn").read_text(encoding="utf-8")


def source(*, process: str = "nozei-shomei", form: Any = None, rules: Any = None, **facts: Any) -> dict[str, Any]:
    """The source of a version: everything that a folder of ``city/procedures`` holds."""
    return {
        "facts": {**FACTS, **facts},
        "form": form or FORM,
        "process": (CITY / process / "process.bpmn").read_text(encoding="utf-8"),
        "rules": rules or {},
        "notices": {},
    }


def make_version(**values: Any) -> ProcedureVersion:
    return authorised(actions.publish_version(source=source(**values), actor=SYSTEM, at=AT))


def authorised(version: ProcedureVersion) -> ProcedureVersion:
    """包括承認 for every sealed notice of a version, so that its notices need no 公印審査 of their own."""
    compiled = definition(version.id)
    for outcome, spec in compiled.facts.notices.items():
        if spec.profile != NO_SEAL:
            notice_factories.authorised(
                kind=f"{compiled.facts.key}.{outcome}",
                source=compiled.notices[spec.template],
                profile=spec.profile,
                unit=version.unit,
            )
    return version


def make_course_version(**values: Any) -> ProcedureVersion:
    """A procedure with seats and a waiting list that a rule decides."""
    return make_version(**COURSE | values)


COURSE: dict[str, Any] = {
    "key": "koza",
    "process": "koza-uketsuke",
    "category": "course",
    "form": {**FORM, "steps": [SLOT_STEP, FORM["steps"][1]], "computed": []},  # type: ignore[index]
    "rules": {"auto": dmn("auto", "koza-uketsuke"), "checks": dmn("checks", "koza-uketsuke")},
    "auto": {"article": "要領第2条"},
    "booking": {"field": "slot", "kind": "course_sessions", "waiting_list": True},
}


def make_slot(*, capacity: int = 1, days: int = 5) -> Slot:
    resource, _made = Resource.objects.get_or_create(
        key="koza", defaults={"kind": "course_sessions", "name": "講座", "unit": UNIT}
    )
    starts_at = AT + timedelta(days=days)
    return Slot.objects.create(
        resource=resource, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=capacity, people=20
    )


def submit(version: ProcedureVersion, *, user_id: int | None = None, at: datetime = AT, **answers: Any) -> Application:
    """An application filled in and submitted."""
    application = actions.start_application(version=version, user_id=user_id, language="ja", at=at)
    known = {key: value for key, value in ANSWERS.items() if key in str(version.source["form"])}
    actions.save_answers(application_id=application.id, answers={**known, **answers}, at=at)
    return actions.submit_application(application_id=application.id, at=at)


@dataclass(frozen=True)
class World:
    """An office and a free procedure of its own (no fee, so that the examination begins at once)."""

    office: Office
    version: ProcedureVersion


def mail_to(email: str, subject: str) -> Any:
    """The one mail to somebody whose subject holds these words."""
    found = [one for one in mail.outbox if email in one.to and subject in one.subject]
    assert len(found) == 1, [(one.to, one.subject) for one in mail.outbox]
    return found[0]


def make_world(**values: Any) -> World:
    return World(make_office(), make_version(**values))


def make_parks() -> dict[str, OrgUnit]:
    """The office of the city's park permits and the sections that it asks, by code, beside the offices of the forests
    and of nonprofit corporations; loading the city needs them.
    """
    works, planning = make_unit("R02-1600", "建設局", position=16), make_unit("R02-0900", "都市整備局", position=9)
    farming = make_unit("R02-1400-05", "農林水産部", parent=make_unit("R02-1400", "産業労働局", position=14))
    make_unit(FOREST_COUNCIL, "計画課", parent=farming)
    nature = make_unit("R02-1100-04", "自然環境部", parent=make_unit("R02-1100", "環境局", position=11))
    make_unit(FOREST, "指導課", parent=nature)
    make_unit(NONPROFIT, "管理法人課", kind=UnitKind.SECTION)
    parks = make_unit("R02-1600-06", "公園緑地部", parent=works)
    roads = make_unit("R02-1600-03", "道路管理部", parent=works)
    policy = make_unit("R02-0900-02", "都市づくり政策部", parent=planning)
    return {
        "R02-1600-06-01": make_unit("R02-1600-06-01", "管理課", parent=parks),
        "R02-1600-06-02": make_unit("R02-1600-06-02", "計画課", parent=parks),
        "R02-1600-03-01": make_unit("R02-1600-03-01", "管理課", parent=roads),
        "R02-0900-02-02": make_unit("R02-0900-02-02", "計画課", parent=policy),
    }
