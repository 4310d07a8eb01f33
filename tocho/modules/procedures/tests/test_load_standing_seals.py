import pytest
from django.core.management import call_command

from tocho.core.org.tests.factories import make_unit
from tocho.modules.notices.models import SealAuthorisation

from .factories import CITY

pytestmark = pytest.mark.django_db


def loaded(**options: bool) -> set[str]:
    call_command("load_standing_seals", verbosity=0, **options)
    return set(SealAuthorisation.objects.values_list("kind", flat=True))


def test_the_citys_forms_are_authorised_once_and_a_refusal_is_not() -> None:
    make_unit("R02-0600-05-01", "徴収課", parent=make_unit("R02-0600", "主税局"))
    assert loaded() == set()
    call_command("load_procedures", str(CITY / "nozei-shomei"), verbosity=0)
    for _again in range(2):
        assert loaded() == {"nozei-shomei.approve"}
    assert SealAuthorisation.objects.count() == 1
    assert loaded(all=True) == {"nozei-shomei.approve", "nozei-shomei.reject"}
