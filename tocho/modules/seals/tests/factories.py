"""Two bureaus with their chiefs, the reform team, a round of the survey, and affairs in which papers are sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit, make_user
from tocho.lib.csvfile import csv_chunks
from tocho.modules.seals import actions
from tocho.modules.seals.models import SealRequirement, SealRule, SealSurvey

AT = datetime(2020, 11, 20, 1, tzinfo=UTC)
TODAY, AS_OF = date(2020, 11, 20), date(2020, 10, 31)
TAX, SECTION, CULTURE = "R02-0600", "R02-0600-05-01", "R02-0700"
HABIT = {
    "affair": "会議出席の報告", "document": "出席報告書", "direction": "internal", "seal": "private", "basis": "habit",
    "purpose": "intent", "volume": 120,
}  # fmt: skip
RULED = {
    "affair": "休暇の申請", "document": "休暇届", "direction": "internal", "seal": "private", "basis": "regulation",
    "basis_text": "職員の休暇に関する規則第3条", "volume": 900, "substitute": "decision",
}  # fmt: skip
LAW = {
    "affair": "許可の申請", "document": "申請書", "direction": "inbound", "seal": "registered", "basis": "law",
    "basis_text": "見本法第5条", "disposition": "by_law",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Who does what: the tax bureau's officer and chief, another bureau's, the reform team's, a resident."""

    tax: User
    chief: User
    culture: User
    planner: User
    resident: User
    survey: SealSurvey


def make_world() -> World:
    tax = make_unit(TAX, "主税局")
    section = make_unit(SECTION, "徴収課", parent=make_unit("R02-0600-05", "徴収部", parent=tax))
    culture = make_unit(CULTURE, "生活文化局", position=1)
    rooms = make_unit("R02-0700-03-01", "地域活動推進課", parent=make_unit("R02-0700-03", "都民生活部", parent=culture))
    reform = make_unit("R02-0300", "戦略政策情報推進本部", position=2)
    planner = make_officer("watanabe", make_post(reform, "課長", Rank.SECTION_CHIEF, serves_as="reform"))
    return World(
        tax=make_officer("takahashi", make_post(section, "主事"), "高橋 健一"),
        chief=make_officer("sato", make_post(section, "課長", Rank.SECTION_CHIEF), "佐藤 恵子"),
        culture=make_officer("kato", make_post(rooms, "課長", Rank.SECTION_CHIEF), "加藤 大輔"),
        planner=planner,
        resident=make_user("hanako", kind="resident"),
        survey=start_survey(planner),
    )


def start_survey(user: User, *, number: int = 1, as_of: date = AS_OF) -> SealSurvey:
    return actions.open_survey(
        number=number,
        title=f"第{number}次 押印実態調査",
        as_of=as_of,
        closes_on=date(2020, 12, 25),
        actor=Actor(user_id=user.id),
        at=AT,
    )


def make_seal(user: User, *, unit: str = SECTION, at: datetime = AT, **values: Any) -> SealRequirement:
    """An affair as a bureau answers it; a habit unless ``values`` say otherwise."""
    return actions.add_requirement(values={**HABIT, "unit": unit, **values}, actor=Actor(user_id=user.id), at=at)


def make_rule(user: User, code: str = "JINJI-001", *, unit: str = SECTION, **values: Any) -> SealRule:
    whole = {"name": "休暇に関する規則", "kind": "regulation", "field": "personnel", "unit": unit, **values}
    return actions.add_rule(code=code, values=whole, identified_on=AS_OF, actor=Actor(user_id=user.id), at=AT)


def move(seal: SealRequirement, user: User, *states: str, at: datetime = AT, **values: Any) -> SealRequirement:
    for state in states:
        actions.move_requirements(
            requirement_ids=[seal.pk], to=state, reason="試験", values=values, actor=Actor(user_id=user.id), at=at
        )
    seal.refresh_from_db()
    return seal


def certify(world: World, user: User, bureau: str, *, at: datetime = AT) -> None:
    actions.certify_return(
        survey_id=world.survey.id, bureau=bureau, certifier="課長", actor=Actor(user_id=user.id), at=at
    )


def table(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    """A CSV file; the first row holds the titles."""
    return b"".join(csv_chunks([str(cell) for cell in rows[0]], rows[1:], encoding=encoding))


HEAD = (
    "事務番号",
    "担当部署コード",
    "事務名",
    "書類",
    "方向",
    "印の種類",
    "根拠",
    "根拠の条項",
    "年間件数",
    "区分",
    "主要手続",
)


def line(affair: str, **cells: Any) -> list[Any]:
    """A row of a bureau's file; ``cells`` by the titles of ``HEAD``."""
    whole = {"担当部署コード": SECTION, "事務名": affair, "書類": "申請書", "方向": "対外から", "印の種類": "認印"}
    whole |= {"根拠": "要綱", "根拠の条項": "見本要綱第2", **cells}
    return [whole.get(title, "") for title in HEAD]
