"""A section with its chief, the document post of the bureau, the archive, another bureau; classes and files."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor
from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit, make_user
from tocho.modules.records import actions
from tocho.modules.records.models import Classification, DisposalList, Document, RecordFile
from tocho.modules.records.queries.sources import Rendered, Source

AT = datetime(2020, 11, 20, 1, tzinfo=UTC)
TODAY = date(2020, 11, 20)
SECTION, CULTURE = "R02-0600-05-01", "R02-0700-03-01"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class World:
    """Who does what."""

    officer: User
    chief: User
    reviewer: User
    stranger: User
    archivist: User
    resident: User


def make_world() -> World:
    tax = make_unit("R02-0600", "主税局")
    section = make_unit(SECTION, "徴収課", parent=make_unit("R02-0600-05", "徴収部", parent=tax))
    general = make_unit("R02-0600-01-01", "総務課", parent=make_unit("R02-0600-01", "総務部", parent=tax))
    culture = make_unit("R02-0700", "生活文化局", position=1)
    rooms = make_unit(CULTURE, "地域活動推進課", parent=make_unit("R02-0700-03", "都民生活部", parent=culture))
    archive = make_unit("R02-0400", "総務局", position=2)
    for code, retention in (("B02", "y3"), ("E03", "under_1"), ("A01", "long")):
        Classification.objects.create(
            code=code,
            title=f"分類{code}",
            retention=retention,
            is_historical=code == "A01",
            valid_from=date(2015, 4, 1),
        )
    return World(
        officer=make_officer("takahashi", make_post(section, "主事"), "高橋 健一"),
        chief=make_officer("sato", make_post(section, "課長", Rank.SECTION_CHIEF), "佐藤 恵子"),
        reviewer=make_officer("suzuki", make_post(general, "課長代理", serves_as="legal_review"), "鈴木 誠"),
        stranger=make_officer("kato", make_post(rooms, "課長", Rank.SECTION_CHIEF), "加藤 大輔"),
        archivist=make_officer(
            "mori", make_post(archive, "公文書館長", Rank.SECTION_CHIEF, serves_as="archives"), "森 亮"
        ),
        resident=make_user("hanako", kind="resident"),
    )


def by(user: User) -> Actor:
    return Actor(user_id=user.id)


def make_file(user: User, code: str = "B02", *, unit: str = SECTION, at: datetime = AT, **values: Any) -> RecordFile:
    whole = {"title": "証明事務つづり", **values}
    classification = Classification.objects.get(code=code)
    return actions.open_file(unit=unit, classification_id=classification.pk, actor=by(user), at=at, **whole)


def make_document(user: User, file: RecordFile, title: str = "交付について", **values: Any) -> Document:
    whole: dict[str, Any] = {"kind": "other", "dated_on": TODAY, "number": "2主税徴第1号", **values}
    return actions.enter_document(actions.Filing(title=title, file_id=file.pk, **whole), actor=by(user), at=AT)


def make_source(rendered: Rendered, *, open_to: Collection[int] = ()) -> Source:
    """Documents of another module, whose own page is open to some people."""
    return Source(
        render=lambda key: rendered,
        href=lambda key: f"/desk/{key}/",
        readable=lambda keys, user_id, at: set(keys) if user_id in open_to else set(),
        copy=lambda key: rendered.pdf,
        attachments=lambda key: [],
    )


def stored(user: User, content: bytes = PDF, name: str = "scan.pdf") -> int:
    return files.store(BytesIO(content), name=name, by=by(user), at=AT).id


def make_due(user: User, code: str = "B02", **values: Any) -> RecordFile:
    """A file whose period is over, with one stored document."""
    file = make_file(user, code, on=date(2016, 4, 1), **values)
    make_document(user, file, stored_id=stored(user), dated_on=date(2016, 5, 2))
    actions.close_file(file_id=file.pk, on=date(2016, 6, 1), actor=by(user), at=AT)
    actions.advance_files(at=AT if code != "A01" else AT + timedelta(days=365 * 40))
    file.refresh_from_db()
    assert file.state == "due"
    return file


def make_list(user: User, *, at: datetime = AT) -> DisposalList:
    return actions.make_list(unit=SECTION, title="令和2年度の協議", actor=by(user), at=at)


def propose_and_agree(world: World, disposal: DisposalList, *, at: datetime = AT) -> None:
    actions.propose_list(list_id=disposal.pk, actor=by(world.officer), at=at)
    actions.agree_list(list_id=disposal.pk, actor=by(world.chief), at=at)
