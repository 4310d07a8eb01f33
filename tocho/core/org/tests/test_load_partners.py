import pytest
from django.core.management import call_command
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.org import api as org
from tocho.core.org.models import UnitKind

pytestmark = pytest.mark.django_db


def test_the_62_municipalities_stand_beside_the_bureaus() -> None:
    for _time in range(2):
        call_command("load_partners", verbosity=0)
    found = org.municipalities()
    assert len(found) == 62
    assert {one.kind for one in found} == {UnitKind.MUNICIPALITY}
    assert {one.bureau_code for one in found} == {""}
    assert org.bureaus() == ()
    clerk = User.objects.get(username="machida_inoue")
    assert org.unit_codes_of(clerk.id, at=timezone.now()) == frozenset({"13209"})


def test_an_address_names_its_municipality() -> None:
    call_command("load_partners", verbosity=0)
    named = org.municipality_named
    assert [one.code if (one := named(text)) else "" for text in ("西多摩郡瑞穂町", "東京都町田市", "横浜市")] == [
        "13303",
        "13209",
        "",
    ]
