import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from zlib import crc32

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tocho.core.ledger.api import SYSTEM
from tocho.core.org import api as org
from tocho.lib.csvfile import csv_chunks
from tocho.modules.seals import actions
from tocho.modules.seals.definitions import COLUMNS
from tocho.modules.seals.models import Field, RuleKind, SealRequirement, SealRule, SealSurvey
from tocho.modules.seals.queries.returns import return_rows

FOLDER = Path(settings.BASE_DIR, "city", "seals")
AS_OF, CLOSES, SURVEYED, PLANNED = date(2020, 10, 31), date(2020, 11, 6), date(2020, 10, 28), date(2020, 11, 10)
QUOTAS = {"廃止済": 300, "廃止予定": 11_000, "取扱調整中": 1_000, "法令等で規定": 2_300, "表彰状など": 400}
AMENDED = {"JINJI-001": "2020-11-20", "JINJI-006": "2020-11-20", "ZAIMU-005": "2020-11-24"}  # in November already
NOTE = "担当部署、件数、規定との結び付きは見本"
Row = dict[str, str]


class Command(BaseCommand):
    help = "Load the sample city's seal survey; a second run changes nothing."

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        survey = _survey()
        _rules()
        for bureau, rows in _answers().items():
            _answer(bureau, rows)
        for row in return_rows(survey, on=AS_OF):
            actions.certify_return(
                survey_id=survey.id, bureau=row.bureau, certifier=f"{row.name}（見本）", actor=SYSTEM, at=_at(AS_OF)
            )
        _amend()
        self.stdout.write(f"押印を要する事務 {SealRequirement.objects.count()} 件、規定 {SealRule.objects.count()}")


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)  # ten o'clock in Tokyo


def _read(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _survey() -> SealSurvey:
    return actions.open_survey(
        number=1,
        title="第一次 押印実態調査",
        as_of=AS_OF,
        closes_on=CLOSES,
        note="10月末時点の速報値",
        actor=SYSTEM,
        at=_at(SURVEYED),
    )


def _rules() -> None:
    kinds = {str(label): value for value, label in RuleKind.choices}
    fields = {str(label): value for value, label in Field.choices}
    known = set(SealRule.objects.values_list("code", flat=True))
    for row in _read("rules.csv"):
        if row["規定番号"] in known:
            continue
        found = date.fromisoformat(row["見つけた日"])
        values = {
            "name": row["規定"],
            "kind": kinds[row["種類"]],
            "field": fields[row["制度の所管"]],
            "unit": row["所管部署コード"],
            "sample_note": "規定の名前と改正の日は見本",
        }
        actions.add_rule(code=row["規定番号"], values=values, identified_on=found, actor=SYSTEM, at=_at(SURVEYED))


def _answers() -> dict[str, list[Row]]:
    """What each bureau answers: kinds of affairs strewn over the sections, as many of each class as the report has."""
    sections = [(view.code, org.bureau_of(view.code, on=SURVEYED).code) for view in org.sections(on=SURVEYED)]
    rules = defaultdict(list)
    for row in _read("rules.csv"):
        rules[row["規定番号"].split("-")[0]].append(row["規定番号"])
    by_class: dict[str, list[Row]] = defaultdict(list)
    for row in _read("affairs.csv"):
        by_class[row["区分"]].append(row)
    answers: dict[str, list[Row]] = defaultdict(list)
    for name, quota in QUOTAS.items():
        pairs = sorted(product(by_class[name], sections), key=_strewn)[:quota]
        for index, (kind, (section, bureau)) in enumerate(pairs):
            offered = rules.get(kind["規定"], [])
            answers[bureau].append(_row(kind, section, offered[index % len(offered)] if offered else "", index))
    return answers


def _strewn(pair: tuple[Row, tuple[str, str]]) -> int:
    """An order without a pattern, the same each time."""
    kind, (section, _bureau) = pair
    return crc32(f"{kind['事務名']} {kind['書類']} {section}".encode())


def _row(kind: Row, section: str, rule: str, index: int) -> Row:
    return {
        **{
            name: kind[name]
            for name in ("事務名", "書類", "方向", "印の種類", "根拠", "根拠の条項", "目的", "代わりの方法")
        },
        "区分": "廃止予定" if kind["区分"] == "廃止済" else kind["区分"],
        "担当部署コード": section,
        "年間件数": str(12 + index * 37 % 480),
        "改正する規定": rule,
        "見本の値": NOTE,
    }


def _answer(bureau: str, rows: list[Row]) -> None:
    """As the bureau's own file would be: the same checks, one transaction, one entry of the ledger."""
    if SealRequirement.objects.filter(unit__in={row["担当部署コード"] for row in rows}).exists():
        return
    titles = [column.ja for column in COLUMNS]
    content = b"".join(csv_chunks(titles, ([row.get(title, "") for title in titles] for row in rows)))
    try:
        actions.import_file(content, bureau=bureau, effective_on=SURVEYED, actor=SYSTEM, at=_at(SURVEYED))
    except actions.SealRefused as refused:
        raise CommandError(f"{bureau}: {refused.message}") from refused


def _amend() -> None:
    days = dict(_days())
    for rule in SealRule.objects.filter(planned_on=None).order_by("code"):
        actions.edit_rule(rule_id=rule.id, values={"planned_on": days[rule.code]}, actor=SYSTEM, at=_at(PLANNED))
    for rule in SealRule.objects.filter(code__in=AMENDED, amended_on=None):
        day = date.fromisoformat(AMENDED[rule.code])
        actions.amend_rule(rule_id=rule.id, amended_on=day, amendment=f"見本第{rule.id}号", actor=SYSTEM, at=_at(day))
        actions.drop_seals_of_rule(rule_id=rule.id, units=None, actor=SYSTEM, at=_at(day))


def _days() -> Iterator[tuple[str, date]]:
    for row in _read("rules.csv"):
        yield row["規定番号"], date.fromisoformat(row["改正の予定日"])
