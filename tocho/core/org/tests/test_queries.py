from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tocho.core.org import api
from tocho.core.org.models import Absence, OrgUnit, Post, Rank, UnitKind, UnitVersion
from tocho.core.org.queries import structure
from tocho.core.org.tests.factories import make_appointment, make_officer, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 20, 1, tzinfo=UTC)
TODAY = date(2020, 11, 20)


@pytest.fixture
def section() -> OrgUnit:
    city = make_unit("R02-0000", "東京都", kind=UnitKind.GOVERNMENT)
    bureau = make_unit("R02-0600", "主税局", parent=city)
    division = make_unit("R02-0600-05", "徴収部", parent=bureau)
    section = make_unit("R02-0600-05-01", "徴収課", parent=division)
    make_post(city, "知事", Rank.GOVERNOR)
    make_post(bureau, "局長", Rank.BUREAU_CHIEF)
    make_post(division, "部長", Rank.DIVISION_CHIEF)
    make_post(section, "課長代理（文書担当）", Rank.DEPUTY_SECTION_CHIEF, serves_as="legal_review")
    make_post(section, "課長代理（納税証明担当）", Rank.DEPUTY_SECTION_CHIEF)
    make_post(section, "課長", Rank.SECTION_CHIEF)
    make_post(section, "主事")
    return section


def test_unit_knows_its_place(section: OrgUnit) -> None:
    view = api.unit("R02-0600-05-01", on=TODAY)
    assert (view.full_name, view.bureau_code, view.bureau_name) == ("主税局 徴収部 徴収課", "R02-0600", "主税局")
    assert api.bureau_of(view.code, on=TODAY).name == "主税局"
    assert api.unit("R02-0000", on=TODAY).bureau_code == ""
    assert [child.name for child in api.children_of("R02-0600", on=TODAY)] == ["徴収部"]
    with pytest.raises(api.UnknownUnit, match="R99"):
        api.unit("R99", on=TODAY)


@pytest.mark.parametrize(
    ("rank", "label"),
    [
        (Rank.STAFF, "主税局 徴収課 主事"),
        (Rank.DEPUTY_SECTION_CHIEF, "主税局 徴収課 課長代理（納税証明担当）"),
        (Rank.SECTION_CHIEF, "主税局 徴収課長"),
        (Rank.DIVISION_CHIEF, "主税局 徴収部長"),
        (Rank.BUREAU_CHIEF, "主税局長"),
        (Rank.VICE_GOVERNOR, "知事"),
    ],
)
def test_post_in_charge_goes_up_to_the_first_sufficient_rank(section: OrgUnit, rank: int, label: str) -> None:
    post = api.post_in_charge(section.code, rank=rank, on=TODAY)
    assert post is not None
    assert post.label == label


def test_the_assembly_has_no_governor_above_it(section: OrgUnit) -> None:
    make_unit("R02-2900", "議会局")
    assert api.post_in_charge("R02-2900", rank=Rank.GOVERNOR, on=TODAY) is None


def test_reviewer_post_is_that_of_the_own_bureau(section: OrgUnit) -> None:
    make_unit("R02-0700", "生活文化局")
    post = api.reviewer_post("R02-0600-05", duty="legal_review", on=TODAY)
    assert post is not None
    assert post.title == "課長代理（文書担当）"
    assert api.reviewer_post("R02-0700", duty="legal_review", on=TODAY) is None
    assert api.duties(on=TODAY) == {"legal_review"}


def test_addresses_of_take_one_query_once_the_structure_is_known(section: OrgUnit) -> None:
    staff = Post.objects.get(title="主事")
    user = make_officer("takahashi", staff)
    with CaptureQueriesContext(connection) as first:
        assert api.addresses_of(user.id, at=AT) == (f"post:{staff.id}", f"unit:{section.id}")
    assert len(first) <= 6
    with CaptureQueriesContext(connection) as second:
        api.addresses_of(user.id, at=AT)
    assert len(second) == 1
    assert api.address_label(f"unit:{section.id}", on=TODAY) == "主税局 徴収部 徴収課"
    assert api.address_label(f"post:{staff.id}", on=TODAY) == "主税局 徴収課 主事"
    assert api.address_label("unit:0", on=TODAY) == "unit:0"


def test_holders_prefer_who_is_present(section: OrgUnit) -> None:
    staff, chief = Post.objects.get(title="主事"), Post.objects.get(title="課長")
    away, present, boss = make_officer("a", staff), make_officer("b", staff), make_officer("sato", chief, "佐藤")
    for user in (away, boss):
        Absence.objects.create(user=user, starts_at=AT, ends_at=AT + timedelta(hours=1), reason="leave")
    Absence.objects.create(user=present, starts_at=AT, ends_at=AT + timedelta(hours=1), reason="leave", cancelled_at=AT)
    with CaptureQueriesContext(connection) as asked:
        found = api.holders([staff.id, chief.id, 0], at=AT)
    assert len(asked) <= 6
    assert (found[staff.id].user_id, found[staff.id].absent) == (present.id, False)
    assert (found[chief.id].display_name, found[chief.id].absent) == ("佐藤", True)
    assert [holder.user_id for holder in api.holders_of(staff.id, at=AT)] == [present.id, away.id]
    assert set(found) == {staff.id, chief.id}


def test_posts_of_show_the_main_post_first_and_none_that_ended(section: OrgUnit) -> None:
    user = make_user("tanaka")
    chief, staff = Post.objects.get(title="課長"), Post.objects.get(title="主事")
    deputy = Post.objects.get(title="課長代理（文書担当）")
    make_appointment(user, chief, kind=2)
    make_appointment(user, staff)
    make_appointment(user, deputy, kind=3, until=TODAY)
    assert [post.id for post in api.posts_of(user.id, at=AT)] == [staff.id, chief.id]


def test_another_process_sees_a_change_at_its_next_request(section: OrgUnit) -> None:
    api.unit(section.code, on=TODAY)
    # What another process does: neither our signals nor our memory hear of it.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_unitversion SET name = '収納課' WHERE unit_id = %s", [section.id])
    assert api.unit(section.code, on=TODAY).name == "徴収課"  # within the same request
    api.distrust()  # what `request_started` does
    assert api.unit(section.code, on=TODAY).name == "収納課"


def test_a_rolled_back_change_is_forgotten(section: OrgUnit) -> None:
    def revision() -> UUID:
        api.distrust()
        api.unit(section.code, on=TODAY)
        assert structure._kept.version is not None
        return structure._kept.version

    before = revision()
    UnitVersion.objects.filter(unit=section).update(name="収納課")
    changed = revision()
    UnitVersion.objects.filter(unit=section).update(name="徴収課")
    assert len({before, changed, revision()}) == 3
