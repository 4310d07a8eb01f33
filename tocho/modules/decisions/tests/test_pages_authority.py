"""The authority table: read by all, changed in Excel, tried on past matters, put in force by a second person."""

import io
import re
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.ledger.models import LedgerEntry
from tocho.core.org.models import Appointment
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.rules.api import read_grid
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import AuthorityChange, AuthorityTable, Decision
from tocho.modules.decisions.queries.authority import changes_between, read_sheet
from tocho.modules.decisions.queries.routes import find_authority, lacking_on
from tocho.ui.testing import Pages

from .factories import AT, UNIT, Office, make_draft, make_office

pytestmark = pytest.mark.django_db
LIST = "/desk/decisions/authority/"
TODAY = date(2020, 11, 20)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def table(office: Office) -> AuthorityTable:
    return AuthorityTable.objects.get()


@pytest.fixture
def second(office: Office) -> User:
    """Another person who checks documents."""
    return make_officer("second", make_post(office.posts["reviewer"].unit, "主任（文書）", serves_as="legal_review"))


def sheet_with(data: bytes, changed: dict[str, str], column: str = "decider_rank") -> bytes:
    """The workbook with another result in the rules of these ids, written as Excel writes it."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    place = next(row for row in rows if column in row).index(column)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    for number, row in enumerate(rows):
        for at, value in enumerate(row):
            new = next((text for rule, text in changed.items() if rule in row), None) if at == place else None
            sheet.write_string(number, at, new or (str(int(value)) if isinstance(value, float) else str(value)))
    book.close()
    return out.getvalue()


def downloaded(page: Pages, table: AuthorityTable, user: User) -> bytes:
    return page.get(f"{LIST}{table.id}/file/", user=user).content


def changed_xml(page: Pages, table: AuthorityTable, user: User) -> str:
    """The table with the governor (知事) deciding everything."""
    rules = re.findall(r'<rule id="(\w+)"', table.xml)
    return read_sheet(sheet_with(downloaded(page, table, user), dict.fromkeys(rules, "8")), table.xml, on=TODAY)


def propose(xml: str, user: User, day: date = TOMORROW) -> AuthorityChange:
    return actions.propose_authority(actions.Proposal(xml, day, "組織の見直し"), actor=Actor(user_id=user.id), at=AT)


def test_everyone_reads_and_searches_the_table(page: Pages, office: Office, table: AuthorityTable) -> None:
    page.get(LIST, user=office.drafter, queries=12)
    assert "改正案" not in page.get(LIST, user=office.drafter).text
    whole = page.get(f"{LIST}{table.id}/", user=office.drafter, queries=12)
    assert "施設の使用許可" in whole.text
    assert "課長" in whole.text
    assert "文書審査" in whole.text
    assert "legal_review" not in whole.text
    assert "当てはまる行はありません" in page.get(f"{LIST}{table.id}/?q=ないことば", user=office.drafter).text
    assert page.get(f"{LIST}0/", user=office.drafter).status == 404


def test_nobody_without_signing_in(page: Pages, table: AuthorityTable) -> None:
    assert "/accounts/login/" in page.get(LIST).location
    assert "/accounts/login/" in page.get(f"{LIST}{table.id}/file/").location


def test_a_table_goes_out_and_comes_back_the_same(page: Pages, office: Office, table: AuthorityTable) -> None:
    for kind in ("xlsx", "csv", "sjis"):
        data = page.get(f"{LIST}{table.id}/file/?format={kind}", user=office.drafter).content
        _, before = find_authority(category="permit", facts={}, on=TODAY)
        xml = read_sheet(data, table.xml, on=TODAY)
        assert changes_between(read_grid(table.xml), read_grid(xml), on=TODAY) == []
        assert before.decider_rank
    assert page.get(f"{LIST}{table.id}/file/?format=exe", user=office.drafter).status == 400


def test_what_changes_is_said_in_words(page: Pages, office: Office, table: AuthorityTable) -> None:
    found = changes_between(read_grid(table.xml), read_grid(changed_xml(page, table, office.reviewer)), on=TODAY)
    assert any(words.endswith("課長 → 知事") for words in found)
    assert all(words.endswith("→ 知事") for words in found)


def test_faults_are_named_by_row_and_column_and_nothing_is_kept(
    page: Pages, office: Office, table: AuthorityTable
) -> None:
    bad = sheet_with(downloaded(page, table, office.reviewer), {"facility_use_4": "9", "facility_use_3": "12"})
    values = {"file": SimpleUploadedFile("t.xlsx", bad), "effective_from": "2030-04-01", "why": "見直し"}
    shown = page.post(f"{LIST}{table.id}/", values, user=office.reviewer, status=422)
    assert shown.text.count("課長代理（3）から知事（8）") == 2
    assert re.search(r"\d+行目 [A-Z]列", shown.text)
    assert not AuthorityChange.objects.exists()


def test_a_misspelt_reviewer_is_named_and_never_left_out(page: Pages, office: Office, table: AuthorityTable) -> None:
    rules = re.findall(r'<rule id="(\w+)"', table.xml)
    data = sheet_with(downloaded(page, table, office.reviewer), {rules[0]: '["legal_reveiw"]'}, "reviews")
    values = {"file": SimpleUploadedFile("t.xlsx", data), "effective_from": "2030-04-01", "why": "見直し"}
    shown = page.post(f"{LIST}{table.id}/", values, user=office.reviewer, status=422)
    assert re.search(r"\d+行目 [A-Z]列.*「legal_reveiw」という職務か組織", shown.text)
    assert not AuthorityChange.objects.exists()
    AuthorityTable.objects.create(
        name="別表", xml=table.xml.replace("legal_review", "legal_reveiw"), digest="x", effective_from=TODAY
    )
    with pytest.raises(Refused, match="「legal_reveiw」という職務か組織"):
        make_draft(office, category="permit")


def test_whom_the_organisation_knows(office: Office) -> None:
    lacks = lacking_on(TODAY)
    assert not lacks("reviews", "legal_review")
    assert not lacks("consults", UNIT)
    assert lacks("reviews", UNIT)
    assert lacks("consults", "T-99")


def test_changed_in_excel_tried_and_put_in_force_by_a_second_person(
    page: Pages, office: Office, table: AuthorityTable, second: User
) -> None:
    make_draft(office)
    Decision.objects.update(drafted_at=timezone.now() - timedelta(days=30))
    rules = re.findall(r'<rule id="(\w+)"', table.xml)
    data = sheet_with(downloaded(page, table, office.reviewer), dict.fromkeys(rules, "8"))
    day = timezone.localdate() + timedelta(days=40)
    values = {"file": SimpleUploadedFile("t.xlsx", data), "effective_from": str(day), "why": "見直し"}
    page.post(f"{LIST}{table.id}/", values, user=office.reviewer)
    change = AuthorityChange.objects.get()
    assert "このページを閉じても続きます" in page.get(f"{LIST}changes/{change.id}/", user=office.reviewer).text
    mine = page.get(f"{LIST}changes/{change.id}/", user=office.reviewer, queries=25)
    assert "過去1年の事案で試した結果" in mine.text
    assert "この表の施行を決める" not in mine.text
    assert page.post(f"{LIST}changes/{change.id}/enact/", {}, user=office.drafter).status == 403
    assert page.get(f"{LIST}changes/{change.id}/", user=office.drafter).status == 403
    assert "この表の施行を決める" in page.get(f"{LIST}changes/{change.id}/", user=second).text
    page.post(f"{LIST}changes/{change.id}/enact/", {}, user=second)
    assert AuthorityTable.objects.get(effective_from=day).xml == change.xml
    assert "施行前" in page.get(LIST, user=second).text


def test_the_day_decides_which_table_a_draft_asks(
    page: Pages, office: Office, table: AuthorityTable, second: User
) -> None:
    draft = make_draft(office)
    change = propose(changed_xml(page, table, office.reviewer), office.reviewer)
    with pytest.raises(Refused, match="自分が作った"):
        actions.enact_authority(change_id=change.id, actor=Actor(user_id=office.reviewer.id), at=AT)
    new = actions.enact_authority(change_id=change.id, actor=Actor(user_id=second.id), at=AT)
    assert actions.enact_authority(change_id=change.id, actor=Actor(user_id=second.id), at=AT) == new
    assert find_authority(category=draft.category, facts=draft.facts, on=TODAY)[0] == table.id
    found, answer = find_authority(category=draft.category, facts=draft.facts, on=TOMORROW)
    assert (found, answer.decider_rank) == (new.id, 8)
    draft.refresh_from_db()
    assert draft.authority_id == table.id
    assert list(LedgerEntry.objects.filter(kind__startswith="authority.").values_list("kind", flat=True)) == [
        "authority.proposed",
        "authority.trial_asked",
        "authority.enacted",
    ]


def test_what_cannot_be_proposed(page: Pages, office: Office, table: AuthorityTable) -> None:
    xml = changed_xml(page, table, office.reviewer)
    with pytest.raises(Refused, match="過ぎています"):
        propose(xml, office.reviewer, TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="同じ内容"):
        propose(table.xml, office.reviewer)
    change = propose(xml, office.reviewer)
    assert propose(xml, office.reviewer) == change
    actions.withdraw_authority(change_id=change.id, actor=Actor(user_id=office.reviewer.id), at=AT)
    with pytest.raises(Refused, match="取り下げ"):
        actions.enact_authority(change_id=change.id, actor=Actor(user_id=office.chief.id), at=AT)


def test_the_database_keeps_four_eyes_and_what_was_looked_at(
    page: Pages, office: Office, table: AuthorityTable
) -> None:
    change = propose(changed_xml(page, table, office.reviewer), office.reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthorityChange.objects.update(enacted_by=office.reviewer, table=table)
    with pytest.raises(DatabaseError, match="draft another"), transaction.atomic():
        AuthorityChange.objects.filter(id=change.id).update(xml="x")


def test_a_duty_that_nobody_has_is_shown(page: Pages, office: Office, table: AuthorityTable) -> None:
    address = f"{LIST}{table.id}/duties/"
    shown = page.get(address, user=office.drafter, queries=15)
    assert "すべての局に担当がいます" in shown
    assert "文書審査" in shown
    make_unit("T-02", "生活文化局")
    Appointment.objects.filter(user=office.reviewer).update(ends_on=TODAY)
    shown = page.get(address, user=office.drafter)
    assert "2か所では" in shown
    assert "職がない" in shown
    assert "空席" in shown
    assert page.get(f"{LIST}0/duties/", user=office.drafter).status == 404


def test_a_duty_of_the_vocabulary_that_no_post_has_is_a_fault(office: Office) -> None:
    lacks = lacking_on(TODAY)
    assert "「人事」を担当する職が" in lacks("reviews", "personnel")
    make_post(office.posts["reviewer"].unit, "課長代理（人事）", serves_as="personnel")
    assert not lacking_on(TODAY)("reviews", "personnel")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_post(office.posts["reviewer"].unit, "だれか", serves_as="soothsayer")
