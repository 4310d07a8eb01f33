"""Through the municipality: who receives it, what it sees, whose turn it is on the clock."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tocho.core.accounts.models import User
from tocho.core.ledger import api as ledger
from tocho.core.org.models import UnitKind
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application, Transit
from tocho.ui.testing import Pages

from .factories import ANSWERS, AT, FORM, World, make_world
from .test_races import at_once

pytestmark = pytest.mark.django_db
PROCESS = Path(settings.BASE_DIR) / "city/procedures/shogai-shitei/process.bpmn"
PLACE = {
    "key": "place",
    "title": "場所",
    "fields": [{"key": "city", "type": "text", "label": "区市町村", "required": True, "max_length": 20}],
}
VALUES: dict[str, Any] = {
    "process": "shogai-shitei",
    "form": {**FORM, "steps": [PLACE, *FORM["steps"]]},  # type: ignore[misc]
    "via": {"municipality": "city", "days": 10, "steps": ["place"]},
}


@pytest.fixture
def world() -> World:
    return make_world(**VALUES)


@pytest.fixture
def clerks(world: World) -> dict[str, User]:
    """Somebody at the desk of each of two municipalities."""
    found = {}
    for code, name in (("13209", "町田市"), ("13104", "新宿区")):
        unit = make_unit(code, name, kind=UnitKind.MUNICIPALITY)
        found[name] = make_officer(f"clerk{code}", make_post(unit, "障害福祉の担当"))
    return found


def submitted(world: World, city: str = "東京都町田市") -> Application:
    application = actions.start_application(version=world.version, user_id=None, language="ja", at=AT)
    answers = {**ANSWERS, "kind": "free", "city": city}
    actions.save_answers(application_id=application.id, answers=answers, at=AT)
    return actions.submit_application(application_id=application.id, at=AT)


def test_its_municipality_has_it_first_and_the_clock_stands(page: Pages, world: World, clerks: Any) -> None:
    case = submitted(world)
    assert (case.state, case.stopped_on is not None) == ("forwarding", True)
    assert case.receipt_number in page.get("/desk/", user=clerks["町田市"], queries=14).text  # type: ignore[operator]
    assert case.receipt_number in page.get("/desk/transits/?state=waiting", queries=10).text  # type: ignore[operator]
    assert case.receipt_number not in page.get("/desk/", user=world.office.drafter).text  # type: ignore[operator]


def test_it_sees_the_declared_parts_and_nothing_else(page: Pages, world: World, clerks: Any) -> None:
    case = submitted(world)
    shown = page.get(f"/desk/transits/{case.id}/", user=clerks["町田市"], queries=30)
    assert "東京都町田市" in shown
    assert "山田 花子" not in shown
    assert page.get(f"/desk/cases/{case.id}/").status == 404
    assert page.get(f"/desk/transits/{case.id}/files/1/").status == 404
    for other in (clerks["新宿区"], world.office.drafter):
        assert Pages().get(f"/desk/transits/{case.id}/", user=other).status == 404
    assert case.receipt_number not in Pages().get("/desk/transits/", user=clerks["新宿区"]).text  # type: ignore[operator]


def test_forwarded_with_its_opinion_the_office_has_it(page: Pages, world: World, clerks: Any) -> None:
    case = submitted(world)
    url = f"/desk/transits/{case.id}/"
    assert page.post(url, {"opinion": "concerns", "words": ""}, user=clerks["町田市"]).status == 422
    words = {"opinion": "conditions", "words": "送迎の車は裏の道を使うこと"}
    assert page.post(url, words).status == 302
    case.refresh_from_db()
    assert (case.state, case.stopped_on) == ("examining", None)
    entry = next(one for one in ledger.entries_of(actions.subject_of(case)) if one.kind == "application.forwarded")
    assert entry.data["opinion"] == "conditions"
    assert isinstance(entry.data["transit_days"], int)
    shown = Pages().get(f"/desk/cases/{case.id}/", user=world.office.drafter, queries=40)
    assert "送迎の車は裏の道を使うこと" in shown
    assert "都の標準処理期間には数えません" in shown
    assert page.post(url, words).status == 422  # a second time it is gone


def test_an_address_elsewhere_goes_straight_to_the_office(world: World, clerks: Any) -> None:
    assert submitted(world, "横浜市").state == "examining"
    assert not Transit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_forwarded_twice_at_once_is_forwarded_once(transactional_db: None) -> None:
    world = make_world(**VALUES)
    post = make_post(make_unit("13209", "町田市", kind=UnitKind.MUNICIPALITY), "担当")
    clerk = make_officer("clerk", post)
    case = submitted(world)
    actor = ledger.Actor(user_id=clerk.id, post_id=post.id)
    values: dict[str, Any] = {"opinion": "supports", "words": "", "file_id": None, "actor": actor, "at": AT}
    ends = at_once(*[lambda: actions.forward_case(application_id=case.id, **values)] * 3)
    assert ends == {"done": 1, "refused": 2}
