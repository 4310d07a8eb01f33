import csv
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from tocho.core.ledger.api import SYSTEM
from tocho.core.org import api as org
from tocho.modules.records import actions
from tocho.modules.records.models import Classification, Document, RecordFile, Retention

FOLDER = Path(settings.BASE_DIR, "city", "records")
FROM = date(2015, 4, 1)
OFFICE = "R02-0600-05-01"
NOTE = "見本のファイル"
PAST = (  # class, title, opened, closed, documents
    ("E01", "照会・回答つづり", date(2017, 4, 3), date(2018, 3, 30), 4),
    ("B02", "証明事務つづり", date(2016, 4, 1), date(2017, 3, 31), 6),
    ("A02", "徴収計画つづり", date(2015, 4, 1), date(2016, 3, 31), 3),
    ("C01", "業務委託契約つづり", date(2018, 4, 2), date(2019, 3, 29), 5),
)


class Command(BaseCommand):
    help = "Load the document classification and a few sample files; a second run changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        words = {str(label): value for value, label in Retention.choices}
        with (FOLDER / "classification.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                Classification.objects.update_or_create(
                    code=row["分類"],
                    defaults={
                        "title": row["名称"],
                        "retention": words[row["保存期間"]],
                        "is_historical": row["満了のあと"] == "移管",
                        "ground": row["根拠"],
                        "categories": row["事案の種類"].split(),
                        "valid_from": FROM,
                    },
                )
        if not RecordFile.objects.filter(sample_note=NOTE).exists():
            for code, title, opened, closed, count in PAST:
                _file(code, title, opened, closed, count)
            actions.advance_files(at=timezone.now())
        self.stdout.write(f"文書分類 {Classification.objects.count()}、ファイル {RecordFile.objects.count()}")


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)  # ten o'clock in Tokyo


def _file(code: str, title: str, opened: date, closed: date, count: int) -> None:
    """A file of the past, as it would have come to be; today's office stands for what it was then."""
    unit = org.unit(OFFICE).code
    classification = Classification.objects.get(code=code)
    file = actions.open_file(
        unit=unit,
        classification_id=classification.pk,
        title=title,
        on=opened,
        sample_note=NOTE,
        actor=SYSTEM,
        at=_at(date(2020, 11, 24)),
    )
    for number in range(1, count + 1):
        filing = actions.Filing(
            kind=Document.Kind.OTHER,
            title=f"{title.removesuffix('つづり')}について（見本{number}）",
            dated_on=opened,
            file_id=file.pk,
            number=f"{file.reference}-{number}",
        )
        actions.enter_document(filing, actor=SYSTEM, at=_at(date(2020, 11, 24)))
    actions.close_file(file_id=file.pk, on=closed, actor=SYSTEM, at=_at(date(2020, 11, 24)))
