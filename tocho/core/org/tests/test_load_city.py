from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.org import api
from tocho.core.org.management.commands.load_city import FOLDER
from tocho.core.org.management.people import employees, read_demo
from tocho.core.org.management.structure import read_city
from tocho.core.org.models import Appointment, AppointmentKind, Rank, UnitKind
from tocho.core.org.queries.structure import snapshot

AT = datetime(2020, 11, 20, 1, tzinfo=UTC)
TODAY = date(2020, 11, 20)


def test_the_sample_is_the_same_at_every_reading() -> None:
    city = read_city(FOLDER)
    first, second = (employees(city, FOLDER, taken=set()) for _time in range(2))
    assert first == second
    assert 20_000 <= len(first) <= 22_000
    assert len({unit.code for unit in city.units}) == len(city.units)
    ranks = [post.rank for unit in city.units for post in unit.posts for _seat in range(post.seats)]
    shares = {rank: ranks.count(rank) / len(ranks) for rank in (Rank.STAFF, Rank.DEPUTY_SECTION_CHIEF)}
    assert shares[Rank.STAFF] == pytest.approx(0.36, abs=0.05)
    assert shares[Rank.DEPUTY_SECTION_CHIEF] == pytest.approx(0.2, abs=0.05)


@pytest.mark.django_db
def test_load_city_loads_a_government_once() -> None:
    for _time in range(2):
        call_command("load_city", stdout=StringIO())
    (entry,) = ledger.entries_of(ledger.Subject("city", 1))
    assert entry.data["people"] == User.objects.count()
    assert len(api.bureaus(on=TODAY)) == 29
    check_demo()
    check_structure()


def check_demo() -> None:
    """Everybody of the contract is who they should be, and nobody has a password."""
    posts = {person["username"]: person.get("unit") for person in read_demo(FOLDER)}
    for user in User.objects.filter(username__in=posts):
        held = api.posts_of(user.id, at=AT)
        assert [api.unit(post.unit_code, on=TODAY).full_name for post in held] == [posts[user.username]] * len(held)
        assert bool(held) == bool(posts[user.username])
    assert not any(user.has_usable_password() for user in User.objects.only("password")[:100])
    sato = User.objects.get(username="sato")
    assert [post.label for post in api.posts_of(sato.id, at=AT)] == ["主税局 徴収課長"]
    suzuki = User.objects.get(username="suzuki")
    reviewer = api.reviewer_post("R02-0600-05-01", duty="legal_review", on=TODAY)
    assert reviewer is not None
    assert api.holders([reviewer.id], at=AT)[reviewer.id].user_id == suzuki.id


def check_structure() -> None:
    """Every bureau has its reviewer, every section somebody who decides, and what is vacant has somebody acting."""
    now = snapshot(TODAY)
    for bureau in api.bureaus(on=TODAY):
        for duty in (api.Duty.LEGAL_REVIEW, api.Duty.PERSONNEL):
            assert api.reviewer_post(bureau.code, duty=duty, on=TODAY) is not None, (bureau.name, duty)
    sections = [unit for unit in now.units.values() if unit.kind == UnitKind.SECTION]
    chiefs = [api.post_in_charge(unit.code, rank=Rank.SECTION_CHIEF, on=TODAY) for unit in sections]
    held = api.holders([chief.id for chief in chiefs if chief], at=AT)
    assert len(sections) > 900
    assert len(held) == len(sections)
    assert Appointment.objects.filter(kind=AppointmentKind.ACTING).count() > 5
