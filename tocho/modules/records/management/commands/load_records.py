import csv
import tomllib
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.ledger.api import SYSTEM, Actor
from tocho.core.org import api as org
from tocho.modules.records import actions
from tocho.modules.records.models import (
    Classification,
    DisclosureRequest,
    Document,
    ReceivedDocument,
    RecordFile,
    Retention,
)
from tocho.modules.records.queries.sources import matters
from tocho.modules.records.rules import DECIDE_DAYS, LONGEST_DAYS

FOLDER = Path(settings.BASE_DIR, "city", "records")
FROM = date(2015, 4, 1)
OFFICE = "R02-0600-05-01"
NOTE = "見本のファイル"
TO_THE_ARCHIVE = ("A02", "徴収計画つづり", date(2015, 4, 1), date(2016, 3, 31), 3)
PAST = (  # class, title, opened, closed, documents
    ("E01", "照会・回答つづり", date(2017, 4, 3), date(2018, 3, 30), 4),
    ("B02", "証明事務つづり", date(2016, 4, 1), date(2017, 3, 31), 6),
    ("C01", "業務委託契約つづり", date(2018, 4, 2), date(2019, 3, 29), 5),
)
OFFERED, WAITING = "（見本）徴収計画の移管", "（見本）保存期間の満了したファイルの廃棄"
PROPOSER, SECOND = "takahashi", "sato"


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
        at = timezone.now()
        samples = tomllib.loads((FOLDER / "samples.toml").read_text(encoding="utf-8"))
        with transaction.atomic():
            if not RecordFile.objects.filter(sample_note=NOTE).exists():
                _files(samples["hold"], at=at)
            for number, sample in enumerate(samples["received"]):
                _receive(sample, number, at=at)
            for number, sample in enumerate(samples["answered"]):
                _answer(sample, number, at=at)
            _ask(samples["request"], at=at)
        self.stdout.write(
            f"文書分類 {Classification.objects.count()}、ファイル {RecordFile.objects.count()}、"
            f"収受 {ReceivedDocument.objects.count()}"
        )


def _files(held: dict[str, str], *, at: datetime) -> None:
    """Files of the past: one is on its way to the archive, one is held, the others wait for the second person."""
    _file(*TO_THE_ARCHIVE)
    actions.advance_files(at=at)
    unit, first, second = org.unit(OFFICE).code, _actor(PROPOSER, at=at), _actor(SECOND, at=at)
    offered = actions.make_list(unit=unit, title=OFFERED, actor=first, at=at)
    actions.propose_list(list_id=offered.pk, actor=first, at=at)
    actions.agree_list(list_id=offered.pk, actor=second, at=at)  # carried out by the job, as any
    for past in PAST:
        _file(*past)
    actions.advance_files(at=at)
    file = RecordFile.objects.get(title=held["file"], sample_note=NOTE)
    office = _office(held["unit"], at=at)
    actions.hold_file(file_id=file.pk, ground=held["ground"], reason=held["reason"], unit=office, actor=SYSTEM, at=at)
    waiting = actions.make_list(unit=unit, title=WAITING, actor=first, at=at)
    actions.propose_list(list_id=waiting.pk, actor=first, at=at)


def _actor(username: str, *, at: datetime) -> Actor:
    return org.actor_of(User.objects.get(username=username).pk, at=at)


def _office(name: str, *, at: datetime) -> str:
    found = org.unit_named(name, on=org.office_day(at))
    if found is None:
        raise CommandError(f"{name}: no such office")
    return found.code


def _receive(sample: dict[str, Any], number: int, *, at: datetime) -> None:
    """One document that arrived, as far as it went."""
    once = f"sample:{number}"
    if ReceivedDocument.objects.filter(once=once).exists():
        return
    then = at - timedelta(days=sample["days"])
    text = sample.get("text", "")
    scan = files.store(BytesIO(text.encode()), name="文書.txt", by=SYSTEM, at=then).id if text else None
    found = actions.receive_document(
        unit=_office(sample["unit"], at=at),
        title=sample["title"],
        sender=sample["sender"],
        channel=sample["channel"],
        arrived_on=org.office_day(then),
        once=once,
        stored_id=scan,
        actor=SYSTEM,
        at=then,
    )
    actions.register_received(received_id=found.pk, actor=SYSTEM, at=then)
    if to := sample.get("to"):
        actions.assign_received(received_id=found.pk, unit=_office(to, at=at), actor=SYSTEM, at=then)
    if about := sample.get("decision"):
        _link(found.pk, about, at=then)
    readers = User.objects.filter(username__in=sample.get("reads", []))  # a city loaded earlier may not know them yet
    if people := list(readers.values_list("id", flat=True)):
        actions.show_received(received_id=found.pk, user_ids=people, actor=SYSTEM, at=then)
    if handling := sample.get("handling"):
        given = {"handling": handling, "classification": sample["class"]}
        actions.handle_received(received_id=found.pk, actor=SYSTEM, at=then, **given)


def _link(received_id: int, title: str, *, at: datetime) -> None:
    """To the matter with this title, wherever matters are: found as a person finds it."""
    user = User.objects.get(username=PROPOSER)
    if (matter := matters().get("decision")) and (key := matter.find(title, user.pk, timezone.now())):
        actions.link_received(received_id=received_id, subject_type="decision", subject_id=key, actor=SYSTEM, at=at)


def _ask(sample: dict[str, Any], *, at: datetime) -> None:
    """A request for disclosure, looked for and judged in part."""
    if DisclosureRequest.objects.filter(once="sample").exists():
        return
    then, actor = at - timedelta(days=sample["days"]), _actor(PROPOSER, at=at)
    received = ReceivedDocument.objects.filter(title=sample["received"]).first()
    request = actions.open_request(
        unit=_office(sample["unit"], at=at),
        title=sample["title"],
        requested_on=org.office_day(then),
        once="sample",
        received_id=received.pk if received else None,
        actor=actor,
        at=then,
    )
    keys = list(Document.objects.filter(file__title__startswith=sample["words"]).values_list("id", flat=True))
    given: dict[str, Any] = {"request_id": request.pk, "actor": actor, "at": at}
    actions.note_search(asked={"q": sample["words"]}, found=len(keys), **given)
    actions.add_items(document_ids=keys, **given)
    for item, said in zip(request.items.order_by("id"), sample["verdicts"], strict=False):
        verdict, exemption, note = [*said.split(":"), "", ""][:3]
        actions.judge_item(item_id=item.pk, verdict=verdict, exemption=exemption, note=note, actor=actor, at=at)


def _answer(sample: dict[str, Any], number: int, *, at: datetime) -> None:
    """A request for disclosure of the past, answered in so many days; nothing was found, or nothing was looked for."""
    once = f"sample-{number}"
    if DisclosureRequest.objects.filter(once=once).exists():
        return
    asked, actor = at - timedelta(days=sample["days"]), _actor(PROPOSER, at=at)
    request = actions.open_request(
        unit=_office(sample["unit"], at=at),
        title=sample["title"],
        requested_on=org.office_day(asked),
        once=once,
        actor=actor,
        at=asked,
    )
    decided = asked + timedelta(days=sample["took"])
    given: dict[str, Any] = {"request_id": request.pk, "actor": actor, "at": decided}
    if sample["took"] > DECIDE_DAYS:
        until = request.requested_on + timedelta(days=LONGEST_DAYS)
        actions.extend_request(due_on=until, reason=sample["extended"], **given)
    if words := sample.get("words"):
        actions.note_search(asked={"q": words}, found=0, **given)
    actions.decide_request(bare=sample.get("bare", ""), **given)
    actions.close_request(reason=NOTE, **given)


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
